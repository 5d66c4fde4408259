"""Measure ROIs of an image by IBSI's definition: prepare each, filter once, take the families."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError
from radpipe.features.ibsi.grid import axes_of, interpolate, whole, window_of
from radpipe.features.ibsi.local_intensity import RADIUS_MM
from radpipe.features.ibsi.measure import MOST_LEVELS, measure_families
from radpipe.features.ibsi.params import IbsiParams, NamedFilter
from radpipe.features.ibsi.prepare import IbsiRoi, prepare_roi, reach_of
from radpipe.features.roi_checks import refuse_other_grid
from radpipe.outcome import FeatureVector, Scalar
from radpipe.volume import Mask, Volume

__all__ = ["measure_ibsi"]


def measure_ibsi(
    volume: Volume, masks: Mapping[str, Mask], params: IbsiParams, max_bins: int = MOST_LEVELS
) -> dict[str, FeatureVector | InputError]:
    """Measure every mask on a volume; see :class:`radpipe.features.engine.Engine`.

    Parameters
    ----------
    volume, masks
        On one grid.
    params
        Processing, families, filters.
    max_bins
        Most grey levels that are accepted.

    Returns
    -------
    dict
        ROI -> features under ``IMAGE_TAG``, or why it could not be measured.
    """
    results: dict[str, FeatureVector | InputError] = {}
    rois: dict[str, IbsiRoi] = {}
    values: dict[str, dict[str, float]] = {}
    for name, mask in masks.items():
        try:
            refuse_other_grid(volume, mask)
            rois[name] = prepare_roi(volume, mask, params.settings, RADIUS_MM if "loc" in params.families else 0.0)
            measured = measure_families(rois[name], params.settings, params.families, max_bins)
            values[name] = {f"original_{tag}": value for tag, value in measured.items()}
        except InputError as fault:
            results[name] = fault
    if params.filters and rois:
        for named, responses in _responses(volume, {name: masks[name] for name in values}, params):
            settings = replace(params.settings, discretisation=params.response_discretisation, range=(None, None))
            for name in values:
                roi = replace(rois[name], image=responses[name])
                measured = measure_families(roi, settings, params.response_families, max_bins)
                values[name] |= {f"{named.name}_{tag}": value for tag, value in measured.items()}
    for name, columns in values.items():
        diagnostics = _diagnostics(volume, masks[name], rois[name])
        results[name] = FeatureVector(tuple(columns), np.array(list(columns.values()), dtype=np.float64), diagnostics)
    return results


def _responses(
    volume: Volume, masks: Mapping[str, Mask], params: IbsiParams
) -> Iterator[tuple[NamedFilter, dict[str, npt.NDArray[np.float64]]]]:
    """Yield each filter with its response map in each ROI's window; the whole image is interpolated once.

    A response depends on the whole image: its boundary is the image's, and some filters are defined by frequencies.
    """
    settings = params.settings
    axes = axes_of(volume.geometry.size_zyx, volume.geometry.spacing_zyx_mm, settings.spacing_zyx_mm)
    image = interpolate(lambda box: volume.array[box], axes, whole(axes), settings.interpolation)
    if settings.rounded:
        image = np.round(image)
    spacing = (axes[0].spacing_mm, axes[1].spacing_mm, axes[2].spacing_mm)
    reach = reach_of(spacing, RADIUS_MM if "loc" in params.families else 0.0)
    windows = {name: window_of(axes, mask.box, reach) for name, mask in masks.items()}
    for named in params.filters:
        response = named.filter(image, spacing)
        yield named, {name: response[window] for name, window in windows.items()}


def _diagnostics(volume: Volume, mask: Mask, roi: IbsiRoi) -> dict[str, Scalar]:
    """Tell of the ROI as drawn, and after interpolation and re-segmentation."""
    inside = volume.array[mask.box][mask.crop]
    dz, dy, dx = volume.geometry.spacing_zyx_mm
    facts: dict[str, Scalar] = {
        "voxel_count": mask.voxel_count,
        "volume_mm3": mask.volume_mm3,
        "spacing_x_mm": dx,
        "spacing_y_mm": dy,
        "spacing_z_mm": dz,
        "unit": volume.unit,
        "minimum": float(inside.min()),
        "maximum": float(inside.max()),
        "mean": float(inside.mean(dtype=np.float64)),
        "measured_voxel_count": int(np.count_nonzero(roi.intensity)),
        "morphological_voxel_count": int(np.count_nonzero(roi.morphological)),
    }
    for axis, spacing in zip("zyx", roi.spacing_zyx_mm, strict=True):
        facts[f"measured_spacing_{axis}_mm"] = spacing
    return facts
