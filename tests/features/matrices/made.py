"""Co-occurrence of a made ROI, in both ways of holding it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from radpipe.features.inputs import GrayLevels, Grid, TextureOptions, padded
from radpipe.features.matrices.dense_pairs import DensePairs, cooccurrence_of_pairs
from radpipe.features.matrices.sparse_pairs import SparsePairs, cooccurrence_of_voxels
from radpipe.kernels.neighbours import half_offsets
from radpipe.kernels.runs import count_pairs_and_runs

SPACING_ZYX_MM = (3.0, 1.0, 0.5)


def laid_out(levels: Sequence[Any]) -> tuple[Grid, GrayLevels, np.ndarray]:
    """Gray levels in (z, y, x), 0 outside: the grid, the levels that occur, and the directions."""
    array = np.array(levels)
    gray = GrayLevels.of(array[array > 0].astype(np.int64))
    nz, ny, nx = array.shape
    return padded(gray.slots, array > 0, 1), gray, half_offsets((1,), (nz, ny, nx))


def dense(levels: Sequence[Any], **options: Any) -> DensePairs | None:
    """Matrices with all cells."""
    grid, gray, offsets = laid_out(levels)
    steps, n = grid.layout.steps(offsets), len(gray.present)
    pairs, _ = count_pairs_and_runs(grid.slots, grid.spans, steps, n, 0, with_pairs=True)
    return cooccurrence_of_pairs(pairs, gray, TextureOptions(**options), offsets, SPACING_ZYX_MM)


def sparse(levels: Sequence[Any], **options: Any) -> SparsePairs | None:
    """Matrices as a list of cells."""
    grid, gray, offsets = laid_out(levels)
    return cooccurrence_of_voxels(grid, gray, TextureOptions(**options), offsets, SPACING_ZYX_MM)
