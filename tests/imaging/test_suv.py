"""SUV by body weight against hand calculation, and every tag that can be missing."""

from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset

from radpipe.errors import InputError, Policy
from radpipe.imaging.open import open_image
from radpipe.imaging.suv import suv_factors

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


def test_philips_activity_factors_differ_by_slice() -> None:
    slices = [header("CNTS", "ADMIN"), header("CNTS", "ADMIN")]
    for data, factor in zip(slices, ("1.5", "3.0"), strict=True):
        data.private_block(0x7053, "Philips PET Private Group", create=True).add_new(0x09, "DS", factor)
    wanted = [1.5 * 70_000 / 350e6, 3.0 * 70_000 / 350e6]
    assert suv_factors(slices, ["1", "2"], Policy())[0] == pytest.approx(wanted, rel=1e-12)
