"""Slices between the planes of a ROI: where they are missing, and their shape from the planes on both sides."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from radpipe.errors import Note, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.planes import Plane, plane_positions_mm, points_up, polygons
from radpipe.kernels.polygon import distance_to_edges
from radpipe.problems import Action

__all__ = ["Gap", "Shape", "between", "bridge_gaps", "find_gaps", "find_strays", "interpolated"]

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]

GAP_OVERLAP = 0.5
"""Two planes belong to one body when they share at least this part of the smaller one; else what lies between is the
distance of two bodies, and no gap."""


GAPS_NAMED = 3
"""Gaps whose positions a sentence names; of more it tells the number."""

ON_EDGE_MM = 1e-9
"""A voxel on an edge that belongs to its plane gets this distance, so that it is inside at the plane itself."""


STRAY_SHARE = 0.01
"""Planes apart from the rest with no more than this share of the voxels are strays, clicks on another slice ..."""

STRAY_STEPS = 2.5
"""... when they are further from it than this many times the median distance of planes."""

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


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The voxels of a plane and the edges around them.

    Parameters
    ----------
    z
        Slice coordinate.
    inside
        Shape (y, x).
    vertices_yx_mm, starts
        Polygons as in :func:`~radpipe.kernels.polygon.fill_even_odd`, in mm from the centre of pixel (0, 0).
    """

    z: float
    inside: BoolArray
    vertices_yx_mm: FloatArray
    starts: npt.NDArray[np.int64]

    @classmethod
    def of_plane(cls, plane: Plane, inside: BoolArray, first_yx: tuple[int, int], grid: Geometry) -> "Shape":
        """Make the shape of contours; ``first_yx`` is the row and column of the grid at which ``inside`` begins."""
        vertices, starts = polygons(plane.outlines)
        return cls(plane.z, inside, (vertices - np.array(first_yx)) * np.array(grid.spacing_zyx_mm[1:]), starts)

    @classmethod
    def of_pixels(cls, z: int, inside: BoolArray, grid: Geometry) -> "Shape":
        """Make the shape of pixels, whose edges are the sides that face a pixel outside."""
        wide = np.pad(inside, 1)
        sides = []
        for axis, along in ((0, (0.0, 0.5)), (1, (0.5, 0.0))):
            cells = np.argwhere(np.diff(wide, axis=axis)) - 1.0
            middle = cells + (np.array([0.5, 0.0]) if axis == 0 else np.array([0.0, 0.5]))
            sides.append(np.stack([middle - along, middle + along], axis=1))
        vertices = np.concatenate(sides).reshape(-1, 2) * np.array(grid.spacing_zyx_mm[1:])
        return cls(float(z), inside, vertices, np.arange(0, len(vertices) + 1, 2))


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


def find_strays(filled: Mapping[int, BoolArray]) -> tuple[int, ...]:
    """Find slices with a few voxels far above or below the rest of the ROI.

    Parameters
    ----------
    filled
        As in :func:`find_gaps`.

    Returns
    -------
    tuple of int
        Slices of runs that hold at most ``STRAY_SHARE`` of the voxels and lie more than ``STRAY_STEPS`` median plane
        distances away from the others.
    """
    used = list(filled)
    if len(used) < 3:
        return ()
    steps = np.diff(used)
    runs = np.split(np.array(used), np.flatnonzero(steps > STRAY_STEPS * np.median(steps)) + 1)
    sizes = [sum(int(np.count_nonzero(filled[z])) for z in run) for run in runs]
    return tuple(
        int(z) for run, size in zip(runs, sizes, strict=True) if 0 < size <= STRAY_SHARE * sum(sizes) for z in run
    )


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
    from scipy.ndimage import label

    gaps = []
    for z in filled:
        if holes.get(z + 1, 0) < PART_PIXELS or z + 2 not in filled:
            continue
        parts, count = label(filled[z])
        for part in (parts == number for number in range(1, count + 1)):
            size = int(np.count_nonzero(part))
            if size >= PART_PIXELS:
                gaps += _gap_of_part(filled, z, part, size)
    return gaps


def _gap_of_part(filled: Mapping[int, BoolArray], z: int, part: BoolArray, size: int) -> list[Gap]:
    """Look for the slice on which a part goes on that the slices in between lack."""
    from scipy.ndimage import label

    for above in range(z + 1, z + PART_SLICES + 2):
        if above not in filled:
            return []
        common = filled[above] & part
        if np.count_nonzero(common) < GONE * size:
            continue
        if above == z + 1:
            return []
        parts, _ = label(filled[above])
        other = np.isin(parts, np.unique(parts[common]))
        alike = np.count_nonzero(common) >= SAME_PART * np.count_nonzero(part | other)
        return [Gap(z, above, (part, other))] if alike else []
    return []


def _one_body(one: BoolArray, other: BoolArray) -> bool:
    smaller = int(min(np.count_nonzero(one), np.count_nonzero(other)))
    return smaller > 0 and int(np.count_nonzero(one & other)) >= GAP_OVERLAP * smaller


def _positions(gaps: Sequence[Gap], grid: Geometry) -> str:
    """Name the planes on both sides of gaps, in mm."""
    named = sorted(gaps, key=lambda gap: -len(gap.slices))[:GAPS_NAMED]
    words = []
    for gap in sorted(named, key=lambda gap: gap.below):
        low, high = sorted(plane_positions_mm(grid, [gap.below, gap.above]))
        words.append(f"{len(gap.slices)} between z = {low:.6g} and {high:.6g} mm")
    rest = len(gaps) - len(named)
    return ", ".join(words) + (f", and in {rest} more gaps" if rest else "")


def bridge_gaps(
    shapes: Mapping[int, Shape], grid: Geometry, policy: Policy, path: str | None
) -> tuple[dict[int, BoolArray], tuple[Note, ...]]:
    """Look for slices without a plane inside a ROI, tell of them, and interpolate them where the policy says so.

    Parameters
    ----------
    shapes
        Slice -> the plane that is filled there, ascending.
    grid
        The grid that is filled.
    policy
        What to do about ``W_GAP``.
    path
        Named in errors.

    Returns
    -------
    filled, notes
        Slice -> the voxels inside, shape (y, x), ascending; and ``W_GAP`` where there is a gap.

    Raises
    ------
    InputError
        ``W_GAP``, where the policy made it an error.
    """
    filled = {z: shape.inside for z, shape in shapes.items()}
    gaps = find_gaps(filled)
    if not gaps:
        return filled, ()
    missing = len({z for gap in gaps for z in gap.slices})
    effect = "they are empty in the mask"
    if policy.action("W_GAP") is Action.FIX:
        made = interpolated(shapes, gaps, grid)
        before = sum(int(np.count_nonzero(plane)) for plane in filled.values())
        filled = dict(sorted({**filled, **made}.items()))
        added = sum(int(np.count_nonzero(plane)) for plane in filled.values()) - before
        effect = (
            f"{len(made)} slices were interpolated from the planes beside them, which adds "
            f"{added * grid.voxel_volume_mm3:.6g} mm3 ({100.0 * added / before:.0f} % of the drawn volume)"
        )
    percent = 100.0 * missing / len({*shapes, *(z for gap in gaps for z in gap.slices)})
    facts = {"missing": missing, "percent": percent, "where": _positions(gaps, grid), "effect": effect}
    return filled, (policy.meet("W_GAP", path=path, **facts),)


def interpolated(shapes: Mapping[int, Shape], gaps: Sequence[Gap], grid: Geometry) -> dict[int, BoolArray]:
    """Make the slices of gaps, and those at a ROI's ends that its plane spacing still covers.

    Slices of gaps are interpolated (:func:`between`). Where planes are further apart than slices throughout, each
    stands for a layer as thick as their median distance, as in planning systems: slices beyond an end, up to half of
    it (a slice exactly there belongs to the upper end), take the shape of the last plane.

    Parameters
    ----------
    shapes
        Slice -> the plane that is filled there, ascending.
    gaps
        Of these slices.
    grid
        The grid that is filled.

    Returns
    -------
    dict
        Slice -> voxels inside, shape (y, x): slices that ``shapes`` lacks, and those that lack a part, with it.
    """
    made: dict[int, BoolArray] = {}
    up = points_up(grid)
    for gap in gaps:
        below, above = shapes[gap.below], shapes[gap.above]
        if gap.parts is not None:
            below = Shape.of_pixels(gap.below, gap.parts[0], grid)
            above = Shape.of_pixels(gap.above, gap.parts[1], grid)
        for z, inside in zip(gap.slices, between(below, above, gap.slices, grid.spacing_zyx_mm[1:]), strict=True):
            drawn = made.get(z, shapes[z].inside if z in shapes else None)
            made[z] = inside if drawn is None else inside | drawn
    spacing = float(np.median(np.diff([shape.z for shape in shapes.values()])))
    reach = max(spacing, 1.0) / 2
    for z, shape in shapes.items():
        for step in (1, -1):
            beyond = z + step
            while (
                0 <= beyond < grid.size_zyx[0]
                and beyond not in shapes
                and beyond not in made
                and _covered(abs(beyond - shape.z), reach, upper=(step > 0) == up)
            ):
                made[beyond] = shape.inside
                beyond += step
    return made


_ROUNDING = 1e-3
"""Slices, when a distance is compared with half a spacing."""


def _covered(distance: float, reach: float, *, upper: bool) -> bool:
    return distance <= reach + (_ROUNDING if upper else -_ROUNDING)


def between(
    below: Shape, above: Shape, slices: Sequence[int], spacing_yx_mm: tuple[float, float]
) -> Iterator[BoolArray]:
    """Yield the shape on each slice between two planes.

    A pixel's distance to the nearest edge, positive inside and negative outside, is interpolated linearly between the
    planes; where it is positive, the pixel is inside. What both planes hold stays, what neither holds is outside; where
    one shape lies in the other, slices nearer to the larger hold those nearer to the smaller.

    Parameters
    ----------
    below, above
        The planes.
    slices
        Slice coordinates; those not between the planes take the nearer one's shape.
    spacing_yx_mm
        Of the pixels.

    References
    ----------
    S. P. Raya, J. K. Udupa, Shape-based interpolation of multidimensional objects, IEEE Trans. Med. Imaging 9 (1990)
    32-42, doi 10.1109/42.52980; distances are Euclidean (G. T. Herman et al., IEEE Comput. Graph. Appl. 12 (1992)
    69-79) and from the contours themselves, not from pixels.
    """
    either = np.argwhere(below.inside ^ above.inside)
    points = either * np.array(spacing_yx_mm)
    signed = []
    for shape in (below, above):
        distance = distance_to_edges(points, shape.vertices_yx_mm, shape.starts)
        signed.append(np.where(shape.inside[tuple(either.T)], np.maximum(distance, ON_EDGE_MM), -distance))
    for z in slices:
        share = min(max((z - below.z) / (above.z - below.z), 0.0), 1.0)
        inside = below.inside & above.inside
        inside[tuple(either.T)] = (1 - share) * signed[0] + share * signed[1] > 0
        yield inside
