"""Quantities that no patient, tracer or SUV can have."""

from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset

from radpipe.errors import InputError
from radpipe.imaging.open import open_image
from radpipe.imaging.suv import refuse_implausible_suv


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
def test_a_quantity_in_another_unit_is_refused_with_tag_value_and_range(
    pet: Any, tag: str, value: float, match: str
) -> None:
    data = pet()
    setattr(data if tag == "PatientWeight" else pet.tracer(data), tag, value)
    with pytest.raises(InputError, match=f"E_SUV.*{match}"):
        pet.factor(data, "pet.dcm")


def test_a_child_may_weigh_less_than_an_adult(pet: Any) -> None:
    data = pet(correction="ADMIN")
    data.PatientWeight, data.PatientAge = 7.0, "008M"
    pet.tracer(data).RadionuclideTotalDose = 30e6
    assert pet.factor(data, "") == pytest.approx(7_000 / 30e6, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "scheme", "meaning"),
    [("C-111A1", "SRT", "^18^Fluorine"), ("C-111A1", "SNM3", "18F"), ("77004003", "SCT", "^18^F"), ("x", "99", "F-18")],
)
def test_a_named_nuclide_has_its_own_half_life(pet: Any, value: str, scheme: str, meaning: str) -> None:
    data, code = pet(), Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, scheme, meaning
    pet.tracer(data).RadionuclideCodeSequence = [code]
    assert pet.factor(data, "") == pytest.approx(pet.factor(pet(), ""), rel=1e-12)
    pet.tracer(data).RadionuclideHalfLife = 4062.0  # gallium-68's
    with pytest.raises(InputError, match=r"E_SUV.*RadionuclideHalfLife 4062 s is not that of F-18, 6586\.2 s"):
        pet.factor(data, "")


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


def test_a_weight_that_does_not_fit_the_size_is_refused(pet: Any) -> None:
    data = pet()
    data.PatientWeight, data.PatientSize = 25.0, 1.75
    # By hand: 25 / 1.75^2 = 8.163
    with pytest.raises(InputError, match=r"E_SUV.*body mass index .* 8\.16327 is outside 10 \.\. 90 kg/m2"):
        pet.factor(data, "")
    data.PatientSize = 175.0  # in cm, against the standard: no size to compare with
    data.PatientWeight = 70.0
    assert pet.factor(data, "") == pytest.approx(pet.factor(pet(), ""), rel=1e-12)
