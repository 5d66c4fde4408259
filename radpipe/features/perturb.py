"""Perturbed states: the image and the contour as they might have been, from noise, position, volume and outline.

A state is what plain extraction would give had the files been perturbed: noise, then volume and contour on the
image's own grid, then position as a change of the grid on which it is resampled.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.features.draws import image_digest, mask_digest, place_of, stream
from radpipe.features.motion import Motion
from radpipe.features.params import Params
from radpipe.features.variant import State
from radpipe.volume import Box, Mask, Volume

__all__ = ["Perturbed", "noise_sd", "perturbed", "with_noise", "with_other_contour", "with_other_volume"]

FloatArray = npt.NDArray[np.float64]

WINDOW_MM = 20.0
"""Noise is estimated in the ROI's box and so far around it: air around a patient has none."""

HALF_NORMAL = 0.6745
"""Median of the magnitude of a standard normal number."""

SMOOTH_MM = 10.0
FIELD_MM = 2.5
"""The field that moves a surface: smoothed so far, drawn on a grid of this spacing."""

FIRST_REACH_MM = 6.0
"""A ROI that grows is first looked at so far around it; further only where that layer holds too few voxels."""

SMOOTHED_VOXELS = 5
"""So far the smoothing that decides ties reaches, and one more."""

REACH = 4.0
"""A field hardly exceeds so many times its root mean square; the window around a ROI is widened by as much."""


@dataclass(frozen=True, slots=True, eq=False)
class Perturbed:
    """An image and a ROI in one state.

    Parameters
    ----------
    volume, mask
        Perturbed, on the image's grid.
    motion
        How the grid of resampling moves; None leaves plain extraction's.
    told
        What was drawn, for the row.
    """

    volume: Volume
    mask: Mask
    motion: Motion | None
    told: dict[str, str | float | int]


def perturbed(volume: Volume, mask: Mask, state: State, params: Params) -> Perturbed:
    """Perturb an image and a ROI.

    Parameters
    ----------
    volume, mask
        As read.
    state
        Which perturbations, how strong, which of how many states.
    params
        Tell which slices are looked at: others are given no noise.

    Raises
    ------
    InputError
        ``E_EMPTY_ROI``: nothing of the ROI is left.

    Notes
    -----
    Draws of N, T and R follow from the image and the state, those of V and C from image, mask and state; angles, shifts
    and volumes of the states are a Latin hypercube.
    """
    image = image_digest(volume)
    both = (image, mask_digest(mask))
    told: dict[str, str | float | int] = {"perturbation": state.letters, "state": state.state}
    noisy, other, angle, shift = volume, mask, 0.0, np.zeros(3)
    seed, number, count = state.seed, state.state, state.states
    if "N" in state.letters:
        told["noise_sd"] = sd = noise_sd(volume, mask) if state.noise_sd is None else state.noise_sd
        noisy = with_noise(volume, sd, (seed, image, number), _slices(mask, params))
    if "V" in state.letters:
        share = state.volume_share * (2.0 * float(place_of(seed, "V", both, number, count)[0]) - 1.0)
        told["volume_change"] = share
        other = with_other_volume(other, share)
    if "C" in state.letters:
        told["contour_mm"] = state.contour_mm
        other = with_other_contour(other, state.contour_mm, stream(seed, "C", *both, number))
    if "R" in state.letters:
        told["angle_degrees"] = angle = state.angle_degrees * (
            2.0 * float(place_of(seed, "R", (image,), number, count)[0]) - 1.0
        )
    if "T" in state.letters:
        shift = place_of(seed, "T", (image,), number, count, axes=3)
        told |= {f"shift_{axis}": float(part) for axis, part in zip("xyz", shift, strict=True)}
    moved = Motion(angle, (float(shift[0]), float(shift[1]), float(shift[2])))
    return Perturbed(noisy, other, moved if {"T", "R"} & set(state.letters) else None, told)


def _slices(mask: Mask, params: Params) -> slice:
    """Return the slices that plain or moved extraction looks at, and as many more as a spline's values need."""
    settings = params.settings
    size, own = mask.geometry.size_zyx[0], mask.geometry.spacing_zyx_mm[0]
    local = settings.resampling_xyz_mm is not None or settings.pre_crop
    if settings.normalize or params.ibsi is not None or not local:
        return slice(0, size)
    new = max(own, (settings.resampling_xyz_mm or (0.0, 0.0, 0.0))[2])
    margin = math.ceil((settings.pad_distance + 2) * new / own) + 16
    return slice(max(mask.box[0].start - margin, 0), min(mask.box[0].stop + margin, size))


def _widened(mask: Mask, margin_mm: float) -> Box:
    spans = [
        slice(max(span.start - reach, 0), min(span.stop + reach, size))
        for span, size, spacing in zip(mask.box, mask.geometry.size_zyx, mask.geometry.spacing_zyx_mm, strict=True)
        for reach in (math.ceil(margin_mm / spacing) + 1,)
    ]
    return (spans[0], spans[1], spans[2])


def noise_sd(volume: Volume, mask: Mask) -> float:
    """Estimate the standard deviation of an image's noise around a ROI.

    Parameters
    ----------
    volume, mask
        On one grid.

    Returns
    -------
    float
        In the image's unit; 0 of a constant image. Structure adds to it; noise of CT is correlated and is
        underestimated by as much as neighbours share.

    References
    ----------
    Donoho & Johnstone 1994, Biometrika 81:425: median magnitude of the finest wavelet coefficients (coif1 high-pass
    along rows and columns), over 0.6745.
    """
    import pywt
    from scipy.ndimage import convolve1d

    high = np.array(pywt.Wavelet("coif1").dec_hi)
    window = volume.array[_widened(mask, WINDOW_MM)].astype(np.float64)
    detail = convolve1d(convolve1d(window, high, axis=1), high, axis=2)
    inner = detail[:, 3:-3, 3:-3]
    return float(np.median(np.abs(inner if inner.size else detail))) / HALF_NORMAL


def with_noise(volume: Volume, sd: float, key: tuple[int, int, int], slices: slice | None = None) -> Volume:
    """Add white noise.

    Parameters
    ----------
    volume
        The image; integers are rounded and kept within their type's range.
    sd
        Standard deviation, in the image's unit.
    key
        Seed, digest of the image, number of the state. Each slice has a stream of its own, so that what is drawn for
        one does not depend on which others are wanted.
    slices
        Where noise is wanted; everywhere without it.
    """
    array = volume.array.copy()
    seed, *content = key
    span = slices or slice(0, array.shape[0])
    limits = np.iinfo(array.dtype) if array.dtype.kind in "iu" else None
    for z in range(span.start, span.stop):
        drawn = stream(seed, "N", *content, z).standard_normal(array.shape[1:], dtype=np.float32)
        noisy = array[z] + sd * drawn.astype(np.float64)
        array[z] = noisy if limits is None else np.clip(np.rint(noisy), limits.min, limits.max)
    return Volume(array, volume.geometry, volume.unit, volume.notes)


def with_other_volume(mask: Mask, share: float) -> Mask:
    """Shrink or grow a ROI to a number of voxels, by distance from its surface.

    Parameters
    ----------
    mask
        The ROI.
    share
        Of its volume: -0.1 leaves 90 %, to the voxel; less where the image ends.

    Raises
    ------
    InputError
        ``E_EMPTY_ROI``: no voxel is left.

    Notes
    -----
    Exact Euclidean distances in mm, to voxel centres; ties go by the distance smoothed over a voxel, then by index. A
    smaller share gives a part of what a larger one gives.
    """
    wanted = math.floor(mask.voxel_count * (1.0 + share) + 0.5)
    if wanted == mask.voxel_count:
        return mask
    # A layer around the box as thick as the box is wide holds eight times the voxels.
    size_mm = np.array(mask.crop.shape) * np.array(mask.geometry.spacing_zyx_mm)
    most_mm = 5.0 + share * float(size_mm.max()) if share > 0 else 2.0
    reach_mm = min(FIRST_REACH_MM, most_mm)
    beyond_mm = SMOOTHED_VOXELS * max(mask.geometry.spacing_zyx_mm) if share > 0 else 0.0
    while True:
        box = _widened(mask, min(reach_mm + beyond_mm, most_mm))
        inside = mask.part(box)
        depth = np.round(_distance(inside, mask) - _distance(~inside, mask), 6)
        if share <= 0 or reach_mm >= most_mm or np.count_nonzero(depth >= -reach_mm) >= wanted:
            return Mask.within(box, _deepest(depth, wanted), mask.geometry, mask.notes)
        reach_mm *= 2.0


def _deepest(depth: FloatArray, count: int) -> npt.NDArray[np.bool_]:
    """Return so many of the deepest voxels, all that there are where there are fewer; ties as told above."""
    from scipy.ndimage import gaussian_filter

    flat = depth.ravel()
    if count >= flat.size:
        return np.ones(depth.shape, dtype=np.bool_)
    last = np.partition(flat, flat.size - count)[flat.size - count] if count else np.inf
    kept = flat > last
    ties = np.flatnonzero(flat == last)
    order = np.argsort(-gaussian_filter(depth, 1.0).ravel()[ties], kind="stable")
    kept[ties[order[: count - int(kept.sum())]]] = True
    return kept.reshape(depth.shape)


def _distance(region: npt.NDArray[np.bool_], mask: Mask) -> FloatArray:
    """Return the distance of each voxel of a region to the nearest beyond it, in mm; 0 outside of the region."""
    from scipy.ndimage import distance_transform_edt

    if region.all():
        return np.ones(region.shape)
    distance: FloatArray = distance_transform_edt(region, sampling=mask.geometry.spacing_zyx_mm)
    return distance


def with_other_contour(mask: Mask, rms_mm: float, rng: np.random.Generator) -> Mask:
    """Move the surface of a ROI by a smooth random field.

    Parameters
    ----------
    mask
        The ROI.
    rms_mm
        Root mean square of the field along each axis; an axis on which the image has one voxel is left alone.
    rng
        Draws the field.

    Raises
    ------
    InputError
        ``E_EMPTY_ROI``: no voxel is left.

    Notes
    -----
    Uniform noise, smoothed by a Gaussian of 10 mm; the ROI is warped linearly and cut at a half.
    """
    from scipy.ndimage import gaussian_filter, map_coordinates

    if rms_mm == 0.0:
        return mask
    box = _widened(mask, REACH * rms_mm)
    inside = mask.part(box).astype(np.float64)
    spacing = np.array(mask.geometry.spacing_zyx_mm)
    places = np.indices(inside.shape, dtype=np.float64)
    margin = 2.0 * SMOOTH_MM / FIELD_MM
    steps = [places[axis] * spacing[axis] / FIELD_MM + margin for axis in range(3)]
    shape = [math.ceil(step.max() + margin) + 2 for step in steps]
    for axis in range(3):
        field = gaussian_filter(rng.uniform(-1.0, 1.0, shape), SMOOTH_MM / FIELD_MM, mode="wrap")
        field *= rms_mm / math.sqrt(float(np.mean(field**2)))
        if mask.geometry.size_zyx[axis] > 1:
            places[axis] += map_coordinates(field, steps, order=1) / spacing[axis]
    warped = map_coordinates(inside, places, order=1, mode="constant")
    return Mask.within(box, warped >= 0.5, mask.geometry, mask.notes)
