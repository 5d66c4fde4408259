"""Columns of Arrow made of Python's values without pandas, which ``pyarrow.array`` imports to look at what it is given.

A plan is written before the first image is measured; pandas, which only tables need, is imported meanwhile.
"""

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["bytes_column", "integer_column", "number_lists", "text_column", "text_lists"]


def text_column(texts: Sequence[str]) -> "pa.Array":
    """Make a column of text.

    Parameters
    ----------
    texts
        Unicode; 2 GB in all at most, as Arrow's text has.

    Examples
    --------
    >>> text_column(["p1", ""]).to_pylist()
    ['p1', '']
    """
    import pyarrow as pa

    return _of_bytes([text.encode() for text in texts], pa.string())


def bytes_column(values: Sequence[bytes]) -> "pa.Array":
    """Make a column of bytes; see :func:`text_column`."""
    import pyarrow as pa

    return _of_bytes(values, pa.binary())


def _of_bytes(values: Sequence[bytes], kind: "pa.DataType") -> "pa.Array":
    import pyarrow as pa

    ends = pa.py_buffer(_ends([len(value) for value in values]))
    return pa.Array.from_buffers(kind, len(values), [None, ends, pa.py_buffer(b"".join(values))])


def _ends(lengths: Sequence[int]) -> npt.NDArray[np.int32]:
    """Return where each value begins, and where the last one ends."""
    ends = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=ends[1:])
    if ends[-1] > np.iinfo(np.int32).max:
        message = f"a column of {ends[-1]} bytes or values is more than Arrow's 32 bits can say"
        raise OverflowError(message)
    return ends.astype(np.int32)


def integer_column(numbers: Sequence[int | None]) -> "pa.Array":
    """Make a column of integers of 64 bits.

    Parameters
    ----------
    numbers
        None where there is none.

    Examples
    --------
    >>> integer_column([7, None]).to_pylist()
    [7, None]
    """
    import pyarrow as pa

    known = np.array([number is not None for number in numbers], dtype=np.bool_)
    values = np.array([number or 0 for number in numbers], dtype=np.int64)
    bits = None if known.all() else pa.py_buffer(np.packbits(known, bitorder="little"))
    return pa.Array.from_buffers(pa.int64(), len(numbers), [bits, pa.py_buffer(values)])


def text_lists(lists: Sequence[Sequence[str]]) -> "pa.Array":
    """Make a column of lists of text.

    Parameters
    ----------
    lists
        One for each row.

    Examples
    --------
    >>> text_lists([["GTV-1", "GTV-2"], []]).to_pylist()
    [['GTV-1', 'GTV-2'], []]
    """
    return _lists(lists, text_column(list(chain.from_iterable(lists))))


def number_lists(lists: Sequence[Sequence[float]]) -> "pa.Array":
    """Make a column of lists of float64; see :func:`text_lists`."""
    import pyarrow as pa

    values = np.fromiter(chain.from_iterable(lists), dtype=np.float64)
    return _lists(lists, pa.Array.from_buffers(pa.float64(), values.size, [None, pa.py_buffer(values)]))


def _lists(lists: Sequence[Sequence[Any]], values: "pa.Array") -> "pa.Array":
    import pyarrow as pa

    ends = pa.py_buffer(_ends([len(own) for own in lists]))
    return pa.Array.from_buffers(pa.list_(values.type), len(lists), [None, ends], children=[values])
