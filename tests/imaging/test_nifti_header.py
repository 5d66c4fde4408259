"""The grid of a NIfTI header, in LPS and mm."""

from dataclasses import replace

import numpy as np
import pytest

from radpipe.imaging.nifti_header import NiftiHeader

# Voxels of 1 x 2 x 3 mm; RAS: x grows to the right. The first voxel lies at R 10, A 20, S 30.
AFFINE = np.array([[1.0, 0, 0, 10], [0, 2.0, 0, 20], [0, 0, 3.0, 30]])
HEADER = NiftiHeader(1, "<", (8, 7), 4, 16, (1.0, 2.0, 3.0), 352, (0.0, 0.0), 2, AFFINE, sform=True, is_pair=False)


def test_the_grid_turns_from_right_and_front_to_left_and_back() -> None:
    grid = HEADER.geometry()
    assert (grid.size_zyx, grid.spacing_zyx_mm) == ((1, 7, 8), (3.0, 2.0, 1.0))
    assert grid.origin_xyz_mm == (-10.0, -20.0, 30.0)
    np.testing.assert_array_equal(grid.index_to_mm((0, 1, 1)), (-11.0, -22.0, 30.0))


def test_a_header_without_an_affine_has_no_grid() -> None:
    with pytest.raises(ValueError, match="it has neither sform nor qform"):
        replace(HEADER, affine=None).geometry()
