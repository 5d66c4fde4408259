"""SUV by body weight: units, corrections, and what must be the same in all slices."""

from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset

from radpipe.errors import InputError, Policy
from radpipe.imaging.open import open_image
from radpipe.imaging.suv import suv_factors


def test_gml_is_suv_already(pet: Any) -> None:
    assert pet.factor(pet("GML"), "") == 1.0


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
