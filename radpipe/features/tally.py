"""How often each whole number occurs in a ROI: what replaces sorting, binning and summing voxel by voxel."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.kernels.tally import tally

__all__ = ["Tally"]

_WORTH = 8
"""So many values must there be to each number: with fewer, the voxels are as quickly looked at one by one."""

_EXACT = 2.0**53
"""Whole numbers below this are exact in float64, and so are their sums in any order."""


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """How often each whole number from the least to the greatest occurs.

    Parameters
    ----------
    numbers
        float64, shape (n,): least, least + 1, ... greatest.
    counts
        int64, shape (n,): values that equal each; the first and the last are above 0.
    """

    numbers: npt.NDArray[np.float64]
    counts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, values: npt.NDArray[Any]) -> "Tally | None":
        """Count values, shape (N,), N > 0; None where they are not int16, or fewer than 8 to each number.

        Examples
        --------
        >>> tally = Tally.of(np.array([3, 5, 3] * 8, dtype=np.int16))
        >>> tally.numbers.tolist(), tally.counts.tolist()
        ([3.0, 4.0, 5.0], [16, 0, 8])
        """
        if values.dtype != np.int16:
            return None
        low, high = int(values.min()), int(values.max())
        if _WORTH * (high - low + 1) > values.size:
            return None
        return cls(np.arange(low, high + 1, dtype=np.float64), tally(values, low, high - low + 1))

    @property
    def lowest(self) -> int:
        """The least value."""
        return int(self.numbers[0])

    @property
    def size(self) -> int:
        """Number of values."""
        return int(self.counts.sum())

    def sum_is_exact(self, terms: npt.NDArray[np.float64]) -> bool:
        """Tell whether the sum over values, of one whole term a number, is exact in whatever order it is taken."""
        return bool(np.abs(terms).max() * self.size < _EXACT and np.all(terms == np.rint(terms)))

    def sum(self, terms: npt.NDArray[np.float64]) -> float:
        """Sum over the values one term a number, shape (n,)."""
        return float(np.sum(self.counts * terms))

    def order_statistics(self, ranks: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return the values of given ranks, 0 to N - 1."""
        return self.numbers[np.searchsorted(np.cumsum(self.counts), ranks, side="right")]
