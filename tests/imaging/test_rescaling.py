"""Stored values to physical ones, in the number types of SimpleITK."""

from pathlib import Path
from typing import Any

import pytest
from numpy.testing import assert_array_equal

from radpipe.errors import InputError, Policy
from radpipe.imaging.open import open_image

from .test_dicom_series import codes


@pytest.mark.parametrize(
    ("dtype", "slope", "intercept", "wanted"),
    [
        ("uint16", None, None, "uint16"),
        ("int16", None, None, "int16"),
        ("uint8", None, None, "uint8"),
        ("int16", 1.0, -1024.0, "int16"),
        ("uint16", 0.5, 0.0, "float64"),
    ],
)
def test_number_types_are_those_of_simpleitk(
    tmp_path: Path, make: Any, dtype: str, slope: float | None, intercept: float | None, wanted: str
) -> None:
    planes = (make.stored_values((4, 6, 7)) % 200).astype(dtype)
    slices = [
        make.slice_of(p, (0, 0, 2.0 * i), i + 1, modality="MR", slope=slope, intercept=intercept)
        for i, p in enumerate(planes)
    ]
    volume = open_image(make.series(tmp_path, slices, modality="MR"))
    assert volume.array.dtype == wanted
    assert_array_equal(volume.array, planes * (slope or 1.0) + (intercept or 0.0))
    assert volume.unit == "arbitrary"


def test_a_ct_without_rescale_is_refused(tmp_path: Path, make: Any) -> None:
    ref = make.series(tmp_path, make.axial(slope=None, intercept=None))
    with pytest.raises(InputError, match="E_NO_RESCALE"):
        open_image(ref)
    assert codes(open_image(ref, Policy.parse(["E_NO_RESCALE=warn"]))) == ["E_NO_RESCALE"]


def test_a_ct_slice_of_another_slope_is_refused(tmp_path: Path, make: Any) -> None:
    slices = make.axial()
    slices[1].RescaleSlope = 2.0
    with pytest.raises(InputError, match=r"E_MIXED_SERIES.*rescale"):
        open_image(make.series(tmp_path, slices))


def test_a_ct_that_is_no_ct_by_its_own_word_is_refused(tmp_path: Path, make: Any) -> None:
    slices = make.axial()
    for one in slices:
        one.RescaleType = "CBF"
    ref = make.series(tmp_path, slices)
    with pytest.raises(InputError, match=r"E_RESCALE_TYPE.*CBF, not HU"):
        open_image(ref)
    assert codes(open_image(ref, Policy.parse(["E_RESCALE_TYPE=warn"]))) == ["E_RESCALE_TYPE"]
