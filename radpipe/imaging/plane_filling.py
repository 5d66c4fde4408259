"""One plane of contours to pixels: even-odd, or the union of those that overlap."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from radpipe.geometry import Geometry
from radpipe.imaging.outlines import Outline
from radpipe.imaging.planes import Plane, polygons
from radpipe.kernels.polygon import fill_even_odd

__all__ = ["BoolArray", "FlatBox", "fill_plane", "flat_box", "flat_shape"]

BoolArray = npt.NDArray[np.bool_]

FlatBox = tuple[slice, slice]


def flat_shape(flat: FlatBox) -> tuple[int, int]:
    """Return rows and columns of a box of a plane.

    Parameters
    ----------
    flat
        Slices along y and x.
    """
    y, x = flat
    return (y.stop - y.start, x.stop - x.start)


def flat_box(planes: Iterable[Plane], grid: Geometry) -> FlatBox:
    """Return the rows and columns of the grid that hold every voxel centre that the contours can enclose.

    Parameters
    ----------
    planes
        Of one ROI.
    grid
        The grid to fill.

    Returns
    -------
    tuple of slice
        Along y and x, within the grid; empty without contours.
    """
    vertices = [outline.vertices_yx for plane in planes for outline in plane.outlines]
    if not vertices:
        return (slice(0, 0), slice(0, 0))
    points = np.concatenate(vertices)
    low = np.clip(np.floor(points.min(axis=0)), 0, grid.size_zyx[1:]).astype(int)
    high = np.clip(np.ceil(points.max(axis=0)) + 1, low, grid.size_zyx[1:]).astype(int)
    y, x = (slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    return (y, x)


def fill_plane(plane: Sequence[Outline], flat: FlatBox, union: bool) -> tuple[BoolArray, bool, int]:
    """Fill one slice; tell whether outlines that are not of XOR type overlap on it, and how many are equal there.

    Parameters
    ----------
    plane
        The outlines of the slice.
    flat
        Rows and columns to fill, of :func:`flat_box`.
    union
        Where outlines overlap, what either holds is inside; else what an odd number of them hold.

    Returns
    -------
    inside, overlap, alike
        Pixels of ``flat``, shape (y, x); whether outlines overlap; how many hold the same pixels as another one.
    """
    even_odd = _fill(plane, flat)
    plain = [outline for outline in plane if not outline.is_xor]
    if len(plain) < 2 or not _boxes_meet(plain):
        return even_odd, False, 0
    each = [_fill([outline], flat) for outline in plain]
    single = list({inside.tobytes() if inside.any() else i: inside for i, inside in enumerate(each)}.values())
    alike = len(plain) - len(single)
    together = np.logical_or.reduce(single)
    inverted = _fill([outline for outline in plane if outline.is_xor], flat)
    if alike:
        even_odd = np.logical_xor.reduce([inverted, *single])
    if sum(np.count_nonzero(inside) for inside in single) == np.count_nonzero(together):
        return even_odd, False, alike
    if not union:
        return even_odd, True, alike
    return together ^ inverted, True, alike


def _fill(plane: Sequence[Outline], flat: FlatBox) -> BoolArray:
    y, x = flat
    return fill_even_odd(*polygons(plane), flat_shape(flat), (y.start, x.start))


def _boxes_meet(plane: Sequence[Outline]) -> bool:
    boxes = [(outline.vertices_yx.min(axis=0), outline.vertices_yx.max(axis=0)) for outline in plane]
    return any(
        bool((low <= other_high).all() and (other_low <= high).all())
        for i, (low, high) in enumerate(boxes)
        for other_low, other_high in boxes[:i]
    )
