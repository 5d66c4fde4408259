"""Rows of a frame in groups and as records, and cells as they were before they were guarded."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Groups", "groups", "records", "unguarded"]

Groups = list[tuple[tuple[str, ...], npt.NDArray[np.intp]]]
"""What a group's rows share, and their positions, in the order of the first row."""


def groups(frame: "pd.DataFrame", columns: Sequence[str]) -> Groups:
    """Return the groups of rows with the same text in some columns.

    Examples
    --------
    >>> import pandas as pd
    >>> groups(pd.DataFrame({"roi": ["b", "a", "b"], "n": [1, 2, 3]}), ["roi"])
    [(('b',), array([0, 2])), (('a',), array([1]))]
    """
    places: dict[tuple[str, ...], list[int]] = {}
    for place, key in enumerate(zip(*(frame[name].tolist() for name in columns), strict=True)):
        places.setdefault(key, []).append(place)
    return [(key, np.array(rows, dtype=np.intp)) for key, rows in places.items()]


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
