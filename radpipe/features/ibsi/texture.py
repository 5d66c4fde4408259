"""What the texture families share: grey levels on a grid, by slice or as a volume, and how matrices come together."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from radpipe.features.ibsi.prepare import IbsiRoi
from radpipe.features.ibsi.record import IbsiFeature
from radpipe.features.ibsi.settings import Aggregation
from radpipe.features.inputs import GrayLevels, Grid, padded
from radpipe.kernels.neighbours import half_offsets
from radpipe.volume import Box

__all__ = ["Part", "TextureRoi", "by_direction", "by_extent", "counted", "texture_of"]

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
S = TypeVar("S")
M = TypeVar("M")

_ANY = (3, 3, 3)
"""A box in which every direction is possible: a direction without pairs is an empty matrix, not a missing one."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What the matrices are counted on: a slice, or the whole volume.

    Parameters
    ----------
    grid
        Slots on a padded grid.
    mask
        The voxels, shape (z, y, x).
    plane
        Which slice of the intensity mask's box it is; None for the volume.
    offsets
        Of the directions, shape (A, 3), (z, y, x).
    """

    grid: Grid
    mask: BoolArray
    plane: int | None
    offsets: IntArray

    @property
    def steps(self) -> IntArray:
        """Of the directions on the grid, shape (A,)."""
        return self.grid.layout.steps(self.offsets)

    @property
    def voxels(self) -> int:
        """Number of voxels."""
        return self.grid.layout.voxels


@dataclass(frozen=True, slots=True, eq=False)
class TextureRoi:
    """A discretised ROI.

    Parameters
    ----------
    gray
        Grey levels; slots are ranks in the whole ROI, so that matrices of slices can be added, and the highest level is
        that of the ROI for each slice.
    mask
        The intensity mask in its box, shape (z, y, x).
    morphological, box
        The morphological mask in its window, and the intensity mask's box there.
    """

    gray: GrayLevels
    mask: BoolArray
    morphological: BoolArray
    box: Box

    def parts(self, extent: str) -> Iterator[Part]:
        """Yield the slices that hold a voxel (``2D``, ``2_5D``), or the volume (``3D``)."""
        if extent == "3D":
            yield Part(padded(self.gray.slots, self.mask, 1), self.mask, None, half_offsets((1,), _ANY, None))
            return
        offsets = half_offsets((1,), _ANY, 0)
        ends = np.concatenate([[0], np.cumsum(self.mask.sum(axis=(1, 2)))])
        for z in np.flatnonzero(np.diff(ends)).tolist():
            mask = self.mask[z : z + 1]
            yield Part(padded(self.gray.slots[ends[z] : ends[z + 1]], mask, 1), mask, z, offsets)


def texture_of(roi: IbsiRoi, levels: IntArray) -> TextureRoi:
    """Lay the grey levels of a ROI's voxels, shape (N,), out for the texture families."""
    box = roi.box
    return TextureRoi(GrayLevels.of(levels), np.ascontiguousarray(roi.intensity[box]), roi.morphological, box)


def counted(roi: TextureRoi, extents: Sequence[str], count: Callable[[Part], M]) -> dict[str, list[M]]:
    """Count something on each slice, or on the volume; the slices once for both extents that need them.

    Parameters
    ----------
    roi
        The discretised ROI.
    extents
        Wanted: ``2D``, ``2_5D``, ``3D``.
    count
        From a part to its counts.

    Returns
    -------
    dict[str, list]
        Extent -> counts of each part.
    """
    flat = [] if set(extents) <= {"3D"} else [count(part) for part in roi.parts("2D")]
    return {extent: [count(part) for part in roi.parts("3D")] if extent == "3D" else flat for extent in extents}


def by_direction(
    features: Sequence[IbsiFeature[S]],
    parts: Mapping[str, Sequence[M]],
    aggregations: Sequence[Aggregation],
    merged: Callable[[Sequence[M]], M],
    statistics: Callable[[M, bool], Sequence[S]],
) -> dict[str, float]:
    """Measure a family whose matrices are counted by direction, for each aggregation.

    Parameters
    ----------
    features
        Of the family.
    parts
        Extent -> what was counted on each slice or on the volume, one matrix a direction.
    aggregations
        Wanted.
    merged
        Adds the counts of several slices, direction by direction.
    statistics
        What features share: of each direction's matrix, or with True of the sum over directions (one).

    Returns
    -------
    dict[str, float]
        Tag with aggregation -> value; the mean over directions, and then over slices for ``2D``.
    """
    by_name: dict[str, float] = {}
    for aggregation in aggregations:
        matrices = parts[aggregation.extent]
        if aggregation.extent == "2_5D":
            matrices = [merged(matrices)]
        slices = [statistics(matrix, aggregation.directions_merged) for matrix in matrices]
        for feature in features:
            values = [_mean([feature.of(shared) for shared in directions]) for directions in slices]
            by_name[f"{feature.tag}_{aggregation}"] = _mean(values)
    return by_name


def by_extent(
    features: Sequence[IbsiFeature[S]],
    parts: Mapping[str, Sequence[M]],
    extents: Sequence[str],
    merged: Callable[[Sequence[M]], M],
    statistics: Callable[[M], S],
) -> dict[str, float]:
    """Measure a family whose matrices know no direction, for each extent.

    Parameters
    ----------
    features, parts
        As for :func:`by_direction`.
    extents
        Wanted.
    merged
        As for :func:`by_direction`.
    statistics
        What features share.

    Returns
    -------
    dict[str, float]
        Tag with extent -> value; the mean over slices for ``2D``.
    """
    values: dict[str, float] = {}
    for extent in extents:
        matrices = [merged(parts[extent])] if extent == "2_5D" else parts[extent]
        shared = [statistics(matrix) for matrix in matrices]
        for feature in features:
            values[f"{feature.tag}_{extent}"] = _mean([feature.of(matrix) for matrix in shared])
    return values


def _mean(values: Sequence[float]) -> float:
    """Return the mean of the values that are defined; NaN when none is."""
    defined = [value for value in values if not math.isnan(value)]
    return float(np.mean(defined)) if defined else float("nan")
