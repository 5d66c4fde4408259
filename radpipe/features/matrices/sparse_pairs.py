"""Co-occurrence matrices by sorting pairs, with those cells only that are not empty: for very many gray levels."""

import numpy as np
import numpy.typing as npt

from radpipe.features.inputs import EPSILON, GrayLevels, Grid, TextureOptions
from radpipe.features.matrices.cooccurrence import Cooccurrence
from radpipe.features.matrices.sums import by_direction, gathered
from radpipe.features.matrices.weights import direction_weights
from radpipe.kernels.neighbours import pair_keys

__all__ = ["cooccurrence_of_voxels"]

IntArray = npt.NDArray[np.int64]


def cooccurrence_of_voxels(
    grid: Grid,
    gray: GrayLevels,
    options: TextureOptions,
    offsets: IntArray,
    spacing_zyx_mm: tuple[float, float, float],
) -> Cooccurrence | None:
    """Count pairs by sorting them and normalise them, for so many gray levels that matrices would be mostly empty.

    Parameters
    ----------
    grid
        The ROI.
    gray, options, offsets, spacing_zyx_mm
        As for :func:`radpipe.features.matrices.dense_pairs.cooccurrence_of_pairs`.
    """
    n = len(gray.present)
    steps = grid.layout.steps(offsets)
    weights = (
        np.ones(len(steps)) if options.weighting_norm is None else direction_weights(offsets, spacing_zyx_mm, options)
    )
    keys, counts = [], []
    for a, step in enumerate(steps):
        found = pair_keys(grid.slots, grid.spans, step, n)
        if options.symmetrical_glcm:
            found = np.concatenate([found, found % n * n + found // n])
        cells, number = np.unique(found, return_counts=True)
        keys.append(cells if options.weighting_norm is not None else cells + a * n * n)
        counts.append(number * weights[a])
    cells, place = np.unique(np.concatenate(keys), return_inverse=True)
    if not cells.size:
        return None
    number = np.bincount(place, weights=np.concatenate(counts))
    row, column = cells // n % n, cells % n
    used, direction = np.unique(cells // (n * n), return_inverse=True)
    count = len(used)
    p = number / np.bincount(direction, weights=number)[direction]
    i, j = gray.present[row], gray.present[column]
    return Cooccurrence(
        p=p,
        i=i.astype(np.float64),
        j=j.astype(np.float64),
        row=row,
        column=column,
        direction=direction,
        sums=i + j - 2,
        highest=gray.highest,
        px=gathered(row * count + direction, p, n, count),
        py=gathered(column * count + direction, p, n, count),
        ux=by_direction(direction, i * p, count),
        uy=by_direction(direction, j * p, count),
        p_sum=gathered((i + j - 2) * count + direction, p, 2 * gray.highest - 1, count),
        p_difference=gathered(np.abs(i - j) * count + direction, p, gray.highest, count),
        entropy=-by_direction(direction, p * np.log2(p + EPSILON), count),
    )
