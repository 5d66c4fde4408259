"""Flags that compare a ROI with those of the same name in the run: volume, content, shape, air, bone, place."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from radpipe.qc.frames import groups
from radpipe.qc.names import ANCHORS, holds_air, holds_bone, is_target
from radpipe.qc.rules import (
    FEWEST_FLAGGED,
    FEWEST_SHOWN,
    FLOORS,
    OFF_BODY_SHARE,
    PLACE_FLOOR_MM,
    ROBUST_Z,
    SHARE_FLOOR,
    SMALLEST_FORM_ML,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COHORT", "Finding", "Scores", "compared", "place_fence", "robust_distances", "robust_z"]

FloatArray = npt.NDArray[np.float64]

COHORT = ("name", "modality", "config")
"""What rows share that are compared with each other."""

MAD = 1.4826
"""Median absolute deviation -> standard deviation of a normal distribution."""

MOST_REFERENCES = 12
"""Organs that the place of another one is compared with, where no anchor is there or it is one itself."""


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


def robust_z(values: FloatArray, floor: float) -> FloatArray:
    """Return (x - median) / max(1.4826 MAD, floor).

    Parameters
    ----------
    values
        Shape (n,), finite.
    floor
        Least spread.

    Examples
    --------
    >>> robust_z(np.array([1.0, 2.0, 3.0, 4.0, 100.0]), 0.1).round(2).tolist()
    [-1.35, -0.67, 0.0, 0.67, 65.43]
    """
    middle = float(np.median(values))
    spread = MAD * float(np.median(np.abs(values - middle)))
    z: FloatArray = (values - middle) / max(spread, floor)
    return z


def robust_distances(points: FloatArray, floor: float) -> FloatArray:
    """Mahalanobis distance of points from their median, with a spread that outliers do not stretch.

    Parameters
    ----------
    points
        Shape (n, d).
    floor
        Least spread along each principal axis, in the points' unit.

    Returns
    -------
    numpy.ndarray
        Shape (n,).

    References
    ----------
    Maronna and Zamar 2002, Technometrics 44:307 (orthogonalised Gnanadesikan-Kettenring estimate), with the MAD.
    """
    middle = np.median(points, axis=0)
    own, back = points - middle, np.eye(points.shape[1])  # points - middle = own @ back.T
    for _ in range(2):
        spread = np.array([_mad(column) or 1.0 for column in own.T])
        own, back = own / spread, back * spread
        _, axes = np.linalg.eigh(_covariance(own))
        own, back = own @ axes, back @ axes
    back *= [_mad(column) for column in own.T]
    variances, axes = np.linalg.eigh(back @ back.T)
    along = (points - middle) @ axes
    along -= np.median(along, axis=0)
    distances: FloatArray = np.sqrt((along**2 / np.maximum(variances, floor**2)).sum(axis=1))
    return distances


def _covariance(own: FloatArray) -> FloatArray:
    """Return a covariance by Gnanadesikan and Kettenring's identity, with the MAD."""
    d = own.shape[1]
    pairs = [[_mad(own[:, i] + own[:, j]) ** 2 - _mad(own[:, i] - own[:, j]) ** 2 for j in range(d)] for i in range(d)]
    return np.array(pairs) / 4


def _mad(values: FloatArray) -> float:
    return MAD * float(np.median(np.abs(values - np.median(values))))


def place_fence(count: int) -> float:
    """Return the robust distance in three dimensions that is as rare as a robust z of 3.5.

    Parameters
    ----------
    count
        Points that median and spread come from; few of them scatter more (correction fitted to normal draws).

    Examples
    --------
    >>> round(place_fence(20), 2), round(place_fence(100_000), 2)
    (8.03, 4.23)
    """
    from scipy import special

    rare = math.erfc(ROBUST_Z / math.sqrt(2))
    return float(np.sqrt(special.chdtri(3, rare)) * (1 + 10.0 / count + 160.0 / count**2))


def compared(frame: "pd.DataFrame") -> Scores:
    """Compare each row with its cohort.

    Parameters
    ----------
    frame
        Rows of :class:`radpipe.qc.metrics.QcRows`, index 0 to n - 1.
    """
    columns = {name: np.full(len(frame), np.nan) for name in ("volume_z", "content_z", "shape_z", "place_distance")}
    columns["compared_with"] = np.zeros(len(frame))
    findings: list[Finding] = []
    judged = np.zeros(len(frame), dtype=bool)
    for (name, modality, _), rows in groups(frame, COHORT):
        part = frame.iloc[rows]
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
    _places(frame, columns["place_distance"], findings, judged)
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
        told = normalised[used]
        yield _Feature("content", used, told, FLOORS["content_normalised"], told, "SD", "normalised mean")


def _odd(rows: npt.NDArray[np.intp], z: FloatArray, feature: _Feature, name: str) -> Iterator[Finding]:
    low, high = np.percentile(feature.told, (5, 95))
    unit = f" {feature.unit}" if feature.unit else ""
    for place in np.flatnonzero(np.abs(z) > ROBUST_Z):
        sentence = (
            f"{feature.label} {feature.told[place]:.3g}{unit}; of {len(rows)} {name} median "
            f"{np.median(feature.told):.3g}, 5th to 95th percentile {low:.3g} to {high:.3g} "
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


def _places(
    frame: "pd.DataFrame", distance: FloatArray, findings: list[Finding], judged: npt.NDArray[np.bool_]
) -> None:
    centres = frame[["centre_x_mm", "centre_y_mm", "centre_z_mm"]].to_numpy(dtype=np.float64)
    images = (frame["case_id"] + "\n" + frame["image_id"]).tolist()
    names = frame["name"].tolist()
    for _, rows in groups(frame, ["modality", "config"]):
        organs: dict[str, dict[str, int]] = {}
        for row in rows:
            name = names[row]
            if not is_target(name) and np.isfinite(centres[row]).all():
                organs.setdefault(name, {}).setdefault(images[row], int(row))
        for name, own in organs.items():
            found = [pair for other in _references(name, organs) if (pair := _pair(own, organs[other], other, centres))]
            _judge_place(own, found, distance, findings, judged)


def _references(name: str, organs: dict[str, dict[str, int]]) -> list[str]:
    """Choose the organs that the place of one is told from: the anchors; for an anchor, or without them, all others."""
    anchors = [anchor for anchor in ANCHORS if anchor in organs and anchor != name]
    if anchors and name not in ANCHORS:
        return anchors
    others = sorted((other for other in organs if other != name), key=lambda other: (-len(organs[other]), other))
    return others[:MOST_REFERENCES]


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    other: str
    places: dict[int, tuple[float, float]]
    fence: float
    count: int


def _pair(own: dict[str, int], other: dict[str, int], name: str, centres: FloatArray) -> _Pair | None:
    """Compare the way between two organs over all images that have both."""
    common = [(row, other[image]) for image, row in own.items() if image in other]
    if len(common) < FEWEST_SHOWN:
        return None
    mine, theirs = np.array(common).T
    offsets = centres[mine] - centres[theirs]
    distances = robust_distances(offsets, PLACE_FLOOR_MM)
    away = np.linalg.norm(offsets - np.median(offsets, axis=0), axis=1)
    places = {int(row): (float(d), float(mm)) for row, d, mm in zip(mine, distances, away, strict=True)}
    return _Pair(name, places, place_fence(len(common)), len(common))


def _judge_place(
    own: dict[str, int],
    pairs: list[_Pair],
    distance: FloatArray,
    findings: list[Finding],
    judged: npt.NDArray[np.bool_],
) -> None:
    for row in own.values():
        known = [pair for pair in pairs if row in pair.places]
        if not known:
            continue
        distance[row] = float(np.median([pair.places[row][0] for pair in known]))
        enough = [pair for pair in known if pair.count >= FEWEST_FLAGGED]
        beyond = [pair for pair in enough if pair.places[row][0] > pair.fence]
        judged[row] |= bool(enough)
        if len(beyond) * 2 > len(enough):
            pair = max(beyond, key=lambda pair: pair.places[row][0] / pair.fence)
            away, mm = pair.places[row]
            sentence = (
                f"centre {mm:.0f} mm from where {pair.count} others lie relative to {pair.other} "
                f"(robust distance {away:.1f}, fence {pair.fence:.1f})"
            )
            findings.append(Finding(row, "place", sentence))
