"""Gaps of a ROI: slices without a contour although the ROI, or a part of it, goes on across them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from radpipe.kernels.plane import plane_parts

__all__ = ["BoolArray", "Gap", "find_gaps"]


BoolArray = npt.NDArray[np.bool_]

GAP_OVERLAP = 0.5
"""Two planes belong to one body when they share at least this part of the smaller one; else what lies between is the
distance of two bodies, and no gap."""

PART_PIXELS = 10
"""Smaller parts of a plane may come and go without being told."""

PART_SLICES = 20
"""A part that is missing on more slices than this is taken for two."""

GONE = 0.1
"""A part is missing on a slice that holds less than this share of it."""

SAME_PART = 0.5
"""Two parts are one body when what both have is at least this share of what either has."""


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """Slices without a contour between two that have one.

    Parameters
    ----------
    below, above
        Slices with a contour; ``above - below`` is at least 2.
    parts
        Where only a part of the ROI is missing: its pixels on both slices, shape (y, x).
    """

    below: int
    above: int
    parts: tuple[BoolArray, BoolArray] | None = None

    @property
    def slices(self) -> range:
        """Those without a contour."""
        return range(self.below + 1, self.above)


def find_gaps(filled: Mapping[int, BoolArray]) -> tuple[Gap, ...]:
    """Find the slices that have no contour although the ROI goes on across them.

    Parameters
    ----------
    filled
        Slice -> the voxels inside, shape (y, x), for each slice with a contour, ascending.

    Returns
    -------
    tuple of Gap
        Between neighbouring slices that share at least ``GAP_OVERLAP`` of the smaller one's voxels; and for parts that
        end on one slice and go on, alike, some slices further.
    """
    used = list(filled)
    whole = [
        Gap(below, above)
        for below, above in pairwise(used)
        if above - below > 1 and _one_body(filled[below], filled[above])
    ]
    return (*whole, *_part_gaps(filled))


def _part_gaps(filled: Mapping[int, BoolArray]) -> list[Gap]:
    """Find parts of the ROI that are missing on slices where another part is drawn."""
    if len(filled) < 3:
        return []
    planes = np.array(list(filled.values()))
    before = np.logical_or.accumulate(planes, axis=0)
    after = np.logical_or.accumulate(planes[::-1], axis=0)[::-1]
    holes = dict(zip(filled, np.count_nonzero(before & after & ~planes, axis=(1, 2)), strict=True))
    if max(holes.values()) < PART_PIXELS:
        return []
    gaps = []
    for z in filled:
        if holes.get(z + 1, 0) < PART_PIXELS or z + 2 not in filled:
            continue
        parts, count = plane_parts(filled[z])
        for part in (parts == number for number in range(1, count + 1)):
            size = int(np.count_nonzero(part))
            if size >= PART_PIXELS:
                gaps += _gap_of_part(filled, z, part, size)
    return gaps


def _gap_of_part(filled: Mapping[int, BoolArray], z: int, part: BoolArray, size: int) -> list[Gap]:
    """Look for the slice on which a part goes on that the slices in between lack."""
    for above in range(z + 1, z + PART_SLICES + 2):
        if above not in filled:
            return []
        common = filled[above] & part
        if np.count_nonzero(common) < GONE * size:
            continue
        if above == z + 1:
            return []
        parts, _ = plane_parts(filled[above])
        other = np.isin(parts, np.unique(parts[common]))
        alike = np.count_nonzero(common) >= SAME_PART * np.count_nonzero(part | other)
        return [Gap(z, above, (part, other))] if alike else []
    return []


def _one_body(one: BoolArray, other: BoolArray) -> bool:
    smaller = int(min(np.count_nonzero(one), np.count_nonzero(other)))
    return smaller > 0 and int(np.count_nonzero(one & other)) >= GAP_OVERLAP * smaller
