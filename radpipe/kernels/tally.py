"""How often each whole number occurs.

Equal numbers that follow each other wait for each other where they are counted in one table: the processor must store a
count before it reads it again. So neighbours are counted in tables of their own, which are added in the end.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["add_keys", "replaced", "tally"]

IntArray = npt.NDArray[np.int64]
Integers = npt.NDArray[np.integer[Any]]
Keys = npt.NDArray[np.unsignedinteger[Any]]


@njit
def tally(values: Integers, low: int, size: int) -> IntArray:
    """Count the values ``low``, ``low + 1`` and so on, shape (size,); none lies outside of these."""
    tables = np.zeros((4, size), dtype=np.int64)
    whole = values.size // 4 * 4
    for k in range(0, whole, 4):
        tables[0, np.int64(values[k]) - low] += 1
        tables[1, np.int64(values[k + 1]) - low] += 1
        tables[2, np.int64(values[k + 2]) - low] += 1
        tables[3, np.int64(values[k + 3]) - low] += 1
    for k in range(whole, values.size):
        tables[0, np.int64(values[k]) - low] += 1
    counts: IntArray = tables[0] + tables[1] + tables[2] + tables[3]
    return counts


@njit
def replaced(values: Integers, low: int, table: Keys) -> Keys:
    """Look each value up in a table, whose first entry is that of ``low``."""
    found = np.empty(values.size, dtype=table.dtype)
    for k in range(values.size):
        found[k] = table[np.int64(values[k]) - low]
    return found


@njit
def add_keys(
    keys: Keys, starts: IntArray, stops: IntArray, even: npt.NDArray[np.int32], odd: npt.NDArray[np.int32]
) -> None:
    """Count the keys of some spans: every other one in another table, unless both are one.

    Parameters
    ----------
    keys
        Shape (cells,); below the size of the tables.
    starts, stops
        First cell of each span, and the cell after its last.
    even, odd
        Tables that are added to.
    """
    four, one = np.uint64(4), np.uint64(1)
    for s in range(starts.size):
        k, last = np.uint64(starts[s]), np.uint64(stops[s])
        while k + four <= last:
            even[np.uint64(keys[k])] += 1
            odd[np.uint64(keys[k + one])] += 1
            even[np.uint64(keys[k + np.uint64(2)])] += 1
            odd[np.uint64(keys[k + np.uint64(3)])] += 1
            k += four
        while k < last:
            even[np.uint64(keys[k])] += 1
            k += one
