"""Checks of image against mask, and of two images against each other."""

import numpy as np
import pytest

from radpipe.errors import InputError
from radpipe.geometry import Geometry
from radpipe.imaging.preflight import check_pair, refuse_unregistered
from radpipe.volume import Mask, Volume

GRID = Geometry((20, 20, 20), (1.0, 1.0, 1.0))


def mask(edge: int, grid: Geometry = GRID) -> Mask:
    array = np.zeros(grid.size_zyx, dtype=bool)
    array[:edge, :edge, :edge] = True
    return Mask(array, grid)


def test_a_small_roi_is_told_and_a_large_one_is_not() -> None:
    volume = Volume(np.zeros(GRID.size_zyx, dtype=np.int16), GRID)
    assert [str(n) for n in check_pair(volume, mask(3))] == ["W_SMALL_ROI: the ROI is small: 27 voxels, 27 mm3"]
    assert check_pair(volume, mask(10)) == ()


def test_a_mask_of_another_grid_is_refused() -> None:
    other = Geometry((20, 20, 20), (1.0, 1.0, 2.0))
    volume = Volume(np.zeros(GRID.size_zyx, dtype=np.int16), GRID)
    with pytest.raises(InputError, match=r"E_GRID_MISMATCH.*1 x 1 x 1 and 1 x 1 x 2"):
        check_pair(volume, mask(10, other))


def test_images_that_share_no_space_are_refused_with_their_distance() -> None:
    far = Geometry((20, 20, 20), (1.0, 1.0, 1.0), (300.0, 400.0, 0.0))
    with pytest.raises(InputError, match=r"E_UNREGISTERED.*CT and MR .* 500\.0 mm"):
        refuse_unregistered("CT", GRID, "MR", far)
    refuse_unregistered("CT", GRID, "PET", Geometry((5, 5, 5), (4.0, 4.0, 4.0)))
