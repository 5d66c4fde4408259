"""The search of a rigid registration: levels of an image, starts, and one descent, by SimpleITK, without chance."""

import itertools
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk  # noqa: N813

from radpipe.imaging.transforms import RigidTransform
from radpipe.volume import Volume

__all__ = [
    "LEVELS_MM",
    "STEPS_MM",
    "best_pose",
    "candidates",
    "descended",
    "displaced",
    "information",
    "inverse_of",
    "levels_of",
    "mirrored",
    "pose_at",
    "rigid_of",
    "window_of",
]

FloatArray = npt.NDArray[np.float64]

BINS = 50
"""Bins of the joint histogram; with 32 the worst error on known motions was five times larger."""

LEVELS_MM = (8.0, 5.0, 3.0)
"""Voxel size of the levels, from coarse to fine; images with larger voxels stay as they are."""

STEPS_MM = (6.0, 3.0, 1.5)
"""First step of the descent on each level."""

SMOOTH = 0.6
"""Standard deviation of the Gaussian that each level is smoothed with, in its voxels."""

SOFT_TISSUE_HU = (-200.0, 300.0)
"""Window of CT: what MR shows too."""

SPREAD_PERCENT = (0.0, 99.5)
"""Window of other images, by percentiles of the coarse level: bright vessels and spikes cost no bins."""

MARGIN_MM = 25.0
"""The first image is cut to the second one's field and this much around it, so that its border can be seen."""

LEVER = 0.35
"""A turn by 1 rad counts as a shift by this share of the second field's mean extent. Counted by the farthest corner,
as SimpleITK does itself, turns lag behind and displaced starts do not come back."""

ITERATIONS = 60

SHARES = (1.0, 0.5, 0.2)
"""Share of a level's voxels that the metric reads, in a regular pattern: thin enough for a large image, and no chance.
On levels of fewer than ``SAMPLES`` voxels all are read."""

SAMPLES = 60_000

TURNS = tuple(itertools.product((-0.3, 0.0, 0.3), repeat=3))
"""Angles about x, y, z in rad that are tried before the first descent."""

SHIFTS_MM = (-30.0, 0.0, 30.0)
"""Shifts along x, y, z that are tried with them, after the turn."""

DESCENTS = 3
"""How many of these starts are followed, the best."""


def levels_of(volume: Volume) -> tuple[sitk.Image, ...]:
    """Return an image from coarse to fine, float32, windowed and smoothed.

    Parameters
    ----------
    volume
        Averaged in bins to about ``LEVELS_MM``; HU are clipped to soft tissue, others to percentiles.
    """
    image = sitk.GetImageFromArray(volume.array)
    grid = volume.geometry
    image.SetSpacing(grid.spacing_zyx_mm[::-1])
    image.SetOrigin(grid.origin_xyz_mm)
    image.SetDirection(grid.direction)
    finest = _binned(image, LEVELS_MM[-1])
    if volume.unit == "HU":
        low, high = SOFT_TISSUE_HU
    else:
        low, high = (
            float(percentile) for percentile in np.percentile(sitk.GetArrayViewFromImage(finest), SPREAD_PERCENT)
        )
    finest = sitk.Clamp(finest, sitk.sitkFloat32, low, max(high, low + 1e-6))
    return (_smooth(_binned(finest, LEVELS_MM[0])), _smooth(_binned(finest, LEVELS_MM[1])), _smooth(finest))


def _binned(image: sitk.Image, size_mm: float) -> sitk.Image:
    pairs = zip(image.GetSpacing(), image.GetSize(), strict=True)
    factors = [max(1, min(round(size_mm / spacing), n // 4)) for spacing, n in pairs]
    return sitk.BinShrink(
        sitk.Cast(image, sitk.sitkFloat32) if image.GetPixelID() == sitk.sitkFloat64 else image, factors
    )


def _smooth(image: sitk.Image) -> sitk.Image:
    image = sitk.Cast(image, sitk.sitkFloat32)
    if min(image.GetSize()) < 4:
        return image
    return sitk.SmoothingRecursiveGaussian(image, [SMOOTH * spacing for spacing in image.GetSpacing()])


def best_pose(
    first: tuple[sitk.Image, ...], second: tuple[sitk.Image, ...], base: sitk.Euler3DTransform, corners: FloatArray
) -> sitk.Euler3DTransform:
    """Find the pose of most mutual information about a start, from the coarse to the fine level.

    Parameters
    ----------
    first, second
        All levels of each, of :func:`levels_of`.
    base
        The start.
    corners
        Of the second image's field, shape (8, 3), x, y, z in mm.
    """
    wide = window_of(first[0], rigid_of(base), corners)
    ends = [descended(wide, second[0], pose, STEPS_MM[0]) or pose for pose in candidates(wide, second[0], base)]
    pose = max(ends, key=lambda end: information(wide, second[0], end))
    for level in (1, 2):
        window = window_of(first[level], rigid_of(pose), corners)
        pose = descended(window, second[level], pose, STEPS_MM[level], SHARES[level]) or pose
    return pose


def pose_at(centre_xyz_mm: npt.ArrayLike, shift_xyz_mm: npt.ArrayLike) -> sitk.Euler3DTransform:
    """Return the pose that only shifts, and turns about a centre of the first image when it is improved."""
    pose = sitk.Euler3DTransform()
    pose.SetCenter([float(number) for number in np.asarray(centre_xyz_mm)])
    pose.SetTranslation([float(number) for number in np.asarray(shift_xyz_mm)])
    return pose


def rigid_of(pose: sitk.Transform) -> RigidTransform:
    """Return a pose as a value."""
    offset = np.asarray(pose.TransformPoint((0.0, 0.0, 0.0)))
    columns = [np.asarray(pose.TransformPoint(tuple(unit))) - offset for unit in 1000.0 * np.eye(3)]
    x, y, z = (float(number) for number in offset)
    return RigidTransform(tuple(float(number) for number in (np.stack(columns, axis=1) / 1000.0).ravel()), (x, y, z))


def inverse_of(pose: sitk.Euler3DTransform, centre_xyz_mm: FloatArray) -> sitk.Euler3DTransform:
    """Return the pose from the second image to the first, turning about a centre of the second.

    Parameters
    ----------
    pose
        From the first to the second.
    centre_xyz_mm
        About a point of the first image, far away by the second's coordinates, each turn would be a large shift.
    """
    inverse = sitk.Euler3DTransform(pose.GetInverse())
    back = pose_at(centre_xyz_mm, np.asarray(inverse.TransformPoint(tuple(map(float, centre_xyz_mm)))) - centre_xyz_mm)
    back.SetMatrix(inverse.GetMatrix(), 1e-6)
    return back


def _with(pose: sitk.Euler3DTransform, turn: npt.ArrayLike, shift_mm: npt.ArrayLike) -> sitk.Euler3DTransform:
    near = sitk.Euler3DTransform(pose)
    numbers = np.asarray(pose.GetParameters()) + np.concatenate([np.asarray(turn), np.asarray(shift_mm)])
    near.SetParameters([float(number) for number in numbers])
    return near


def candidates(first: sitk.Image, second: sitk.Image, base: sitk.Euler3DTransform) -> list[sitk.Euler3DTransform]:
    """Return the best of many turns and shifts about a pose, best first, by mutual information alone.

    Parameters
    ----------
    first, second
        Coarse levels.
    base
        Is always among those returned.
    """
    turned = [_with(base, turn, (0, 0, 0)) for turn in TURNS]
    ranked = sorted(turned, key=lambda pose: -information(first, second, pose))[:2]
    shifts = list(itertools.product(SHIFTS_MM, repeat=3))
    shifted = [_with(pose, (0, 0, 0), shift) for pose in (base, *ranked) for shift in shifts if any(shift)]
    best = sorted((*ranked, *shifted), key=lambda pose: -information(first, second, pose))
    return [base, *best[: DESCENTS - 1]]


def displaced(pose: sitk.Euler3DTransform) -> Iterator[sitk.Euler3DTransform]:
    """Give eight poses about one: 26 mm and about 14 degrees away, in the directions of a cube's corners."""
    for x, y, z in itertools.product((-1.0, 1.0), repeat=3):
        yield _with(pose, (0.14 * y, 0.14 * z, 0.14 * x), (15.0 * x, 15.0 * y, 15.0 * z))


def information(first: sitk.Image, second: sitk.Image, pose: sitk.Transform) -> float:
    """Return the mutual information of two images in a pose, in nats; 0 where they do not overlap enough."""
    method = _method(pose)
    try:
        return -float(method.MetricEvaluate(first, second))
    except RuntimeError:  # all samples map outside
        return 0.0


def _method(pose: sitk.Transform, share: float = 1.0) -> sitk.ImageRegistrationMethod:
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(numberOfHistogramBins=BINS)
    method.SetMetricSamplingStrategy(method.NONE if share >= 1.0 else method.REGULAR)
    method.SetMetricSamplingPercentage(share, 1)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetInitialTransform(pose, inPlace=False)
    return method


def descended(
    first: sitk.Image, second: sitk.Image, pose: sitk.Euler3DTransform, step_mm: float, share: float = 1.0
) -> sitk.Euler3DTransform | None:
    """Improve a pose until its steps are a hundredth of the first; None where the images do not overlap enough.

    Parameters
    ----------
    first, second
        One level of each.
    pose
        The start.
    step_mm
        Length of the first step.
    share
        Of the first image's voxels that the metric reads at least.
    """
    method = _method(pose, max(share, min(1.0, SAMPLES / first.GetNumberOfPixels())))
    method.SetOptimizerAsRegularStepGradientDescent(
        learningRate=step_mm,
        minStep=step_mm / 100.0,
        numberOfIterations=ITERATIONS,
        relaxationFactor=0.6,
        gradientMagnitudeTolerance=1e-6,
    )
    extent = np.asarray(second.GetSize()) * np.asarray(second.GetSpacing())
    lever = LEVER * float(extent.mean())
    method.SetOptimizerScales([lever * lever] * 3 + [1.0] * 3)
    try:
        reached = method.Execute(first, second)
    except RuntimeError:  # all samples map outside
        return None
    nth = reached.GetNthTransform(0) if reached.GetName() == "CompositeTransform" else reached
    return sitk.Euler3DTransform(nth)


def window_of(image: sitk.Image, transform: RigidTransform, corners_xyz_mm: FloatArray) -> sitk.Image:
    """Cut the first image to the second one's field, with a margin.

    Parameters
    ----------
    image
        A level of the first image.
    transform
        From the first to the second image.
    corners_xyz_mm
        Of the second image's field, shape (8, 3).
    """
    places = transform.apply_inverse(corners_xyz_mm)
    index = np.array(
        [image.TransformPhysicalPointToContinuousIndex([float(number) for number in place]) for place in places]
    )
    margin = MARGIN_MM / np.asarray(image.GetSpacing())
    size = np.asarray(image.GetSize())
    low = np.clip(np.floor(index.min(axis=0) - margin), 0, size - 4).astype(int)
    high = np.clip(np.ceil(index.max(axis=0) + margin) + 1, low + 4, size).astype(int)
    if (high > size).any() or (low < 0).any():
        return image
    x, y, z = (slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    return image[x, y, z]


def mirrored(image: sitk.Image) -> sitk.Image:
    """Return an image whose values are mirrored along the axis nearest to the patient's left and right."""
    direction = np.abs(np.reshape(image.GetDirection(), (3, 3)))
    axis = int(np.argmax(direction[0]))
    array = np.flip(sitk.GetArrayViewFromImage(image), axis=2 - axis)
    flipped = sitk.GetImageFromArray(np.ascontiguousarray(array))
    flipped.CopyInformation(image)
    return flipped
