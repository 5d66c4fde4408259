"""What the inside of the body says of a transform: edges of two images, compared block by block.

A search that fits the outline of a body fits that of another body as well. Here only places well inside count, and
blocks of 36 mm have a vote each: whether their edges lie better by one transform than by another, and whether their own
best place is the one that the whole was given.
"""

import itertools
from typing import Any

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk  # noqa: N813
from scipy.ndimage import binary_fill_holes, distance_transform_edt, map_coordinates

from radpipe.imaging.transforms import RigidTransform, Way

__all__ = ["BLOCK_MM", "NEAR_MM", "gain_of", "support_of"]

STEP_MM = 4.0
"""Voxel size of the lattice, along the axes of the second image."""

BLOCK = 9
"""Edge of a block, in voxels of the lattice."""

BLOCK_MM = BLOCK * STEP_MM

REACH = 3
"""How many voxels a block is moved each way in search of its own best place."""

NEAR_MM = 6.0
"""A block's own best place supports the transform when it is this near: at most one step along two axes."""

DEPTH_MM = 12.0
"""Edges nearer than this to the air around the body do not count."""

BODY = 0.1
"""The body is what exceeds this share of the first image's range: -150 HU in the window of soft tissue."""

FILLED = 100
"""Fewest voxels of a block that must lie inside."""

SOFT_EDGE = 0.5
"""Edges of this share of the mean (root of squares) count half: weaker ones are mostly noise."""

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]


def gain_of(first: sitk.Image, second: sitk.Image, way: Way, other: Way) -> tuple[int, float]:
    """Tell whether the edges inside the body lie better by one transform than by another.

    Parameters
    ----------
    first, second
        Levels of the images, ``first`` the one that transforms start from.
    way, other
        The transforms.

    Returns
    -------
    blocks, gain
        Number of blocks that can tell, and the mean of their differences in standard errors (paired t); 0 where fewer
        than three blocks can.
    """
    edges = _edges(_lattice(second, RigidTransform(), second, 0))
    values, others = (_lattice(first, pose, second, 0) for pose in (way, other))
    # What is a weak edge is judged by the same places, else the transform that leaves more of the field empty may gain.
    both = np.isfinite(values) & np.isfinite(others)
    values, others = np.where(both, values, np.nan), np.where(both, others, np.nan)
    within = _inside(values) & _inside(others)
    gains = _squared_cosine(_edges(values), edges) - _squared_cosine(_edges(others), edges)
    better = _block_sums(gains * within)[_block_sums(within) >= FILLED]
    if len(better) < 3:
        return len(better), 0.0
    error = float(better.std(ddof=1)) / np.sqrt(len(better))
    return len(better), float(better.mean() / max(error, 1e-12))


def support_of(first: sitk.Image, second: sitk.Image, way: RigidTransform) -> tuple[int, float]:
    """Return the share of blocks inside the body whose own best place is the one that a transform gives them.

    Parameters
    ----------
    first, second
        Levels of the images.
    way
        From the first to the second.

    Returns
    -------
    blocks, support
        Number of blocks that can tell, and the share of their better half by edges that agrees, 0 to 1; by chance it
        is 0.06.
    """
    values = _lattice(first, way, second, REACH)
    moving = _edges(values)
    middle = (slice(REACH, -REACH),) * 3
    within = _inside(values)[middle]
    edges = _edges(_lattice(second, RigidTransform(), second, 0)) * within[..., None]
    shifts = np.array(list(itertools.product(range(-REACH, REACH + 1), repeat=3)))
    scores = np.stack(
        [_block_sums(_squared_cosine(_part(moving, shift, within.shape), edges)) for shift in shifts], axis=1
    )
    strength = _block_sums((edges * edges).sum(axis=-1))
    able = (_block_sums(within) >= FILLED) & (scores.max(axis=1) > 0)
    if not able.any():
        return 0, 0.0
    better = able & (strength >= np.median(strength[able]))
    away = np.linalg.norm(shifts[scores[better].argmax(axis=1)], axis=1) * STEP_MM
    return int(np.count_nonzero(able)), float(np.mean(away < NEAR_MM))


def _lattice(image: sitk.Image, way: Way, second: sitk.Image, around: int) -> FloatArray:
    """Sample an image on the lattice of the second one's field; NaN where it has no value."""
    size = [
        max(4, int(n * spacing / STEP_MM)) + 2 * around
        for n, spacing in zip(second.GetSize(), second.GetSpacing(), strict=True)
    ]
    axes = np.reshape(second.GetDirection(), (3, 3))
    centre = np.asarray(second.TransformContinuousIndexToPhysicalPoint([(n - 1) / 2 for n in second.GetSize()]))
    corner = centre - axes @ ((np.asarray(size) - 1) * STEP_MM / 2)
    if not isinstance(way, RigidTransform):
        return _through(image, way, size, corner, axes)
    back = sitk.AffineTransform(3)
    back.SetMatrix(way.matrix)
    back.SetTranslation(way.offset_xyz_mm)
    sampled = sitk.Resample(
        image, size, back.GetInverse(), sitk.sitkLinear, [float(number) for number in corner], (STEP_MM,) * 3,
        second.GetDirection(), float("nan"),
    )  # fmt: skip
    return np.asarray(sitk.GetArrayFromImage(sampled), dtype=np.float32)


def _through(
    image: sitk.Image, way: Way, size: list[int], corner: npt.NDArray[np.float64], axes: npt.NDArray[np.float64]
) -> FloatArray:
    """Sample an image on a lattice through a transform that bends; NaN where it has no value."""
    index = np.stack(np.meshgrid(*map(np.arange, size[::-1]), indexing="ij"), axis=-1)[..., ::-1]
    places = way.apply_inverse((index * STEP_MM) @ axes.T + corner)
    own = np.reshape(image.GetDirection(), (3, 3))
    there = (places - np.asarray(image.GetOrigin())) @ own / np.asarray(image.GetSpacing())
    array, zyx = sitk.GetArrayViewFromImage(image), np.moveaxis(there[..., ::-1], -1, 0)
    sampled: FloatArray = map_coordinates(array, zyx, order=1, mode="constant", cval=np.nan).astype(np.float32)
    return sampled


def _edges(values: FloatArray) -> FloatArray:
    """Return the direction of the gradient, shape (z, y, x, 3), shorter where it is weak; 0 where it is unknown.

    References
    ----------
    Haber E., Modersitzki J., Intensity gradient based registration and fusion of multi-modal images, MICCAI 2006.
    """
    gradient = np.stack([np.gradient(values, axis=axis) for axis in range(3)], axis=-1)
    squared = np.einsum("zyxi,zyxi->zyx", gradient, gradient)
    known = np.isfinite(squared)
    typical = float(squared[known].mean()) if known.any() else 1.0
    length = np.sqrt(squared + SOFT_EDGE * SOFT_EDGE * typical + 1e-12)
    edges: FloatArray = np.where(known[..., None], gradient / length[..., None], 0.0).astype(np.float32)
    return edges


def _part(moving: FloatArray, shift: npt.NDArray[np.int_], shape: tuple[int, ...]) -> FloatArray:
    """Return what lies over the second field when the first image is moved by whole voxels."""
    z, y, x = (slice(REACH + int(step), REACH + int(step) + n) for step, n in zip(shift, shape, strict=True))
    return moving[z, y, x]


def _squared_cosine(one: FloatArray, other: FloatArray) -> FloatArray:
    product = np.einsum("zyxi,zyxi->zyx", one, other)
    squared: FloatArray = product * product
    return squared


def _inside(values: FloatArray) -> BoolArray:
    """Tell which voxels of the first image have a value and lie deep inside the body."""
    known = np.isfinite(values)
    if not known.any():
        return known
    low, high = float(values[known].min()), float(values[known].max())
    body = np.where(known, values, low) > low + BODY * (high - low)
    filled = np.stack([binary_fill_holes(plane) for plane in body])
    # Beyond the first image's border a body goes on: it is no surface.
    deep: BoolArray = (distance_transform_edt(filled | ~known, sampling=STEP_MM) > DEPTH_MM) & known
    return deep


def _block_sums(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Sum over blocks side by side; voxels beyond the last whole block do not count."""
    edges = [min(BLOCK, n) for n in values.shape]
    counts = [n // edge for n, edge in zip(values.shape, edges, strict=True)]
    whole = values[tuple(slice(0, n * edge) for n, edge in zip(counts, edges, strict=True))]
    split = whole.reshape(counts[0], edges[0], counts[1], edges[1], counts[2], edges[2])
    sums: npt.NDArray[np.float64] = split.sum(axis=(1, 3, 5), dtype=np.float64).ravel()
    return sums
