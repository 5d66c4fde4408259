"""The numbers of a description: each feature's distribution, outlying rows, and what follows volume."""

from collections import Counter

import numpy as np
import pandas as pd

from radpipe.qc.describe.description import FEATURE_COLUMNS, GROUP, ROW_COLUMNS, Described, FloatArray
from radpipe.qc.frames import groups
from radpipe.qc.robust import robust_z
from radpipe.qc.rules import FEWEST_SHOWN, ROBUST_Z
from radpipe.survival.design.lesions import VOLUME_COLUMNS
from radpipe.tables.features import FIRST_COLUMNS

__all__ = ["described"]


SKEWED = 10.0
"""Largest over median, from which positive values are looked at on the log scale."""


def described(frame: pd.DataFrame) -> Described:
    """Look at a feature table.

    Parameters
    ----------
    frame
        As ``features.csv``: first columns, ``diag_*``, features.
    """
    measured = frame[frame["status"] == "ok"].reset_index(drop=True)
    names = [str(name) for name in frame.columns if name not in FIRST_COLUMNS and not str(name).startswith("diag_")]
    features: list[tuple[object, ...]] = []
    rows: list[tuple[object, ...]] = []
    for key, members in groups(measured.assign(**{name: measured[name].astype(str) for name in GROUP}), GROUP):
        part = measured.iloc[members]
        own = [name for name in names if part[name].notna().any()]
        values = part[own].to_numpy(dtype=np.float64)
        z = np.column_stack([_z(column) for column in values.T]) if own else np.zeros((len(part), 0))
        rho = _rho(values, _volume(part))
        features += [
            (*key, name, *_numbers(values[:, i]), int((np.abs(z[:, i]) > ROBUST_Z).sum()), rho[i])
            for i, name in enumerate(own)
        ]
        rows += _rows(part, key, own, values, z)
    codes = Counter(str(code) for code in frame["code"] if isinstance(code, str) and code)
    statuses = {name: int((frame["status"] == name).sum()) for name in ("ok", "failed", "skipped")}
    return Described(
        statuses,
        dict(codes.most_common()),
        pd.DataFrame(features, columns=list(FEATURE_COLUMNS)),
        pd.DataFrame(rows, columns=list(ROW_COLUMNS)),
    )


def _numbers(column: FloatArray) -> tuple[object, ...]:
    known = column[np.isfinite(column)]
    low, middle, high = np.percentile(known, (5, 50, 95))
    return (len(column), len(column) - len(known), len(np.unique(known)), known.min(), low, middle, high, known.max())


def _z(column: FloatArray) -> FloatArray:
    """Return robust z-scores, 0 where a group is too small, a value is missing, or most values are the same."""
    z = np.zeros(len(column))
    known = np.isfinite(column)
    values = column[known]
    if len(values) < FEWEST_SHOWN:
        return z
    if values.min() > 0 and values.max() > SKEWED * np.median(values):
        values = np.log(values)
    if np.median(np.abs(values - np.median(values))) > 0:
        z[known] = robust_z(values, 0.0)
    return z


def _volume(part: pd.DataFrame) -> FloatArray | None:
    name = next((column for column in VOLUME_COLUMNS if column in part.columns and part[column].notna().any()), None)
    return None if name is None else part[name].to_numpy(dtype=np.float64)


def _rho(values: FloatArray, volume: FloatArray | None) -> list[float]:
    """Spearman's correlation of each column with volume; NaN below ten rows, or where one of both is constant."""
    if volume is None or len(values) < FEWEST_SHOWN:
        return [float("nan")] * values.shape[1]
    ranks = pd.DataFrame(values).rank()
    own = pd.Series(volume).rank()
    with np.errstate(invalid="ignore", divide="ignore"):
        return [float(ranks[i].corr(own)) if ranks[i].nunique() > 1 else float("nan") for i in ranks.columns]


def _rows(
    part: pd.DataFrame, key: tuple[str, ...], own: list[str], values: FloatArray, z: FloatArray
) -> list[tuple[object, ...]]:
    seen: dict[bytes, str] = {}
    rows: list[tuple[object, ...]] = []
    for place, (case, image) in enumerate(zip(part["case_id"].astype(str), part["image_id"].astype(str), strict=True)):
        content = values[place].tobytes()
        same = seen.setdefault(content, case)
        far = np.abs(z[place])
        worst = (
            f"{own[int(far.argmax())]} (robust z {z[place][far.argmax()]:+.1f})"
            if far.size and far.max() > ROBUST_Z
            else ""
        )
        missing = float(np.mean(~np.isfinite(values[place]))) if own else 0.0
        rows.append(
            (
                case,
                image,
                *key,
                float(np.mean(far > ROBUST_Z)) if own else 0.0,
                missing,
                worst,
                "" if same == case else same,
            )
        )
    return rows
