"""Flags that compare a ROI with those of the same name in the run: volume, content, shape, air, bone, place."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from radpipe.qc.frames import groups
from radpipe.qc.names import holds_air, holds_bone
from radpipe.qc.places import placed
from radpipe.qc.robust import robust_z
from radpipe.qc.rules import (
    FEWEST_FLAGGED,
    FEWEST_SHOWN,
    FLOORS,
    OFF_BODY_SHARE,
    ROBUST_Z,
    SHARE_FLOOR,
    SMALLEST_FORM_ML,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COHORT", "Finding", "Scores", "compared"]

FloatArray = npt.NDArray[np.float64]

COHORT = ("name", "modality", "config")
"""What rows share that are compared with each other."""


_COMPARED = ("unit", "volume_ml", "sphericity", "normalised_mean", "mean", "median", "air_share", "bone_share")


@dataclass(frozen=True, slots=True)
class Finding:
    """A flag of a row, with its sentence."""

    row: int
    code: str
    sentence: str


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What the comparison says of each row; NaN where it was not made.

    Parameters
    ----------
    columns
        ``volume_z``, ``content_z``, ``shape_z``, ``place_distance``, and ``compared_with``, the number of ROIs.
    findings
        Rows that are odd.
    judged
        Rows whose content or place could be flagged.
    """

    columns: "dict[str, FloatArray]"
    findings: list[Finding]
    judged: npt.NDArray[np.bool_]


def compared(frame: "pd.DataFrame") -> Scores:
    """Compare each row with its cohort.

    Parameters
    ----------
    frame
        Rows as :meth:`radpipe.qc.metrics.QcRows.compared` gives them, index 0 to n - 1.
    """
    columns = {name: np.full(len(frame), np.nan) for name in ("volume_z", "content_z", "shape_z", "place_distance")}
    columns["compared_with"] = np.zeros(len(frame))
    findings: list[Finding] = []
    judged = np.zeros(len(frame), dtype=bool)
    for (name, modality, _), rows in groups(frame, COHORT):
        part = frame[list(_COMPARED)].iloc[rows]
        columns["compared_with"][rows] = len(rows)
        for feature in _features(part, modality):
            used = feature.rows
            if len(used) < FEWEST_SHOWN:
                continue
            z = robust_z(feature.values, feature.floor)
            columns[f"{feature.code}_z"][rows[used]] = z
            if len(used) >= FEWEST_FLAGGED:
                judged[rows[used]] |= feature.code == "content"
                findings += _odd(rows[used], z, feature, name)
        findings += list(_shares(part, rows, name))
    for organ in placed(frame):
        columns["place_distance"][organ.rows] = organ.distances
        judged[organ.rows] |= organ.judged
        findings += [Finding(row, "place", sentence) for row, sentence in organ.odd]
    return Scores(columns, findings, judged)


@dataclass(frozen=True, slots=True, eq=False)
class _Feature:
    code: str
    rows: npt.NDArray[np.intp]
    values: FloatArray
    floor: float
    told: FloatArray
    unit: str
    label: str


def _features(part: "pd.DataFrame", modality: str) -> Iterator[_Feature]:
    volume = part["volume_ml"].to_numpy(dtype=np.float64)
    used = np.flatnonzero(volume > 0)
    yield _Feature("volume", used, np.log(volume[used]), FLOORS["volume"], volume[used], "mL", "volume")
    form = part["sphericity"].to_numpy(dtype=np.float64)
    used = np.flatnonzero(np.isfinite(form) & (volume >= SMALLEST_FORM_ML))
    yield _Feature("shape", used, form[used], FLOORS["shape"], form[used], "", "sphericity")
    units = set(part["unit"])
    normalised = part["normalised_mean"].to_numpy(dtype=np.float64)
    if units == {"HU"}:
        mean = part["mean"].to_numpy(dtype=np.float64)
        used = np.flatnonzero(np.isfinite(mean))
        yield _Feature("content", used, mean[used], FLOORS["content_hu"], mean[used], "HU", "mean")
    elif units == {"SUVbw"}:
        median = part["median"].to_numpy(dtype=np.float64)
        used = np.flatnonzero(median > 0)
        yield _Feature("content", used, np.log(median[used]), FLOORS["content_suv"], median[used], "SUV", "median")
    elif np.isfinite(normalised).any() and modality == "MR":
        used = np.flatnonzero(np.isfinite(normalised))
        content = normalised[used]
        yield _Feature("content", used, content, FLOORS["content_normalised"], content, "SD", "normalised mean")


def _odd(rows: npt.NDArray[np.intp], z: FloatArray, feature: _Feature, name: str) -> Iterator[Finding]:
    low, high = np.percentile(feature.told, (5, 95))
    middle = np.median(feature.told)
    unit = f" {feature.unit}" if feature.unit else ""
    for place in np.flatnonzero(np.abs(z) > ROBUST_Z):
        sentence = (
            f"{feature.label} {feature.told[place]:.3g}{unit}; of {len(rows)} {name} median "
            f"{middle:.3g}, 5th to 95th percentile {low:.3g} to {high:.3g} "
            f"(robust z {z[place]:+.1f}, fence {ROBUST_Z:g})"
        )
        yield Finding(int(rows[place]), feature.code, sentence)


def _shares(part: "pd.DataFrame", rows: npt.NDArray[np.intp], name: str) -> Iterator[Finding]:
    """Look for air and bone where none is expected."""
    for code, expected, what in (
        ("air", holds_air, "air (below -300 HU)"),
        ("bone", holds_bone, "bone (above 700 HU)"),
    ):
        shares = part[f"{code}_share"].to_numpy(dtype=np.float64)
        used = np.flatnonzero(np.isfinite(shares))
        if not used.size or expected(name):
            continue
        fence, why = (OFF_BODY_SHARE if code == "air" else np.inf), "no part of a body has so much"
        if used.size >= FEWEST_FLAGGED:
            first, third = np.percentile(shares[used], (25, 75))
            fence = min(fence, third + max(3 * (third - first), SHARE_FLOOR))
            why = f"of {used.size} {name} three quarters have at most {third:.0%}, fence {fence:.0%}"
        for place in used[shares[used] > fence]:
            yield Finding(int(rows[place]), code, f"{shares[place]:.0%} {what}; {why}")
