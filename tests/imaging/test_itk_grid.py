"""The grid of a file as ITK reads it, and as a NIfTI gives it first."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from radpipe.errors import InputError
from radpipe.imaging.itk_grid import grid_of_file
from radpipe.imaging.nifti import stored_nifti

from .written import TURNED, VALUES, write


@pytest.mark.parametrize("suffix", ["nrrd", "mha"])
def test_the_grid_is_that_which_was_written(tmp_path: Path, suffix: str) -> None:
    grid = grid_of_file(write(tmp_path / f"a.{suffix}", VALUES), None)
    assert (grid.size_zyx, grid.spacing_zyx_mm) == ((5, 6, 7), (3.0, 1.5, 1.0))
    assert grid.origin_xyz_mm == (-12.0, 7.0, 30.0)
    np.testing.assert_allclose(grid.direction, TURNED, atol=1e-9)


def test_an_affine_that_itk_does_not_take_is_refused_with_both_grids(tmp_path: Path) -> None:
    path = write(tmp_path / "a.nii", VALUES)
    _, header = stored_nifti(path)
    assert grid_of_file(path, header).size_zyx == (5, 6, 7)
    assert header.affine is not None
    moved = replace(header, affine=header.affine + np.array([0.0, 0.0, 0.0, 5.0]))
    with pytest.raises(InputError, match=r"E_HEADER.*sform and qform disagree"):
        grid_of_file(path, moved)
    sheared = replace(header, affine=header.affine + np.array([[0.0, 0.9, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]))
    with pytest.raises(InputError, match=r"E_HEADER.*no grid of right angles"):
        grid_of_file(path, sheared)
