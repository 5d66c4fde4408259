"""From volume and masks to what is measured: normalise, resample or crop, resegment; in PyRadiomics' order."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError
from radpipe.features.crop import window_around
from radpipe.features.motion import Motion
from radpipe.features.params import Params
from radpipe.features.resample import as_itk, is_cubic_spline, resample
from radpipe.features.roi_checks import refuse_size
from radpipe.features.sampling import Lines, around_box, lines_between, nearest, wanted_spacing
from radpipe.features.source import ImageSource, normalized
from radpipe.features.spline import SplineImage, support
from radpipe.geometry import Geometry
from radpipe.kernels.spans import values_inside
from radpipe.volume import Box, Mask, Volume, bounding_box

__all__ = ["Prepared", "PreparedRoi", "prepare"]

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class PreparedRoi:
    """One ROI on a prepared image.

    Parameters
    ----------
    box
        Of the voxels measured, in indices of the prepared image.
    shape_mask, mask
        The ROI for its form, and for everything else (after resegmentation), both cropped to the box.
    before
        Values inside the ROI before resegmentation, shape (n,).
    """

    box: Box
    shape_mask: BoolArray
    mask: BoolArray
    before: npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """An image as filters see it, with the ROIs that share it.

    Parameters
    ----------
    image
        Shape (z, y, x); its dtype is what ITK gives PyRadiomics.
    spacing_zyx_mm
        Of its voxels.
    rois
        ROI name -> the ROI, or why it cannot be measured.
    """

    image: npt.NDArray[Any]
    spacing_zyx_mm: tuple[float, float, float]
    rois: Mapping[str, PreparedRoi | InputError]


def prepare(
    volume: Volume,
    masks: Mapping[str, Mask],
    params: Params,
    source: ImageSource | None = None,
    motion: Motion | None = None,
) -> Iterator[Prepared]:
    """Yield prepared images: one for all ROIs where the settings make sharing exact, else one for each.

    When the image is resampled, PyRadiomics gives each ROI a window of its own, and filters see no more than that; so
    ROIs share the image's spline, each evaluates it in its window.

    Parameters
    ----------
    volume, masks
        On one grid.
    params
        Settings.
    source
        What was made of the image before, for the same settings; spares normalising and the spline.
    motion
        Shifts and turns the grid of resampling; without a wanted spacing the image's own voxels are resampled.

    References
    ----------
    PyRadiomics 3.0.1, ``RadiomicsFeatureExtractor.loadImage`` and ``execute``.
    """
    normal = normalized(volume, params) if source is None else source.image
    spacing = params.settings.resampling_xyz_mm
    if spacing is None and motion is not None:
        spacing = (0.0, 0.0, 0.0)
    if spacing is not None:
        yield from _resampled(normal, masks, spacing, params, None if source is None else source.spline_in, motion)
    elif params.settings.pre_crop:
        for name, mask in masks.items():
            yield _cropped(normal, mask, name, params)
    else:
        rois = {name: _roi(normal[mask.box], mask.crop, mask.box, params) for name, mask in masks.items()}
        yield Prepared(normal, volume.geometry.spacing_zyx_mm, rois)


def _cropped(image: npt.NDArray[Any], mask: Mask, name: str, params: Params) -> Prepared:
    """Cut the window of one ROI out of the image."""
    spacing = mask.geometry.spacing_zyx_mm
    try:
        refuse_size(mask.voxel_count, mask.box, params)
    except InputError as fault:
        return Prepared(image, spacing, {name: fault})
    window = window_around(mask.box, image.shape, params.settings.pad_distance)
    return Prepared(image[window.outer], spacing, {name: _roi(image[mask.box], mask.crop, window.inner, params)})


def _resampled(
    image: npt.NDArray[Any],
    masks: Mapping[str, Mask],
    spacing_xyz_mm: tuple[float, ...],
    params: Params,
    splines: Callable[[Box], SplineImage] | None,
    motion: Motion | None,
) -> Iterator[Prepared]:
    """Resample image and masks around each ROI; a ROI whose voxels have the wanted spacing is cropped."""
    grids: dict[str, Geometry] = {}
    for name, mask in masks.items():
        wanted = wanted_spacing(mask.geometry, mask.box, spacing_xyz_mm)
        if motion is not None:
            grids[name] = motion.grid(mask, wanted, params.settings.pad_distance)
        elif not np.allclose(np.array(mask.geometry.spacing_zyx_mm[::-1]), wanted):
            grids[name] = around_box(mask.geometry, mask.box, wanted, params.settings.pad_distance)
    lines = {name: lines_between(masks[name].geometry, grid) for name, grid in grids.items()}
    values = _interpolator(image, masks, lines, params, splines, repeat_edge=motion is not None)
    for name, mask in masks.items():
        if name not in grids:
            yield _cropped(image, mask, name, params)
            continue
        inside = nearest(mask, lines[name])
        box = bounding_box(inside)
        window = values(grids[name])
        yield Prepared(window, grids[name].spacing_zyx_mm, {name: _roi(window[box], inside[box], box, params)})


def _interpolator(
    image: npt.NDArray[Any],
    masks: Mapping[str, Mask],
    lines: Mapping[str, Lines],
    params: Params,
    splines: Callable[[Box], SplineImage] | None,
    *,
    repeat_edge: bool,
) -> Callable[[Geometry], npt.NDArray[Any]]:
    """Return what gives the image's values on a grid: its spline, made once where ROIs need it, or ITK."""
    if not lines:
        return lambda _grid: image
    geometry = next(iter(masks.values())).geometry
    interpolator = params.settings.interpolator or "sitkBSpline"
    if is_cubic_spline(interpolator):
        region = support(lines.values(), geometry.size_zyx)
        made = SplineImage.of(image, geometry, region) if splines is None else splines(region)
        return lambda grid: made.on(grid, repeat_edge=repeat_edge)
    source = as_itk(image, geometry)
    return lambda grid: resample(source, grid, interpolator, repeat_edge=repeat_edge)


def _roi(image: npt.NDArray[Any], inside: BoolArray, box: Box, params: Params) -> PreparedRoi | InputError:
    """Prepare a ROI from image and mask cropped to its box, whose place in the prepared image is given."""
    try:
        refuse_size(int(np.count_nonzero(inside)), box, params)
        return _resegmented(image, inside.copy(), box, params)  # of one memory layout, for kernels
    except InputError as fault:
        return fault


def _resegmented(image: npt.NDArray[Any], mask: BoolArray, box: Box, params: Params) -> PreparedRoi:
    """Crop a ROI, whose box is given, to the voxels whose values lie in ``resegmentRange``."""
    values = values_inside(image, mask)
    limits = params.settings.resegment_range
    if limits is None:
        return PreparedRoi(box, mask, mask, values)
    low, *high = _thresholds(values, limits, params.settings.resegment_mode)
    kept = values >= low
    if high:
        kept &= values <= high[0]
    voxels = int(np.count_nonzero(kept))
    if voxels <= 1:
        what = f"resegmentation leaves {voxels} of {values.size} voxels"
        raise InputError("E_INTENSITY", what=what)
    left = np.zeros_like(mask)
    left[mask] = kept
    smaller = bounding_box(left)
    refuse_size(voxels, smaller, params)
    z, y, x = (slice(a.start + b.start, a.start + b.stop) for a, b in zip(box, smaller, strict=True))
    form = left if params.settings.resegment_shape else mask
    return PreparedRoi((z, y, x), form[smaller].copy(), left[smaller].copy(), values)


def _thresholds(values: npt.NDArray[Any], limits: tuple[float, ...], mode: str) -> list[Any]:
    """Turn the range into image units: as it is, as a share of the maximum, or in standard deviations from the mean."""
    if mode == "relative":
        return [(values.max() if values.dtype.kind == "f" else float(values.max())) * limit for limit in sorted(limits)]
    if mode == "sigma":
        mean, deviation = np.mean(values), np.std(values)
        return [mean + deviation * limit for limit in sorted(limits)]
    return sorted(limits)
