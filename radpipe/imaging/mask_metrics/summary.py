"""Mean, median and standard deviation of a mask's values."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["mean_median_sd"]


def mean_median_sd(values: npt.NDArray[Any]) -> tuple[float, float, float]:
    """Return mean, median and standard deviation (by n, not n - 1) of at least one value.

    Parameters
    ----------
    values
        Of any real type, shape (n,). Whole numbers of 8 and 16 bits are counted, and their sums are exact.

    Examples
    --------
    >>> mean_median_sd(np.array([1, 2, 2, 7], dtype=np.uint8))
    (3.0, 2.0, 2.345207879911715)
    """
    if values.dtype not in (np.uint8, np.int16, np.uint16):
        mean, sd = values.mean(dtype=np.float64), values.std(dtype=np.float64)
        return float(mean), float(np.median(values)), float(sd)
    from radpipe.kernels.tally import tally

    low, high, size = int(values.min()), int(values.max()), values.size
    counts = tally(values, low, high - low + 1)
    steps = np.arange(len(counts))
    total, squares = int(counts @ steps), int(counts @ steps**2)  # of the distances from the least value
    middle = np.searchsorted(np.cumsum(counts), [(size - 1) // 2, size // 2], side="right")
    return low + total / size, float(low + middle.mean()), math.sqrt(size * squares - total**2) / size
