"""Parts of a mask that do not touch, and holes of its slices, from the spans of its rows."""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit
from radpipe.kernels.forest import joined, root
from radpipe.kernels.spans import Spans, solid, spans_of

__all__ = ["parts_and_holes"]

IntArray = npt.NDArray[np.int64]


def parts_and_holes(mask: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """Count the parts of a mask that touch by no face, edge or corner, and the holes of its slices.

    Parameters
    ----------
    mask
        Shape (z, y, x).

    Returns
    -------
    tuple of int
        Parts (26 neighbours), and regions of the background of a slice that do not reach its border (4 neighbours).

    Examples
    --------
    >>> ring = np.array([[[1, 1, 1, 0], [1, 0, 1, 0], [1, 1, 1, 0], [0, 0, 0, 1]]], dtype=bool)
    >>> parts_and_holes(ring)
    (1, 1)
    """
    spans = spans_of(solid(mask), 1)
    wide_y, wide_x = mask.shape[1] + 2, mask.shape[2] + 2
    return int(_count_parts(spans, wide_x, wide_y * wide_x)), int(_count_holes(spans, wide_x))


@njit
def _were_apart(parent: IntArray, one: int, other: int) -> int:
    """Join the sets of two nodes; return 1 where they were apart."""
    a, b = root(parent, one), root(parent, other)
    joined(parent, a, b)
    return 1 if a != b else 0


@njit
def _count_parts(spans: Spans, row: int, plane: int) -> int:
    """Count sets of spans on a grid padded by one that touch in the row before or in the plane before."""
    starts, stops, _ = spans
    parent = np.arange(starts.size)
    parts = starts.size
    for step in (row, plane - row, plane, plane + row):
        first = 0
        for s in range(starts.size):
            low, high = starts[s] - step, stops[s] - step  # a cell beside either end touches by a corner
            while first < starts.size and stops[first] < low:
                first += 1
            other = first
            while other < starts.size and starts[other] <= high:
                parts -= _were_apart(parent, s, other)
                other += 1
    return parts


@njit
def _count_holes(spans: Spans, row: int) -> int:
    """Count sets of gaps between spans of one row that touch no background outside, row by row.

    Node s + 1 is the gap behind span s, node 0 all background that is no gap.
    """
    starts, stops, _ = spans
    parent = np.arange(starts.size + 1)
    holes = 0
    for s in range(starts.size - 1):
        holes += starts[s] // row == starts[s + 1] // row
    if holes == 0:
        return 0
    for s in range(starts.size - 1):
        if starts[s] // row != starts[s + 1] // row:
            continue
        for step in (-row, row):
            low, high = stops[s] + step, starts[s + 1] + step
            # Runs of background that the gap sees there: the one before the first span that ends behind `low`, and on.
            k = np.searchsorted(stops, low, side="right")
            if k == starts.size or starts[k] >= high or starts[k] > low:
                holes -= _were_apart(parent, s + 1, _gap_before(starts, k, low // row, row))
            while k < starts.size and stops[k] < high:
                k += 1
                holes -= _were_apart(parent, s + 1, _gap_before(starts, k, low // row, row))
    return holes


@njit
def _gap_before(starts: IntArray, k: int, number: int, row: int) -> int:
    """Return the node of the background before span k in a row: a gap where spans of that row lie on both sides."""
    inside = 0 < k < starts.size and starts[k] // row == number and starts[k - 1] // row == number
    return k if inside else 0
