"""Masks from one grid to another: the nearest voxel in one patient space, the boundary through a transform."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.transforms import RigidTransform, Way
from radpipe.volume import Box, Mask, Volume

__all__ = ["carry_image", "carry_mask", "centres_of", "cut_to_field", "outside_percent", "resample_nearest"]

BoolArray = npt.NDArray[np.bool_]

TIE_DECIMALS = 6
"""Fractional indices are rounded to this many decimals, so that a centre half way between two is decided the same
way on every row; it then goes to the voxel of greater index."""

COINCIDE = 1e-3
"""Grids coincide where each voxel of one has a voxel of the other within this share of it: no value is between two."""

SOFT_VOXELS = 0.65
"""Standard deviation, in its voxels, of the Gaussian that a mask's steps are smoothed with before it is turned: without
it the steps of one grid add to those of the other, and surfaces grow by 5 to 10 %."""

LEVELS = (0.3, 0.7)
"""Between these the level is chosen that keeps the volume; a smooth large ROI has 0.5."""

BORDER = 1e-6
"""Indices this near beyond the outer voxels' centres are on them."""

FloatArray = npt.NDArray[np.float64]


def carry_mask(mask: Mask, target: Geometry, transform: Way, policy: Policy) -> Mask:
    """Take a mask through a transform to another image's grid.

    Voxels that coincide keep their values. Else the mask is smoothed a little, interpolated linearly at the voxels'
    centres, and cut at the level that gives it the volume that the transform does; a rigid one keeps it.

    Parameters
    ----------
    mask
        On the grid of the image it was drawn on.
    target
        Grid of the image that is measured.
    transform
        From points of the first to points of the second image; the identity between equal grids changes no voxel.
    policy
        What to do about a ROI that the second image's field cuts, ``W_OUTSIDE``.

    Raises
    ------
    InputError
        ``E_OUTSIDE`` when all of the ROI lies beyond the field; ``E_EMPTY_ROI`` when no voxel's centre lies in it;
        ``W_OUTSIDE`` where the policy makes it an error.
    """
    if transform.is_identity and mask.geometry.same_grid(target):
        return Mask(mask.box, mask.crop, target, mask.notes)
    box, array, outside = _resample(mask, target, transform)
    if outside > 0 and not array.any():
        raise InputError("E_OUTSIDE", percent=outside)
    notes = (*mask.notes, policy.meet("W_OUTSIDE", percent=outside)) if outside > 0 else mask.notes
    return Mask.within(box, array, target, notes)


def carry_image(volume: Volume, target: Geometry, transform: Way) -> Volume:
    """Take the second image to the grid of the one that was drawn on: linear interpolation, its lowest value beyond.

    Parameters
    ----------
    volume
        The second image.
    target
        Grid of the first.
    transform
        From the first to the second; the identity between equal grids changes no value.
    """
    if transform.is_identity and volume.geometry.same_grid(target):
        return Volume(volume.array, target, volume.unit, volume.notes)
    from scipy.ndimage import map_coordinates  # a tenth of a second, for the runs that register

    array = np.empty(target.size_zyx, dtype=np.float32)
    source, lowest = volume.array.astype(np.float32, copy=False), float(volume.array.min())
    y, x = np.mgrid[: target.size_zyx[1], : target.size_zyx[2]]
    for z, plane in enumerate(array):
        places = transform.apply(target.index_to_mm(np.stack([np.full(y.shape, z), y, x], axis=-1)))
        index = np.moveaxis(_on_border(volume.geometry.mm_to_index(places), volume.geometry), -1, 0)
        plane[:] = map_coordinates(source, index, order=1, mode="constant", cval=lowest)
    return Volume(array, target, volume.unit, volume.notes)


def _on_border(index: FloatArray, grid: Geometry) -> FloatArray:
    """Put indices that rounding moved beyond the outer voxels' centres back on them: they have a value."""
    inside = np.clip(index, 0.0, np.asarray(grid.size_zyx) - 1.0)
    return np.where(np.abs(index - inside) < BORDER, inside, index)


def cut_to_field(mask: Mask, field: Geometry, transform: Way, policy: Policy) -> Mask:
    """Leave out what of a mask lies beyond the second image's field; for measuring on the grid that was drawn on.

    Parameters
    ----------
    mask
        On the grid of the image it was drawn on.
    field
        Grid of the second image.
    transform
        From the first to the second.
    policy
        What to do about ``W_OUTSIDE``.

    Raises
    ------
    InputError
        As :func:`carry_mask`.
    """
    beyond = _beyond(mask, field, transform)
    if not beyond.any():
        return mask
    percent = 100.0 * float(beyond.mean())
    if beyond.all():
        raise InputError("E_OUTSIDE", percent=percent)
    crop = mask.crop.copy()
    crop[tuple(np.argwhere(crop)[beyond].T)] = False
    return Mask.within(mask.box, crop, mask.geometry, (*mask.notes, policy.meet("W_OUTSIDE", percent=percent)))


def outside_percent(mask: Mask, field: Geometry, transform: Way) -> float:
    """Return the share of a mask's voxels whose centres lie beyond the second image's field, 0 to 100.

    Parameters
    ----------
    mask
        On the grid of the image it was drawn on.
    field
        Grid of the second image.
    transform
        From the first to the second.
    """
    return 100.0 * float(_beyond(mask, field, transform).mean())


def resample_nearest(mask: Mask, target: Geometry, transform: Way | None = None) -> tuple[Box, BoolArray, float]:
    """Give each voxel of the target grid the value of the nearest voxel of the mask's grid.

    Parameters
    ----------
    mask
        On its own grid.
    target
        A grid that shares patient space, or that of the second image.
    transform
        From points of the mask's image to points of the target's; None where they share patient space.

    Returns
    -------
    box, resampled, outside_percent
        A box of the target grid that holds the mask, and its voxels, possibly none inside; voxels beyond the source's
        border are False. And the share of the source's voxels inside whose centres lie beyond the target's border.
    """
    way: Way = transform or RigidTransform()
    box, outside = _reach(mask, target, way)
    start = np.array([span.start for span in mask.box])
    result = np.zeros([span.stop - span.start for span in box], dtype=np.bool_)
    for plane, index in zip(result, _indices(mask, target, way, box), strict=True):
        where = np.floor(np.round(index, TIE_DECIMALS) + 0.5).astype(np.int64) - start
        known = ((where >= 0) & (where < mask.crop.shape)).all(axis=-1)
        plane[known] = mask.crop[tuple(where[known].T)]
    return box, result, outside


def _resample(mask: Mask, target: Geometry, way: Way) -> tuple[Box, BoolArray, float]:
    """Do as :func:`resample_nearest` where voxels coincide; else cut the smoothed mask at the level of its volume."""
    box, outside = _reach(mask, target, way)
    if _coincide(mask, target, way, box):
        return resample_nearest(mask, target, way)
    from scipy.ndimage import gaussian_filter, map_coordinates

    soft = gaussian_filter(np.pad(mask.crop, 3).astype(np.float32), SOFT_VOXELS)
    start = np.array([span.start for span in mask.box]) - 3
    values = np.zeros([span.stop - span.start for span in box], dtype=np.float32)
    for plane, index in zip(values, _indices(mask, target, way, box), strict=True):
        plane[:] = map_coordinates(soft, np.moveaxis(index - start, -1, 0), order=1, mode="constant")
    volume_mm3 = mask.volume_mm3 * way.volume_ratio(centres_of(mask))
    wanted = round(volume_mm3 * (1.0 - outside / 100.0) / target.voxel_volume_mm3)
    ordered = np.sort(values, axis=None)[::-1]
    level = float(ordered[min(wanted, ordered.size) - 1]) if wanted and ordered.size else LEVELS[1]
    return box, np.asarray(values >= np.clip(level, *LEVELS)), outside


def _reach(mask: Mask, target: Geometry, way: Way) -> tuple[Box, float]:
    """Return a box of the target that holds the mask, possibly empty, and the percentage of voxels beyond."""
    source = mask.geometry
    inside = np.argwhere(mask.crop) + np.array([span.start for span in mask.box])
    if isinstance(way, RigidTransform):
        corner = np.array([[z, y, x] for z in (0, 1) for y in (0, 1) for x in (0, 1)])
        low, high = inside.min(axis=0) - 1, inside.max(axis=0) + 1
        reached = target.mm_to_index(way.apply(source.index_to_mm(low + corner * (high - low))))
        room = np.zeros(3)
    else:  # bends take corners of a box elsewhere than what lies between them
        reached = target.mm_to_index(way.apply(source.index_to_mm(inside)))
        room = 2.0 + 2.0 * max(source.spacing_zyx_mm) / np.asarray(target.spacing_zyx_mm)
    first = np.clip(np.floor(reached.min(axis=0) - room).astype(int), 0, target.size_zyx)
    last = np.clip(np.ceil(reached.max(axis=0) + room).astype(int) + 1, 0, target.size_zyx)
    z, y, x = (slice(int(a), int(b)) for a, b in zip(first, last, strict=True))
    return (z, y, x), outside_percent(mask, target, way)


def centres_of(mask: Mask) -> FloatArray:
    """Return the centres of a mask's voxels, shape (n, 3), x, y, z in mm.

    Parameters
    ----------
    mask
        In the order of ``argwhere`` of its crop.
    """
    return mask.geometry.index_to_mm(np.argwhere(mask.crop) + np.array([span.start for span in mask.box]))


def _beyond(mask: Mask, field: Geometry, way: Way) -> BoolArray:
    """Tell of each voxel of a mask, in the order of ``argwhere``, whether its centre lies beyond another grid."""
    index = field.mm_to_index(way.apply(centres_of(mask)))
    beyond: BoolArray = np.any((index < -0.5) | (index > np.asarray(field.size_zyx) - 0.5), axis=1)
    return beyond


def _indices(mask: Mask, target: Geometry, way: Way, box: Box) -> Iterator[FloatArray]:
    """Give for each plane of a box of the target where its voxels' centres lie in the mask's grid, shape (y, x, 3)."""
    for z in range(box[0].start, box[0].stop):
        y, x = np.mgrid[box[1], box[2]]
        index = np.stack([np.full(y.shape, z), y, x], axis=-1)
        yield mask.geometry.mm_to_index(way.apply_inverse(target.index_to_mm(index)))


def _coincide(mask: Mask, target: Geometry, way: Way, box: Box) -> bool:
    """Tell whether each voxel of a box of the target is one of the mask's grid; by its corners and their neighbours.

    Through a bend they are not.
    """
    if not isinstance(way, RigidTransform):
        return False
    ends = [(span.start, span.start + 1, span.stop) for span in box]
    places = np.array([[z, y, x] for z in ends[0] for y in ends[1] for x in ends[2]])
    index = mask.geometry.mm_to_index(way.apply_inverse(target.index_to_mm(places)))
    return bool((np.abs(index - np.round(index)) < COINCIDE).all())
