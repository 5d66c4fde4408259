"""Rows of a frame in groups and as records, and cells as they were before they were guarded."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Groups", "groups", "records", "unguarded"]

Groups = Iterator[tuple[tuple[Any, ...], npt.NDArray[np.intp]]]
"""What a group's rows share, and their positions, in the order of the first row."""


def groups(frame: "pd.DataFrame", columns: Sequence[str], among: npt.NDArray[np.intp] | slice = slice(None)) -> Groups:
    """Give the groups of rows with the same text in some columns.

    Parameters
    ----------
    frame
        Rows.
    columns
        Whose cells are compared.
    among
        Positions of the rows that are wanted; as it is, all.

    Examples
    --------
    >>> import pandas as pd
    >>> list(groups(pd.DataFrame({"roi": ["b", "a", "b"], "n": [1, 2, 3]}), ["roi"]))
    [(('b',), array([0, 2])), (('a',), array([1]))]
    """
    import pandas as pd

    places = np.arange(len(frame))[among]
    numbers = np.zeros(len(places), dtype=np.int64)
    cells = []
    for name in columns:
        own, words = pd.factorize(frame[name].iloc[among])
        numbers = pd.factorize(numbers * len(words) + own)[0].astype(np.int64)
        cells.append((own, words.tolist()))
    order = np.argsort(numbers, kind="stable")
    ends = np.flatnonzero(np.diff(numbers[order], append=-1)) + 1
    begin = 0
    for end in ends.tolist():
        rows = order[begin:end]
        yield tuple(words[own[rows[0]]] for own, words in cells), places[rows]
        begin = end


def records(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    """Return each row as column -> value."""
    return cast("list[dict[str, Any]]", frame.to_dict("records"))


def unguarded(cell: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from reading a formula.

    Examples
    --------
    >>> unguarded("'=1+1"), unguarded("'tis"), unguarded("")
    ('=1+1', "'tis", '')
    """
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r") else cell
