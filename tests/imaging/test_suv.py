"""SUV by body weight against hand calculation, and every tag that can be missing."""

from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset

from radpipe.errors import InputError, Policy
from radpipe.imaging.open import open_image
from radpipe.imaging.suv import refuse_implausible_suv, suv_factors

HALF_LIFE_S = 6588.0  # fluorine-18


def suv_factor(data: Dataset, path: str) -> float:
    """The factor of a series of one slice."""
    (factor,), _ = suv_factors([data], [path], Policy())
    return factor


def header(units: str = "BQML", correction: str = "START") -> Dataset:
    """70 kg, 350 MBq injected one hour before the scan."""
    data, drug = Dataset(), Dataset()
    data.Units, data.DecayCorrection, data.PatientWeight = units, correction, 70.0
    data.CorrectedImage = ["DECY", "ATTN", "SCAT"]
    data.SeriesDate = data.AcquisitionDate = "20100102"
    data.SeriesTime, data.AcquisitionTime = "100000", "100500.5"
    drug.RadionuclideTotalDose, drug.RadionuclideHalfLife = 350e6, HALF_LIFE_S
    drug.RadiopharmaceuticalStartTime = "090000.00"
    data.RadiopharmaceuticalInformationSequence = [drug]
    return data


def test_bqml_decayed_to_the_start_of_the_scan() -> None:
    # By hand: 350 MBq * 2^(-3600 / 6588) = 239.65 MBq; 70,000 g / that.
    assert suv_factor(header(), "") == pytest.approx(70_000 / (350e6 * 2 ** (-3600 / 6588)), rel=1e-12)
    assert suv_factor(header(), "") == pytest.approx(2.92095e-4, rel=1e-4)


def test_bqml_decayed_to_the_administration() -> None:
    assert suv_factor(header(correction="ADMIN"), "") == pytest.approx(70_000 / 350e6, rel=1e-12)


def test_cnts_by_philips_suv_factor() -> None:
    data = header("CNTS")
    data.add_new(0x70530010, "LO", "Philips PET Private Group")
    data.add_new(0x70531000, "DS", "0.000551")
    assert suv_factor(data, "") == 0.000551


def test_cnts_by_philips_activity_factor() -> None:
    data = header("CNTS", "ADMIN")
    data.add_new(0x70530010, "LO", "Philips PET Private Group")
    data.add_new(0x70531000, "DS", "0")
    data.add_new(0x70531009, "UN", b"1.5 ")
    assert suv_factor(data, "") == pytest.approx(1.5 * 70_000 / 350e6, rel=1e-12)


def test_gml_is_suv_already() -> None:
    assert suv_factor(header("GML"), "") == 1.0


def test_an_injection_after_midnight_s_other_side_is_of_the_day_before() -> None:
    data = header()
    data.RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartTime = "233000"
    data.SeriesTime = data.AcquisitionTime = "003000"
    assert suv_factor(data, "") == pytest.approx(suv_factor(header(), ""), rel=1e-12)


def test_a_series_made_later_starts_with_its_acquisition() -> None:
    data = header()
    data.SeriesTime, data.AcquisitionTime = "180000", "100000"
    assert suv_factor(data, "") == pytest.approx(suv_factor(header(), ""), rel=1e-12)


def test_an_injection_at_the_scans_start_is_not_of_the_day_before() -> None:
    data = header()
    data.RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartTime = "100000"
    assert suv_factor(data, "") == pytest.approx(70_000 / 350e6, rel=1e-12)


def test_all_missing_tags_are_named_at_once() -> None:
    data = header()
    del data.PatientWeight, data.SeriesTime, data.AcquisitionTime
    del data.RadiopharmaceuticalInformationSequence[0].RadionuclideHalfLife
    with pytest.raises(InputError, match=r"E_SUV.*PatientWeight, RadionuclideHalfLife, SeriesDate and SeriesTime"):
        suv_factor(data, "pet.dcm")


@pytest.mark.parametrize("tag", ["RadionuclideTotalDose", "RadionuclideHalfLife", "RadiopharmaceuticalStartTime"])
@pytest.mark.parametrize("value", [None, "absent"])
def test_each_missing_tag_of_the_tracer_is_named(tag: str, value: str | None) -> None:
    data = header()
    if value is None:
        setattr(data.RadiopharmaceuticalInformationSequence[0], tag, None)
    else:
        delattr(data.RadiopharmaceuticalInformationSequence[0], tag)
    with pytest.raises(InputError, match=rf"E_SUV.*{tag}.*pet\.dcm"):
        suv_factor(data, "pet.dcm")


@pytest.mark.parametrize(
    ("tag", "value", "match"),
    [
        ("Units", "PROPCNTS", "Units is PROPCNTS"),
        ("Units", None, "Units is missing"),
        ("Units", "CNTS", r"\(7053,1000\) and \(7053,1009\)"),
        ("DecayCorrection", "NONE", "DecayCorrection is NONE"),
        ("PatientWeight", 0.0, "PatientWeight"),
    ],
)
def test_what_is_not_usable_is_said(tag: str, value: object, match: str) -> None:
    data = header()
    setattr(data, tag, value)
    with pytest.raises(InputError, match=f"E_SUV.*{match}"):
        suv_factor(data, "pet.dcm")


def test_an_injection_of_another_year_is_refused() -> None:
    data = header()
    data.RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartDateTime = "20090102090000"
    with pytest.raises(InputError, match=r"E_SUV.*2009.*does not precede the scan 2010"):
        suv_factor(data, "pet.dcm")


def test_suv_of_another_kind_is_refused() -> None:
    data = header("GML")
    data.SUVType = "LBM"
    with pytest.raises(InputError, match=r"E_SUV.*SUVType is LBM"):
        suv_factor(data, "")


def test_a_policy_leaves_a_pet_in_its_own_unit(tmp_path: Path, make: Any) -> None:
    planes = make.stored_values((4, 6, 7))
    slices = [make.slice_of(p, (0, 0, 4.0 * i), i + 1, modality="PT", intercept=0.0) for i, p in enumerate(planes)]
    ref = make.series(tmp_path, slices, modality="PT")
    with pytest.raises(InputError, match=r"E_SUV  HN0001: .*Units is missing"):
        open_image(ref)
    volume = open_image(ref, Policy.parse(["E_SUV=warn"]))
    assert volume.unit == "arbitrary"
    assert [note.code for note in volume.notes] == ["E_SUV"]


def test_each_slice_has_its_own_slope(tmp_path: Path, make: Any) -> None:
    planes = make.stored_values((4, 6, 7))
    slices = []
    for i, plane in enumerate(planes):
        one = make.slice_of(plane, (0, 0, 4.0 * i), i + 1, modality="PT", slope=25.0 * (i + 1), intercept=0.0)
        one.update(header(correction="ADMIN"))
        slices.append(one)
    volume = open_image(make.series(tmp_path, slices, modality="PT"))
    assert volume.unit == "SUVbw"
    for i, plane in enumerate(planes):
        assert volume.array[i] == pytest.approx(plane * 25.0 * (i + 1) * 70_000 / 350e6, rel=1e-12)


def tracer(data: Dataset) -> Dataset:
    item: Dataset = data.RadiopharmaceuticalInformationSequence[0]
    return item


@pytest.mark.parametrize(
    ("tag", "value", "match"),
    [
        ("RadionuclideTotalDose", 350e3, r"RadionuclideTotalDose \(F-18\) 350000 is outside 1e\+07 \.\. 1\.5e\+09 Bq"),
        ("RadionuclideTotalDose", 350.0, "RadionuclideTotalDose .* 350 is outside"),
        ("RadionuclideHalfLife", 109.8, "RadionuclideHalfLife 109.8 s is that of no nuclide known for PET"),
        ("RadionuclideHalfLife", 1.83, "RadionuclideHalfLife 1.83 s"),
        ("PatientWeight", 70_000.0, r"PatientWeight 70000 is outside 20 \.\. 300 kg"),
        ("PatientWeight", 7.0, r"PatientWeight 7 is outside 20 \.\. 300 kg"),
        ("PatientWeight", 1.0, "PatientWeight 1 is outside"),
    ],
)
def test_a_quantity_in_another_unit_is_refused_with_tag_value_and_range(tag: str, value: float, match: str) -> None:
    data = header()
    setattr(data if tag == "PatientWeight" else tracer(data), tag, value)
    with pytest.raises(InputError, match=f"E_SUV.*{match}"):
        suv_factor(data, "pet.dcm")


def test_a_child_may_weigh_less_than_an_adult() -> None:
    data = header(correction="ADMIN")
    data.PatientWeight, data.PatientAge = 7.0, "008M"
    tracer(data).RadionuclideTotalDose = 30e6
    assert suv_factor(data, "") == pytest.approx(7_000 / 30e6, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "scheme", "meaning"),
    [("C-111A1", "SRT", "^18^Fluorine"), ("C-111A1", "SNM3", "18F"), ("77004003", "SCT", "^18^F"), ("x", "99", "F-18")],
)
def test_a_named_nuclide_has_its_own_half_life(value: str, scheme: str, meaning: str) -> None:
    data, code = header(), Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, scheme, meaning
    tracer(data).RadionuclideCodeSequence = [code]
    assert suv_factor(data, "") == pytest.approx(suv_factor(header(), ""), rel=1e-12)
    tracer(data).RadionuclideHalfLife = 4062.0  # gallium-68's
    with pytest.raises(InputError, match=r"E_SUV.*RadionuclideHalfLife 4062 s is not that of F-18, 6586\.2 s"):
        suv_factor(data, "")


def test_an_injection_after_the_scan_s_start_is_no_injection_of_the_day_before() -> None:
    data = header()
    tracer(data).RadiopharmaceuticalStartTime = "100200"
    with pytest.raises(
        InputError, match=r"E_SUV.*injection 2010-01-01 10:02:00 does not precede the scan .*0 \.\. 8 h"
    ):
        suv_factor(data, "")
    tracer(data).RadiopharmaceuticalStartDateTime = "20100102100200"
    with pytest.raises(InputError, match=r"E_SUV.*injection 2010-01-02 10:02:00 does not precede"):
        suv_factor(data, "")


def test_an_injection_at_the_scan_s_start_has_not_decayed() -> None:
    data = header()
    tracer(data).RadiopharmaceuticalStartTime = "100000"
    assert suv_factor(data, "") == pytest.approx(70_000 / 350e6, rel=1e-12)


@pytest.mark.parametrize(
    ("zone", "moment"),
    [("+0100", "20100102080000+0000"), ("-0500", "20100102090000.0-0500"), (None, "20100102080000+0000")],
)
def test_an_offset_from_utc_is_honoured(zone: str | None, moment: str) -> None:
    data = header()  # local injection at 09:00, scan at 10:00
    if zone is not None:
        data.TimezoneOffsetFromUTC = zone
    tracer(data).RadiopharmaceuticalStartDateTime = moment
    assert suv_factor(data, "") == pytest.approx(suv_factor(header(), ""), rel=1e-12)


def test_an_offset_that_cannot_be_placed_is_refused() -> None:
    data = header()
    del tracer(data).RadiopharmaceuticalStartTime
    tracer(data).RadiopharmaceuticalStartDateTime = "20100102080000+0000"
    with pytest.raises(InputError, match=r"E_SUV.*has an offset from UTC, the scan's times have none"):
        suv_factor(data, "")


def test_two_times_of_injection_that_disagree_are_refused() -> None:
    data = header()
    tracer(data).RadiopharmaceuticalStartDateTime = "20100102083000"
    with pytest.raises(
        InputError, match=r"E_SUV.*StartTime 090000\.00 and RadiopharmaceuticalStartDateTime .* disagree"
    ):
        suv_factor(data, "")


def test_beds_of_a_series_stored_later_share_the_earliest_acquisition_and_it_is_told() -> None:
    beds = [header(), header(), header()]
    for bed, time in zip(beds, ("100000", "101000", "102000"), strict=True):
        bed.SeriesTime, bed.AcquisitionTime = "101500", time  # after the first bed, before the last
    factors, notes = suv_factors(beds, ["1", "2", "3"], Policy())
    assert factors == pytest.approx([70_000 / (350e6 * 2 ** (-3600 / HALF_LIFE_S))] * 3, rel=1e-12)
    assert [note.code for note in notes] == ["W_DECAY_TIME"]
    assert "10:15:00 is after the first acquisition 2010-01-02 10:00:00; the earliest acquisition" in notes[0].sentence


def test_ge_s_private_scan_time_comes_before_the_acquisition() -> None:
    data = header()
    data.SeriesTime, data.AcquisitionTime = "180000", "101000"
    data.private_block(0x0009, "GEMS_PETD_01", create=True).add_new(0x0D, "DT", "20100102100000.00")
    assert suv_factor(data, "") == pytest.approx(suv_factor(header(), ""), rel=1e-12)


def test_an_enhanced_pet_s_own_time_of_decay_correction_comes_first() -> None:
    data = header()
    data.SeriesTime, data.DecayCorrectionDateTime = "093000", "20100102100000"
    assert suv_factor(data, "") == pytest.approx(suv_factor(header(), ""), rel=1e-12)


def test_the_private_factor_of_another_creator_is_none() -> None:
    data = header("CNTS")
    data.private_block(0x7053, "ACME", create=True).add_new(0x00, "DS", "7.5")
    with pytest.raises(InputError, match=r"E_SUV.*private creator 'Philips PET Private Group'"):
        suv_factor(data, "")


def test_philips_factors_are_found_in_any_block_and_differ_by_slice() -> None:
    slices = [header("CNTS"), header("CNTS")]
    for data, factor in zip(slices, ("0.5", "0.25"), strict=True):
        data.private_block(0x7053, "ACME", create=True).add_new(0x00, "DS", "7.5")
        data.private_block(0x7053, "Philips PET Private Group", create=True).add_new(0x00, "DS", factor)
    assert suv_factors(slices, ["1", "2"], Policy())[0] == [0.5, 0.25]


@pytest.mark.parametrize(
    ("words", "match"),
    [(["DECY"], "DECY, without ATTN"), (["ATTN", "SCAT"], "without DECY"), (["NORM"], "ATTN and DECY")],
)
def test_an_image_that_was_not_corrected_is_refused(words: list[str], match: str) -> None:
    data = header()
    data.CorrectedImage = words
    with pytest.raises(InputError, match=f"E_SUV.*CorrectedImage is .*{match}"):
        suv_factor(data, "")


def test_a_header_silent_on_corrections_is_told() -> None:
    data = header()
    del data.CorrectedImage
    assert [note.code for note in suv_factors([data], [""], Policy())[1]] == ["W_PET_CORRECTIONS"]


def test_two_tracers_are_refused() -> None:
    data, other = header(), header()
    tracer(other).RadionuclideHalfLife = 1223.0
    data.RadiopharmaceuticalInformationSequence.append(tracer(other))
    with pytest.raises(InputError, match=r"E_SUV.*2 different radiopharmaceuticals"):
        suv_factor(data, "")


@pytest.mark.parametrize("tag", ["Units", "PatientWeight", "DecayCorrection", "RadionuclideTotalDose"])
def test_what_varies_between_slices_is_refused_with_the_odd_slice(tag: str) -> None:
    slices = [header(), header(), header()]
    setattr(
        slices[2] if tag in slices[2] else tracer(slices[2]),
        tag,
        {"Units": "GML", "DecayCorrection": "ADMIN"}.get(tag, 80e6),
    )
    with pytest.raises(InputError, match=rf"E_SUV.*{tag} varies between slices.*File: 3\."):
        suv_factors(slices, ["1", "2", "3"], Policy())


@pytest.mark.parametrize("largest", [0.02, 21_000.0])
def test_an_image_whose_greatest_value_is_no_suv_is_refused(largest: float) -> None:
    with pytest.raises(InputError, match=r"E_SUV.*the largest SUV is .*outside 0\.1 \.\. 2000 g/mL"):
        refuse_implausible_suv(largest, "pet.dcm")


def test_becquerel_called_suv_already_is_refused(tmp_path: Path, make: Any) -> None:
    slices = make.axial(modality="PT", intercept=0.0, slope=10.0)
    for one in slices:
        one.Units = "GML"
    with pytest.raises(InputError, match=r"E_SUV.*the largest SUV is 3990"):
        open_image(make.series(tmp_path, slices, modality="PT"))


def test_an_enhanced_pet_is_suv_by_its_own_words(tmp_path: Path, make: Any) -> None:
    data = make.enhanced(make.axial(modality="PT", intercept=0.0), rescale_type="BQML")
    data.PatientWeight, data.DecayCorrected, data.AttenuationCorrected = 70.0, "YES", "YES"
    data.DecayCorrectionDateTime = "20100102100000"
    drug = Dataset()
    drug.RadionuclideTotalDose, drug.RadionuclideHalfLife = 350e6, HALF_LIFE_S
    drug.RadiopharmaceuticalStartDateTime = "20100102090000"
    data.RadiopharmaceuticalInformationSequence = [drug]
    volume = open_image(make.series(tmp_path, [data], modality="PT"))
    factor = 70_000 / (350e6 * 2 ** (-3600 / HALF_LIFE_S))
    assert volume.unit == "SUVbw"
    assert volume.array == pytest.approx(make.stored_values((5, 8, 10)) * factor, rel=1e-12)
    data.AttenuationCorrected = "NO"
    with pytest.raises(InputError, match=r"E_SUV.*without ATTN"):
        open_image(make.series(tmp_path, [data], modality="PT"))


def test_each_slice_has_its_own_philips_factor_in_the_image(tmp_path: Path, make: Any) -> None:
    planes = make.stored_values((4, 6, 7))
    slices = []
    for i, plane in enumerate(planes):
        one = make.slice_of(plane, (0, 0, 4.0 * i), i + 1, modality="PT", slope=1.0, intercept=0.0)
        one.update(header("CNTS", correction="ADMIN"))
        one.add_new(0x70530010, "LO", "Philips PET Private Group")
        one.add_new(0x70531000, "DS", f"{0.01 * (i + 1):g}")
        slices.append(one)
    volume = open_image(make.series(tmp_path, slices, modality="PT"))
    assert volume.unit == "SUVbw"
    for i, plane in enumerate(planes):
        assert volume.array[i] == pytest.approx(plane * 0.01 * (i + 1), rel=1e-12)


def test_a_weight_that_does_not_fit_the_size_is_refused() -> None:
    data = header()
    data.PatientWeight, data.PatientSize = 25.0, 1.75
    # By hand: 25 / 1.75^2 = 8.163
    with pytest.raises(InputError, match=r"E_SUV.*body mass index .* 8\.16327 is outside 10 \.\. 90 kg/m2"):
        suv_factor(data, "")
    data.PatientSize = 175.0  # in cm, against the standard: no size to compare with
    data.PatientWeight = 70.0
    assert suv_factor(data, "") == pytest.approx(suv_factor(header(), ""), rel=1e-12)


def test_philips_activity_factors_differ_by_slice() -> None:
    slices = [header("CNTS", "ADMIN"), header("CNTS", "ADMIN")]
    for data, factor in zip(slices, ("1.5", "3.0"), strict=True):
        data.private_block(0x7053, "Philips PET Private Group", create=True).add_new(0x09, "DS", factor)
    wanted = [1.5 * 70_000 / 350e6, 3.0 * 70_000 / 350e6]
    assert suv_factors(slices, ["1", "2"], Policy())[0] == pytest.approx(wanted, rel=1e-12)
