"""Philips' private factors."""

from pathlib import Path
from typing import Any

import pytest

from radpipe.errors import InputError, Policy
from radpipe.imaging.open import open_image
from radpipe.imaging.suv import suv_factors


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
