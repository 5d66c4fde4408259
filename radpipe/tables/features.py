"""The feature table: one row per planned ROI, in the plan's order, with the same bytes for the same input."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from radpipe.outcome import Outcome, Status

__all__ = ["FIRST_COLUMNS", "failures", "guarded", "long", "wide"]

FIRST_COLUMNS = ("case_id", "image_id", "modality", "roi", "config", "status", "code", "message", "warnings")
"""First columns of every table of ROIs."""


def wide(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Return one row per outcome: first columns, ``diag_*``, then features under PyRadiomics' names.

    Failed and skipped rows have missing values. Columns stand in the order in which they first occur.
    """
    diagnostics: dict[str, None] = {}
    features: dict[str, None] = {}
    for one in outcomes:
        if one.vector is not None:
            diagnostics.update(dict.fromkeys(f"diag_{name}" for name in one.vector.diagnostics))
            features.update(dict.fromkeys(one.vector.names))
    rows = [_row(one) for one in outcomes]
    frame = pd.DataFrame(rows, columns=[*FIRST_COLUMNS, *diagnostics, *features])
    for name in diagnostics:
        if frame[name].dropna().map(lambda value: isinstance(value, int) and not isinstance(value, bool)).all():
            frame[name] = frame[name].astype("Int64")
    return frame.astype(dict.fromkeys(features, "float64"))


def _row(one: Outcome) -> dict[str, Any]:
    row: dict[str, Any] = {
        "case_id": one.case_id,
        "image_id": one.image_id,
        "modality": one.modality,
        "roi": one.roi,
        "config": one.config,
        "status": str(one.status),
        "code": one.code,
        "message": one.message,
        "warnings": "; ".join(map(str, one.warnings)),
    }
    if one.vector is not None:
        row |= {f"diag_{name}": value for name, value in one.vector.diagnostics.items()}
        row |= one.vector.as_dict()
    return row


def long(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Return one row per value: case_id, image_id, modality, roi, config, feature, value."""
    measured = [(one, one.vector) for one in outcomes if one.vector is not None]
    columns: Mapping[str, list[Any]] = {
        **{
            name: [getattr(one, name) for one, vector in measured for _ in vector.names]
            for name in ("case_id", "image_id", "modality", "roi", "config")
        },
        "feature": [name for _, vector in measured for name in vector.names],
        "value": [value for _, vector in measured for value in vector.values.tolist()],
    }
    return pd.DataFrame(columns).astype({"value": "float64"})


def failures(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Return the rows that are not ok: first columns only."""
    rows = [_row(one) for one in outcomes if one.status is not Status.OK]
    return pd.DataFrame(rows, columns=list(FIRST_COLUMNS))


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
    text = [name for name in frame.columns if frame[name].dtype == object]
    return frame.assign(**{name: frame[name].map(_guard) for name in text}).rename(columns=_guard)


def _guard(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
