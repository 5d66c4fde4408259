"""Where organs lie relative to each other: the flag of one that lies elsewhere than in the other images."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from radpipe.qc.frames import groups
from radpipe.qc.names import ANCHORS
from radpipe.qc.robust import place_fence, robust_distances
from radpipe.qc.rules import FEWEST_FLAGGED, FEWEST_SHOWN, PLACE_FLOOR_MM
from radpipe.targets import is_target

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Placed", "placed"]

FloatArray = npt.NDArray[np.float64]

Rows = npt.NDArray[np.intp]

MOST_REFERENCES = 12
"""Organs that the place of another one is compared with, where no anchor is there or it is one itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """What is said of an organ of some images.

    Parameters
    ----------
    rows
        Of its images, shape (n,).
    distances
        Median robust distance of each from where it lies in the others; NaN where it was not compared.
    judged
        Whether each was compared with enough others to be flagged.
    odd
        Row and sentence of those that lie elsewhere.
    """

    rows: Rows
    distances: FloatArray
    judged: npt.NDArray[np.bool_]
    odd: tuple[tuple[int, str], ...]


def placed(frame: "pd.DataFrame") -> Iterator[Placed]:
    """Compare the places of organs, each relative to others of its image.

    Parameters
    ----------
    frame
        Rows as :meth:`radpipe.qc.metrics.QcRows.compared` gives them.
    """
    centres = frame[["centre_x_mm", "centre_y_mm", "centre_z_mm"]].to_numpy(dtype=np.float64)
    images = frame["image"].to_numpy()
    there = np.isfinite(centres).all(axis=1)
    for _, rows in groups(frame, ["modality", "config"]):
        known = rows[there[rows]]
        organs = {
            name: _first_of_images(own, images)
            for (name,), own in groups(frame, ["name"], known)
            if not is_target(name)
        }
        for name, own in organs.items():
            ways = [_way(own, organs[other], other, images, centres) for other in _references(name, organs)]
            pairs = [pair for pair in ways if pair is not None]
            if pairs:
                yield _judged(own, pairs)


def _first_of_images(rows: Rows, images: npt.NDArray[np.int32]) -> Rows:
    """Return the first row of each image, ascending."""
    return np.sort(rows[np.unique(images[rows], return_index=True)[1]])


def _references(name: str, organs: dict[str, Rows]) -> list[str]:
    """Choose the organs that the place of one is told from: the anchors; for an anchor, or without them, all others."""
    anchors = [anchor for anchor in ANCHORS if anchor in organs and anchor != name]
    if anchors and name not in ANCHORS:
        return anchors
    others = sorted((other for other in organs if other != name), key=lambda other: (-len(organs[other]), other))
    return others[:MOST_REFERENCES]


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """The way from another organ, in images that have both: their places among the organ's rows, distance and mm."""

    other: str
    places: Rows
    distances: FloatArray
    away_mm: FloatArray
    fence: float


def _way(own: Rows, other: Rows, name: str, images: npt.NDArray[np.int32], centres: FloatArray) -> _Pair | None:
    """Compare the way between two organs over all images that have both."""
    other = other[np.argsort(images[other])]
    positions = np.searchsorted(images[other], images[own])
    both = np.flatnonzero(images[other[np.minimum(positions, len(other) - 1)]] == images[own])
    if len(both) < FEWEST_SHOWN:
        return None
    offsets = centres[own[both]] - centres[other[positions[both]]]
    distances = robust_distances(offsets, PLACE_FLOOR_MM)
    away = np.linalg.norm(offsets - np.median(offsets, axis=0), axis=1)
    return _Pair(name, both, distances, away, place_fence(len(both)))


def _judged(own: Rows, pairs: list[_Pair]) -> Placed:
    distances = np.full((len(pairs), len(own)), np.nan)
    for pair, line in zip(pairs, distances, strict=True):
        line[pair.places] = pair.distances
    fences = np.array([pair.fence for pair in pairs])[:, None]
    counts = np.array([len(pair.places) for pair in pairs])[:, None]
    enough = (counts >= FEWEST_FLAGGED) & np.isfinite(distances)
    beyond = enough & (distances > fences)
    odd = []
    for place in np.flatnonzero(beyond.sum(axis=0) * 2 > enough.sum(axis=0)):
        ratios = np.where(beyond[:, place], distances[:, place] / fences[:, 0], -np.inf)
        pair = pairs[int(ratios.argmax())]
        which = int(np.searchsorted(pair.places, place))
        sentence = (
            f"centre {pair.away_mm[which]:.0f} mm from where {len(pair.places)} others lie relative to {pair.other} "
            f"(robust distance {pair.distances[which]:.1f}, fence {pair.fence:.1f})"
        )
        odd.append((int(own[place]), sentence))
    return Placed(own, _median_of_columns(distances), enough.any(axis=0), tuple(odd))


def _median_of_columns(values: FloatArray) -> FloatArray:
    """Return the median of what is known in each column; NaN where nothing is."""
    ordered, columns = np.sort(values, axis=0), np.arange(values.shape[1])
    count = np.isfinite(values).sum(axis=0)
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, len(values) - 1)
    medians: FloatArray = (ordered[low, columns] + ordered[high, columns]) / 2
    return medians
