"""The feature table: one row per planned ROI, in the plan's order, with the same bytes for the same input."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radpipe.outcome import Outcome, Status
from radpipe.store.packs import QC

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FIRST_COLUMNS", "Columns", "ColumnsSeen", "failures", "guarded", "guarded_names", "long", "wide"]

FIRST_COLUMNS = ("case_id", "image_id", "modality", "roi", "config", "status", "code", "message", "warnings")
"""First columns of every table of ROIs."""

LONG_COLUMNS = ("case_id", "image_id", "modality", "roi", "config", "feature", "value")
"""Columns of the long table: one row a value."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a feature table behind the first ones.

    Parameters
    ----------
    diagnostics
        ``diag_*`` -> type of pandas: ``Int64``, ``float64`` or ``object`` (text).
    features
        Names, in the order in which they first occur.
    """

    diagnostics: Mapping[str, str]
    features: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every column in its order."""
        return (*FIRST_COLUMNS, *self.diagnostics, *self.features)

    def schema(self) -> "pa.Schema":
        """Return the columns as Parquet keeps them, so that pandas gives back the same types."""
        import pyarrow as pa

        types = {"Int64": pa.int64(), "float64": pa.float64(), "object": pa.string()}
        fields = [
            *((name, pa.string()) for name in FIRST_COLUMNS),
            *((name, types[kind]) for name, kind in self.diagnostics.items()),
            *((name, pa.float64()) for name in self.features),
        ]
        # What pandas says of one feature, it says of all.
        few = pa.Schema.from_pandas(wide([], replace(self, features=self.features[:1])), preserve_index=False).metadata
        said = json.loads(few[b"pandas"])
        if self.features:
            feature = said["columns"].pop()
            said["columns"] += [{**feature, "name": name, "field_name": name} for name in self.features]
        return pa.schema(fields, metadata={**few, b"pandas": json.dumps(said).encode()})


class ColumnsSeen:
    """Gathers the columns of a table while its rows go by in the plan's order."""

    def __init__(self) -> None:
        self._kinds: dict[str, set[type]] = {}
        self._features: dict[str, None] = {}
        self._sets: set[str] = set()

    def add(self, features: str, diagnostics: str) -> None:
        """Take a row: the names of its features, one a line, and its diagnostics as JSON."""
        if features not in self._sets:
            self._sets.add(features)
            self._features.update(dict.fromkeys(features.split("\n") if features else ()))
        values = json.loads(diagnostics)
        values.pop(QC, None)
        for name, value in values.items():
            self._kinds.setdefault(f"diag_{name}", set()).add(type(value))

    def columns(self) -> Columns:
        """Return the columns that the rows so far need."""
        return Columns({name: _kind(kinds) for name, kinds in self._kinds.items()}, tuple(self._features))

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> Columns:
        """Return the columns that outcomes need."""
        seen = cls()
        for outcome in outcomes:
            if outcome.vector is not None:
                seen.add("\n".join(outcome.vector.names), json.dumps(dict(outcome.vector.diagnostics)))
        return seen.columns()


def _kind(kinds: set[type]) -> str:
    known = kinds - {type(None)}
    if known == {int}:
        return "Int64"
    return "float64" if known and known <= {int, float} else "object"


def wide(outcomes: Sequence[Outcome], columns: Columns | None = None) -> pd.DataFrame:
    """Return one row per outcome: first columns, ``diag_*``, then features under PyRadiomics' names.

    Parameters
    ----------
    outcomes
        Rows, in the plan's order.
    columns
        Of the whole table; None: those that these rows need.

    Returns
    -------
    pandas.DataFrame
        Failed and skipped rows have missing values.
    """
    columns = columns or ColumnsSeen.of(outcomes)
    place = {name: number for number, name in enumerate(columns.features)}
    values = np.full((len(outcomes), len(place)), np.nan)
    sets: dict[tuple[str, ...], Any] = {}
    diagnostics: dict[str, list[Any]] = {name: [None] * len(outcomes) for name in columns.diagnostics}
    for row, outcome in enumerate(outcomes):
        vector = outcome.vector
        if vector is None:
            continue
        where = sets.get(vector.names)
        if where is None:
            where = sets[vector.names] = np.array([place[name] for name in vector.names], dtype=np.intp)
        values[row, where] = vector.values
        for name, value in vector.diagnostics.items():
            text = columns.diagnostics[f"diag_{name}"] == "object" and value is not None
            diagnostics[f"diag_{name}"][row] = str(value) if text else value
    first = {name: [_cell(outcome, name) for outcome in outcomes] for name in FIRST_COLUMNS}
    frame = pd.DataFrame({**{name: pd.Series(cells, dtype=object) for name, cells in first.items()}})
    own = pd.DataFrame({name: pd.Series(diagnostics[name], dtype=kind) for name, kind in columns.diagnostics.items()})
    features = pd.DataFrame(values, columns=list(columns.features), copy=False)
    return pd.concat([frame, own, features], axis=1)


def _cell(outcome: Outcome, name: str) -> str:
    if name == "warnings":
        return "; ".join(map(str, outcome.warnings))
    return str(getattr(outcome, name))


def long(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Return one row per value: case_id, image_id, modality, roi, config, feature, value."""
    measured = [(outcome, outcome.vector) for outcome in outcomes if outcome.vector is not None]
    columns: Mapping[str, list[Any]] = {
        **{
            name: [getattr(outcome, name) for outcome, vector in measured for _ in vector.names]
            for name in LONG_COLUMNS[:5]
        },
        "feature": [name for _, vector in measured for name in vector.names],
        "value": [value for _, vector in measured for value in vector.values.tolist()],
    }
    return pd.DataFrame(columns, columns=list(LONG_COLUMNS)).astype({"value": "float64"})


def failures(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Return the rows that are not ok: first columns only."""
    rows = [[_cell(outcome, name) for name in FIRST_COLUMNS] for outcome in outcomes if outcome.status is not Status.OK]
    return pd.DataFrame(rows, columns=list(FIRST_COLUMNS), dtype=object)


def guarded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with text cells and names of columns made safe: a leading = + - @ or control gets an apostrophe.

    References
    ----------
    OWASP, CSV injection.

    Examples
    --------
    >>> guarded(pd.DataFrame({"roi": ["=1+1", "GTV-1"]}))["roi"].tolist()
    ["'=1+1", 'GTV-1']
    """
    text = [name for name, kind in zip(frame.columns, frame.dtypes, strict=True) if kind == np.dtype(object)]
    return frame.assign(**{name: frame[name].map(_guard) for name in text}).rename(columns=_guard)


def guarded_names(names: Sequence[str]) -> list[str]:
    """Return names of columns as :func:`guarded` writes them."""
    return [_guard(name) for name in names]


def _guard(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
