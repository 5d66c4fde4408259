"""SUV by body weight against hand calculation, and every tag that can be missing."""

from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset

from radpipe.errors import InputError, Policy
from radpipe.imaging.open import open_image
from radpipe.imaging.suv import suv_factors


def test_bqml_decayed_to_the_start_of_the_scan(pet: Any) -> None:
    # By hand: 350 MBq * 2^(-3600 / 6588) = 239.65 MBq; 70,000 g / that.
    assert pet.factor(pet(), "") == pytest.approx(70_000 / (350e6 * 2 ** (-3600 / 6588)), rel=1e-12)
    assert pet.factor(pet(), "") == pytest.approx(2.92095e-4, rel=1e-4)


def test_bqml_decayed_to_the_administration(pet: Any) -> None:
    assert pet.factor(pet(correction="ADMIN"), "") == pytest.approx(70_000 / 350e6, rel=1e-12)


def test_cnts_by_philips_suv_factor(pet: Any) -> None:
    data = pet("CNTS")
    data.add_new(0x70530010, "LO", "Philips PET Private Group")
    data.add_new(0x70531000, "DS", "0.000551")
    assert pet.factor(data, "") == 0.000551


def test_cnts_by_philips_activity_factor(pet: Any) -> None:
    data = pet("CNTS", "ADMIN")
    data.add_new(0x70530010, "LO", "Philips PET Private Group")
    data.add_new(0x70531000, "DS", "0")
    data.add_new(0x70531009, "UN", b"1.5 ")
    assert pet.factor(data, "") == pytest.approx(1.5 * 70_000 / 350e6, rel=1e-12)


def test_gml_is_suv_already(pet: Any) -> None:
    assert pet.factor(pet("GML"), "") == 1.0


def test_all_missing_tags_are_named_at_once(pet: Any) -> None:
    data = pet()
    del data.PatientWeight, data.SeriesTime, data.AcquisitionTime
    del data.RadiopharmaceuticalInformationSequence[0].RadionuclideHalfLife
    with pytest.raises(InputError, match=r"E_SUV.*PatientWeight, RadionuclideHalfLife, SeriesDate and SeriesTime"):
        pet.factor(data, "pet.dcm")


@pytest.mark.parametrize("tag", ["RadionuclideTotalDose", "RadionuclideHalfLife", "RadiopharmaceuticalStartTime"])
@pytest.mark.parametrize("value", [None, "absent"])
def test_each_missing_tag_of_the_tracer_is_named(pet: Any, tag: str, value: str | None) -> None:
    data = pet()
    if value is None:
        setattr(data.RadiopharmaceuticalInformationSequence[0], tag, None)
    else:
        delattr(data.RadiopharmaceuticalInformationSequence[0], tag)
    with pytest.raises(InputError, match=rf"E_SUV.*{tag}.*pet\.dcm"):
        pet.factor(data, "pet.dcm")


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
def test_what_is_not_usable_is_said(pet: Any, tag: str, value: object, match: str) -> None:
    data = pet()
    setattr(data, tag, value)
    with pytest.raises(InputError, match=f"E_SUV.*{match}"):
        pet.factor(data, "pet.dcm")


def test_suv_of_another_kind_is_refused(pet: Any) -> None:
    data = pet("GML")
    data.SUVType = "LBM"
    with pytest.raises(InputError, match=r"E_SUV.*SUVType is LBM"):
        pet.factor(data, "")


def test_a_policy_leaves_a_pet_in_its_own_unit(tmp_path: Path, make: Any) -> None:
    planes = make.stored_values((4, 6, 7))
    slices = [make.slice_of(p, (0, 0, 4.0 * i), i + 1, modality="PT", intercept=0.0) for i, p in enumerate(planes)]
    ref = make.series(tmp_path, slices, modality="PT")
    with pytest.raises(InputError, match=r"E_SUV  HN0001: .*Units is missing"):
        open_image(ref)
    volume = open_image(ref, Policy.parse(["E_SUV=warn"]))
    assert volume.unit == "arbitrary"
    assert [note.code for note in volume.notes] == ["E_SUV"]


def test_each_slice_has_its_own_slope(pet: Any, tmp_path: Path, make: Any) -> None:
    planes = make.stored_values((4, 6, 7))
    slices = []
    for i, plane in enumerate(planes):
        one = make.slice_of(plane, (0, 0, 4.0 * i), i + 1, modality="PT", slope=25.0 * (i + 1), intercept=0.0)
        one.update(pet(correction="ADMIN"))
        slices.append(one)
    volume = open_image(make.series(tmp_path, slices, modality="PT"))
    assert volume.unit == "SUVbw"
    for i, plane in enumerate(planes):
        assert volume.array[i] == pytest.approx(plane * 25.0 * (i + 1) * 70_000 / 350e6, rel=1e-12)


def test_the_private_factor_of_another_creator_is_none(pet: Any) -> None:
    data = pet("CNTS")
    data.private_block(0x7053, "ACME", create=True).add_new(0x00, "DS", "7.5")
    with pytest.raises(InputError, match=r"E_SUV.*private creator 'Philips PET Private Group'"):
        pet.factor(data, "")


def test_philips_factors_are_found_in_any_block_and_differ_by_slice(pet: Any) -> None:
    slices = [pet("CNTS"), pet("CNTS")]
    for data, factor in zip(slices, ("0.5", "0.25"), strict=True):
        data.private_block(0x7053, "ACME", create=True).add_new(0x00, "DS", "7.5")
        data.private_block(0x7053, "Philips PET Private Group", create=True).add_new(0x00, "DS", factor)
    assert suv_factors(slices, ["1", "2"], Policy())[0] == [0.5, 0.25]


@pytest.mark.parametrize(
    ("words", "match"),
    [(["DECY"], "DECY, without ATTN"), (["ATTN", "SCAT"], "without DECY"), (["NORM"], "ATTN and DECY")],
)
def test_an_image_that_was_not_corrected_is_refused(pet: Any, words: list[str], match: str) -> None:
    data = pet()
    data.CorrectedImage = words
    with pytest.raises(InputError, match=f"E_SUV.*CorrectedImage is .*{match}"):
        pet.factor(data, "")


def test_a_header_silent_on_corrections_is_told(pet: Any) -> None:
    data = pet()
    del data.CorrectedImage
    assert [note.code for note in suv_factors([data], [""], Policy())[1]] == ["W_PET_CORRECTIONS"]


def test_two_tracers_are_refused(pet: Any) -> None:
    data, other = pet(), pet()
    pet.tracer(other).RadionuclideHalfLife = 1223.0
    data.RadiopharmaceuticalInformationSequence.append(pet.tracer(other))
    with pytest.raises(InputError, match=r"E_SUV.*2 different radiopharmaceuticals"):
        pet.factor(data, "")


@pytest.mark.parametrize("tag", ["Units", "PatientWeight", "DecayCorrection", "RadionuclideTotalDose"])
def test_what_varies_between_slices_is_refused_with_the_odd_slice(pet: Any, tag: str) -> None:
    slices = [pet(), pet(), pet()]
    setattr(
        slices[2] if tag in slices[2] else pet.tracer(slices[2]),
        tag,
        {"Units": "GML", "DecayCorrection": "ADMIN"}.get(tag, 80e6),
    )
    with pytest.raises(InputError, match=rf"E_SUV.*{tag} varies between slices.*File: 3\."):
        suv_factors(slices, ["1", "2", "3"], Policy())


def test_an_enhanced_pet_is_suv_by_its_own_words(pet: Any, tmp_path: Path, make: Any) -> None:
    data = make.enhanced(make.axial(modality="PT", intercept=0.0), rescale_type="BQML")
    data.PatientWeight, data.DecayCorrected, data.AttenuationCorrected = 70.0, "YES", "YES"
    data.DecayCorrectionDateTime = "20100102100000"
    drug = Dataset()
    drug.RadionuclideTotalDose, drug.RadionuclideHalfLife = 350e6, pet.half_life_s
    drug.RadiopharmaceuticalStartDateTime = "20100102090000"
    data.RadiopharmaceuticalInformationSequence = [drug]
    volume = open_image(make.series(tmp_path, [data], modality="PT"))
    factor = 70_000 / (350e6 * 2 ** (-3600 / pet.half_life_s))
    assert volume.unit == "SUVbw"
    assert volume.array == pytest.approx(make.stored_values((5, 8, 10)) * factor, rel=1e-12)
    data.AttenuationCorrected = "NO"
    with pytest.raises(InputError, match=r"E_SUV.*without ATTN"):
        open_image(make.series(tmp_path, [data], modality="PT"))


def test_each_slice_has_its_own_philips_factor_in_the_image(pet: Any, tmp_path: Path, make: Any) -> None:
    planes = make.stored_values((4, 6, 7))
    slices = []
    for i, plane in enumerate(planes):
        one = make.slice_of(plane, (0, 0, 4.0 * i), i + 1, modality="PT", slope=1.0, intercept=0.0)
        one.update(pet("CNTS", correction="ADMIN"))
        one.add_new(0x70530010, "LO", "Philips PET Private Group")
        one.add_new(0x70531000, "DS", f"{0.01 * (i + 1):g}")
        slices.append(one)
    volume = open_image(make.series(tmp_path, slices, modality="PT"))
    assert volume.unit == "SUVbw"
    for i, plane in enumerate(planes):
        assert volume.array[i] == pytest.approx(plane * 0.01 * (i + 1), rel=1e-12)


def test_philips_activity_factors_differ_by_slice(pet: Any) -> None:
    slices = [pet("CNTS", "ADMIN"), pet("CNTS", "ADMIN")]
    for data, factor in zip(slices, ("1.5", "3.0"), strict=True):
        data.private_block(0x7053, "Philips PET Private Group", create=True).add_new(0x09, "DS", factor)
    wanted = [1.5 * 70_000 / 350e6, 3.0 * 70_000 / 350e6]
    assert suv_factors(slices, ["1", "2"], Policy())[0] == pytest.approx(wanted, rel=1e-12)
