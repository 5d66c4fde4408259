"""Slices to a stack: the spacing that ITK and highdicom find, the grid's corner, places of missing slices."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from highdicom.spatial import get_series_volume_positions

from radpipe.errors import InputError, Policy
from radpipe.imaging.open import open_image
from radpipe.imaging.slices import Slice
from radpipe.imaging.stacks import stack

from .stacked import OBLIQUE, series


def test_spacing_is_the_length_by_the_steps_not_a_middle_gap(tmp_path: Path, make: Any) -> None:
    # Gaps 3, 3, 3.05 mm: regular to 2 %; (9.05 - 0) / 3 by hand, as ITK does it. The median gap is 3.
    volume = open_image(make.series(tmp_path, series(make, [0.0, 3.0, 6.0, 9.05])))
    assert volume.geometry.spacing_zyx_mm[0] == pytest.approx(9.05 / 3, abs=1e-9)


def test_the_last_slice_is_reached_with_a_missing_one(tmp_path: Path, make: Any) -> None:
    datasets = series(make, [0.0, 2.0, 6.0, 8.04])
    volume = open_image(make.series(tmp_path, datasets), Policy.parse(["E_MISSING_SLICE=warn"]))
    assert volume.geometry.size_zyx[0] == 5
    assert volume.geometry.spacing_zyx_mm[0] == pytest.approx(8.04 / 4, abs=1e-9)


@pytest.mark.parametrize("orientation", [(1.0, 0, 0, 0, 1.0, 0), OBLIQUE, (0, 1.0, 0, 0, 0, -1.0)])
@pytest.mark.parametrize("along_mm", [[0, 1.5, 3.0, 4.5, 6.0], [12.0, 8.0, 4.0, 0.0], [-2.0, 0.5, 3.0]])
def test_order_and_spacing_are_highdicoms(make: Any, along_mm: list[float], orientation: tuple[float, ...]) -> None:
    datasets = series(make, along_mm, orientation)
    spacing, order = get_series_volume_positions(datasets)
    assert spacing is not None
    assert order is not None
    found = stack([Slice.of(data, str(i)) for i, data in enumerate(datasets)], Policy())
    assert found.geometry.spacing_zyx_mm[0] == pytest.approx(spacing, abs=1e-9)
    places = [int(one.path) for one in found.slices if one is not None]
    assert [order[place] for place in places] in (
        sorted(order),
        sorted(order, reverse=True),
    )  # it may begin at the other end
    normal = np.cross(orientation[:3], orientation[3:])
    heights = [float(normal @ one.position_xyz_mm) for one in found.slices if one is not None]
    assert heights == sorted(heights)


def test_the_corner_is_the_first_slices_and_the_axes_are_its_own(make: Any) -> None:
    found = stack([Slice.of(data, "x") for data in series(make, [4.0, 0.0, 2.0], OBLIQUE)], Policy()).geometry
    np.testing.assert_allclose(found.origin_xyz_mm, (5.0, -7.0, 11.0), atol=1e-9)
    np.testing.assert_allclose(
        np.reshape(found.direction, (3, 3)), np.array([[0.8, 0, -0.6], [0.6, 0, 0.8], [0, -1, 0]]), atol=1e-9
    )
    np.testing.assert_allclose(found.index_to_mm((2, 0, 0)), (5 - 0.6 * 4, -7 + 0.8 * 4, 11), atol=1e-9)


def test_a_single_slice_has_its_thickness_where_the_policy_lets_it_pass(make: Any) -> None:
    slices = [Slice.of(data, "x") for data in series(make, [3.0])]
    with pytest.raises(InputError, match="E_SINGLE_SLICE"):
        stack(slices, Policy())
    found = stack(slices, Policy.parse(["E_SINGLE_SLICE=warn"]))
    assert found.geometry.spacing_zyx_mm == (9.0, 1.0, 1.0)  # SliceThickness of the maker
    assert found.geometry.origin_xyz_mm == (5.0, -7.0, 14.0)
