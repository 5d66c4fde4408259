"""What is told of image and mask beside the values, by hand; PyRadiomics' own words are in test_featureextractor."""

from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.compat.diagnostics import diagnostics_of, source_of
from radpipe.features.params_file import parse_params
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

GRID = Geometry((6, 10, 12), (2.0, 1.0, 0.5), (10.0, 20.0, 30.0))


def scene() -> tuple[tuple[sitk.Image, sitk.Image], Volume, Mask]:
    """Values 100 z + x; label 1 is a box of 2 x 3 x 4 voxels and one voxel apart."""
    z, _, x = np.indices(GRID.size_zyx)
    array = (100 * z + x).astype(np.int16)
    labels = np.zeros(GRID.size_zyx, np.uint8)
    labels[1:3, 2:5, 3:7] = 1
    labels[5, 9, 11] = 1
    pictures = tuple(sitk.GetImageFromArray(one) for one in (array, labels))
    for picture in pictures:
        picture.SetSpacing(GRID.spacing_zyx_mm[::-1])
        picture.SetOrigin(GRID.origin_xyz_mm)
    return pictures, Volume(array, GRID, "HU"), Mask.of(labels > 0, GRID)


def told(**setting: Any) -> dict[str, Any]:
    given, volume, mask = scene()
    params = parse_params({"featureClass": {"firstorder": ["Mean"]}, "setting": setting})
    source = source_of(volume, mask, params)
    found = diagnostics_of(given, volume, mask, params, source, {"label": 1, **setting}, {"Original": {}})
    return {name.removeprefix("diagnostics_"): value for name, value in found.items()}


def test_the_mask_as_given_by_hand() -> None:
    found = told()
    assert (found["Mask-original_VoxelNum"], found["Mask-original_VolumeNum"]) == (25, 2)
    # First x, y, z, then extent: the voxel apart stretches the box.
    assert found["Mask-original_BoundingBox"] == (3, 2, 1, 9, 8, 5)
    x = (24 * 4.5 + 11) / 25
    assert found["Mask-original_CenterOfMassIndex"] == pytest.approx((x, (24 * 3 + 9) / 25, (24 * 1.5 + 5) / 25))
    assert found["Mask-original_CenterOfMass"][0] == pytest.approx(10 + 0.5 * x)


def test_the_image_as_given_by_hand() -> None:
    found = told()
    assert (found["Image-original_Minimum"], found["Image-original_Maximum"]) == (0, 511)
    assert found["Image-original_Mean"] == pytest.approx(250 + 5.5)
    assert found["Image-original_Size"] == (12, 10, 6)
    assert found["Image-original_Dimensionality"] == "3D"


def test_stages_that_were_not_gone_through_are_not_told() -> None:
    assert not [name for name in told() if "interpolated" in name or "resegmented" in name]


def test_resegmentation_tells_what_was_kept() -> None:
    found = told(resegmentRange=[0, 200])
    # Slices 1 and 2 hold 103 to 106 and 203 to 206; up to 200 are the twelve voxels of slice 1.
    assert found["Mask-resegmented_VoxelNum"] == 12
    assert (found["Mask-resegmented_Minimum"], found["Mask-resegmented_Maximum"]) == (103, 106)


def test_resampling_tells_the_new_grid() -> None:
    found = told(resampledPixelSpacing=[1, 1, 1], interpolator="sitkLinear", padDistance=2)
    assert found["Image-interpolated_Spacing"] == pytest.approx((1, 1, 1))
    assert found["Mask-interpolated_Spacing"] == pytest.approx((1, 1, 1))
    assert 15 < found["Mask-interpolated_VoxelNum"] < 35  # of 25 voxels of 1 mm3


def test_only_splines_have_something_to_share() -> None:
    _, volume, mask = scene()
    spline, linear, plain = (
        parse_params({"setting": setting})
        for setting in ({"resampledPixelSpacing": [1, 1, 1]},
                        {"resampledPixelSpacing": [1, 1, 1], "interpolator": "sitkLinear"}, {})
    )  # fmt: skip
    assert source_of(volume, mask, spline) is not None
    assert source_of(volume, mask, linear) is None
    assert source_of(volume, mask, plain) is None
