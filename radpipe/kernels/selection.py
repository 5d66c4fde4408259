"""Order statistics without sorting: a histogram tells where they are, and only there values are compared."""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["order_statistics"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_BINS = 4096
_FEW = 4096
"""So few values are partitioned at once."""


def order_statistics(values: FloatArray, ranks: IntArray) -> FloatArray:
    """Return the values of given ranks.

    Parameters
    ----------
    values
        Shape (n,), finite.
    ranks
        Wanted, 0 to n - 1.

    Examples
    --------
    >>> order_statistics(np.array([5.0, 1.0, 4.0]), np.array([2, 0]))
    array([5., 1.])
    """
    low, high = float(values.min()), float(values.max())
    scale = (_BINS - 1) / (high - low) if high > low else 0.0
    if len(values) <= _FEW or not np.isfinite(scale):
        return np.asarray(np.partition(values, ranks)[ranks])
    counts = _histogram(values, low, scale)
    ends = np.cumsum(counts)
    holding = np.searchsorted(ends, ranks, side="right")
    wanted = np.zeros(_BINS, dtype=np.bool_)
    wanted[holding] = True
    kept = np.sort(_gather(values, low, scale, wanted, int(counts[wanted].sum())))
    # Bins rise with their values: what lies before a rank is all values of bins that were not kept.
    skipped = np.cumsum(np.where(wanted, 0, counts))
    return np.asarray(kept[ranks - skipped[holding]])


@njit
def _histogram(values: FloatArray, low: float, scale: float) -> IntArray:
    """Count values in bins of equal width."""
    counts = np.zeros(_BINS, dtype=np.int64)
    for value in values:
        counts[np.uint64((value - low) * scale)] += 1
    return counts


@njit
def _gather(values: FloatArray, low: float, scale: float, wanted: npt.NDArray[np.bool_], total: int) -> FloatArray:
    """Return the values in wanted bins."""
    kept = np.empty(total, dtype=np.float64)
    found = 0
    for value in values:
        if wanted[np.uint64((value - low) * scale)]:
            kept[found] = value
            found += 1
    return kept
