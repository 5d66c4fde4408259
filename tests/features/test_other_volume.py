"""Another volume: counts by hand, nested, taken all around, and the voxels of a plain twin."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt, gaussian_filter

from radpipe.errors import InputError
from radpipe.features.other_volume import with_other_volume
from radpipe.geometry import Geometry
from radpipe.volume import Mask


def ball(radius_mm: float = 12.0) -> Mask:
    grid = Geometry((21, 51, 51), (3.0, 1.0, 1.0))
    z, y, x = np.indices(grid.size_zyx)
    inside = (3.0 * (z - 10)) ** 2 + (y - 25.0) ** 2 + (x - 25.0) ** 2 <= radius_mm**2
    return Mask.of(inside, grid)


@pytest.mark.parametrize(("share", "voxels"), [(-0.2, 1882), (-0.1, 2118), (0.0, 2353), (0.1, 2588), (0.2, 2824)])
def test_the_ball_has_the_wanted_number_of_voxels(share: float, voxels: int) -> None:
    # 2,353 voxels, times 1 + share, rounded: by hand.
    assert with_other_volume(ball(), share).voxel_count == voxels


def test_volumes_are_nested() -> None:
    parts = [with_other_volume(ball(), share).full_array() for share in (-0.2, -0.1, 0.0, 0.1, 0.2)]
    for smaller, larger in pairwise(parts):
        assert not (smaller & ~larger).any()


def test_shrinking_takes_the_surface_all_around_first() -> None:
    smaller = with_other_volume(ball(), -0.1).full_array()
    z, y, x = np.nonzero(smaller)
    # Ties broken by index would take one side: the middle would move by a tenth of a voxel and more.
    assert np.abs([z.mean() - 10, y.mean() - 25, x.mean() - 25]).max() < 0.05


def test_nothing_left_is_an_empty_roi() -> None:
    grid = Geometry((3, 3, 3), (1.0, 1.0, 1.0))
    mask = Mask.within((slice(1, 2),) * 3, np.ones((1, 1, 1), bool), grid)
    with pytest.raises(InputError, match="E_EMPTY_ROI"):
        with_other_volume(mask, -0.9)


def by_scipy(mask: Mask, share: float) -> np.ndarray:
    """Rank the voxels of the whole grid by SciPy's distances, ties by the smoothed distance, then by index."""
    inside, spacing = mask.full_array(), mask.geometry.spacing_zyx_mm
    depth = distance_transform_edt(inside, sampling=spacing) - distance_transform_edt(~inside, sampling=spacing)
    smooth = gaussian_filter(np.round(depth, 6), 1.0).ravel()
    order = np.lexsort((np.arange(smooth.size), -smooth, -np.round(depth, 6).ravel()))
    kept = np.zeros(smooth.size, dtype=bool)
    kept[order[: int(np.floor(mask.voxel_count * (1 + share) + 0.5))]] = True
    return kept.reshape(inside.shape)


@pytest.mark.parametrize("share", [-0.5, -0.15, 0.07, 0.4, 2.0])
def test_a_lopsided_roi_has_the_voxels_of_the_whole_grids_ranks(share: float) -> None:
    grid = Geometry((30, 60, 62), (2.5, 0.9, 1.1))
    z, y, x = np.indices(grid.size_zyx)
    inside = (2.5 * (z - 15)) ** 2 + (y - 30.0) ** 2 + (x - 30.0) ** 2 <= 10.0**2
    inside |= (2.5 * (z - 13)) ** 2 + (y - 24.0) ** 2 + (x - 36.0) ** 2 <= 6.0**2
    mask = Mask.of(inside, grid)
    assert np.array_equal(with_other_volume(mask, share).full_array(), by_scipy(mask, share))
