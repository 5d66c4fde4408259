"""Quantities that no patient, tracer or SUV can have."""

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


def test_a_weight_that_does_not_fit_the_size_is_refused() -> None:
    data = header()
    data.PatientWeight, data.PatientSize = 25.0, 1.75
    # By hand: 25 / 1.75^2 = 8.163
    with pytest.raises(InputError, match=r"E_SUV.*body mass index .* 8\.16327 is outside 10 \.\. 90 kg/m2"):
        suv_factor(data, "")
    data.PatientSize = 175.0  # in cm, against the standard: no size to compare with
    data.PatientWeight = 70.0
    assert suv_factor(data, "") == pytest.approx(suv_factor(header(), ""), rel=1e-12)
