"""SUV by body weight against hand calculation, and every tag that can be missing."""

from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset

from radpipe.errors import InputError, Policy
from radpipe.imaging.open import open_image
from radpipe.imaging.suv import suv_factor

HALF_LIFE_S = 6588.0  # fluorine-18


def header(units: str = "BQML", correction: str = "START") -> Dataset:
    """70 kg, 350 MBq injected one hour before the scan."""
    data, drug = Dataset(), Dataset()
    data.Units, data.DecayCorrection, data.PatientWeight = units, correction, 70.0
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
    with pytest.raises(InputError, match=r"E_SUV.*PatientWeight, RadionuclideHalfLife, Radiopharm.*SeriesTime"):
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
        one = make.slice_of(plane, (0, 0, 4.0 * i), i + 1, modality="PT", slope=0.25 * (i + 1), intercept=0.0)
        one.update(header(correction="ADMIN"))
        slices.append(one)
    volume = open_image(make.series(tmp_path, slices, modality="PT"))
    assert volume.unit == "SUVbw"
    for i, plane in enumerate(planes):
        assert volume.array[i] == pytest.approx(plane * 0.25 * (i + 1) * 70_000 / 350e6, rel=1e-12)
