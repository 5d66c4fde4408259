"""Weight by dose against hand calculation, and every tag that can be missing."""

from typing import Any

import pytest

from radpipe.errors import InputError


def test_bqml_decayed_to_the_start_of_the_scan(pet: Any) -> None:
    # By hand: 350 MBq * 2^(-3600 / 6588) = 239.65 MBq; 70,000 g / that.
    assert pet.factor(pet(), "") == pytest.approx(70_000 / (350e6 * 2 ** (-3600 / 6588)), rel=1e-12)
    assert pet.factor(pet(), "") == pytest.approx(2.92095e-4, rel=1e-4)


def test_bqml_decayed_to_the_administration(pet: Any) -> None:
    assert pet.factor(pet(correction="ADMIN"), "") == pytest.approx(70_000 / 350e6, rel=1e-12)


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
