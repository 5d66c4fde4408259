"""What both engines ask of a ROI before they measure it, and what they tell of it beside the features."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError
from radpipe.features.filters.log import log_fits, log_name
from radpipe.features.params import Params
from radpipe.outcome import Scalar
from radpipe.volume import Box, Mask, Volume

__all__ = [
    "TEXTURE_CLASSES",
    "refuse_bins",
    "refuse_dimension",
    "refuse_other_grid",
    "refuse_size",
    "refuse_small_image",
    "roi_diagnostics",
]

TEXTURE_CLASSES = frozenset({"glcm", "gldm", "glrlm", "glszm", "ngtdm"})
"""Classes that count gray levels."""


def refuse_other_grid(volume: Volume, mask: Mask) -> None:
    """Refuse a mask that does not lie on the image's grid: its box would be another place there.

    Raises
    ------
    InputError
        ``E_GRID_MISMATCH``.
    """
    if mask.geometry is not volume.geometry and not volume.geometry.same_grid(mask.geometry):
        raise InputError("E_GRID_MISMATCH", difference=volume.geometry.difference(mask.geometry))


def refuse_dimension(mask: Mask, params: Params) -> None:
    """Refuse 3D form of a radiograph and 2D form of a volume.

    Raises
    ------
    InputError
        ``E_DIMENSION``.
    """
    if mask.geometry.size_zyx[0] == 1 and "shape" in params.classes:
        raise InputError("E_DIMENSION", what="featureClass shape", wanted="3D", found="2D")
    if "shape2D" in params.classes:
        span = mask.box[params.settings.force_2d_dimension]
        if span.stop - span.start > 1:
            raise InputError("E_DIMENSION", what="featureClass shape2D", wanted="2D", found="3D")


def refuse_bins(volume: Volume, mask: Mask, params: Params, limit: int) -> None:
    """Count gray levels before matrices are allocated.

    Parameters
    ----------
    volume, mask
        As read, on one grid.
    params
        Settings.
    limit
        Most gray levels that the engine's memory allows.

    Raises
    ------
    InputError
        ``E_TOO_MANY_BINS``.
    """
    width = params.settings.width
    if not TEXTURE_CLASSES & set(params.classes) or width is None or params.settings.normalize:
        return
    around = volume.array[mask.box]
    if (float(around.max()) - float(around.min())) / width < limit - 1:
        return  # the box around the ROI has no more
    inside = around[mask.crop]
    low, high = float(inside.min()), float(inside.max())
    limits = params.settings.resegment_range
    if limits is not None and params.settings.resegment_mode == "absolute":
        low = max(low, min(limits))
        high = min(high, max(limits)) if len(limits) > 1 else high
    bins = int(max(high - low, 0.0) / width) + 1
    if bins > limit:
        raise InputError("E_TOO_MANY_BINS", width=width, low=low, high=high, bins=bins, limit=limit)


def refuse_small_image(shape: tuple[int, ...], spacing_zyx_mm: tuple[float, ...], params: Params) -> None:
    """Refuse an image that a LoG filter does not fit in: its columns would be empty in a row that is ok.

    Parameters
    ----------
    shape, spacing_zyx_mm
        Of the image as prepared: resampled or cropped.
    params
        Settings.

    Raises
    ------
    InputError
        ``E_FILTER_SIZE``.
    """
    for kind in params.image_types:
        if kind.name != "LoG":
            continue
        for sigma in params.settings_of(kind).sigma:
            if params.keeps(log_name(sigma)) and not log_fits(shape, spacing_zyx_mm, sigma):
                size = " x ".join(map(str, shape))
                raise InputError("E_FILTER_SIZE", size=size, sigma=sigma)


def refuse_size(voxels: int, box: Box, params: Params) -> None:
    """Refuse a ROI that is empty, a single voxel, or smaller than the settings' least; its box is the smallest.

    Raises
    ------
    InputError
        ``E_EMPTY_ROI`` or ``E_TINY_ROI``.
    """
    if voxels == 0:
        raise InputError("E_EMPTY_ROI")
    dimensions = sum(span.stop - span.start > 1 for span in box)
    wanted, least = params.settings.minimum_roi_dimensions, params.settings.minimum_roi_size
    if dimensions < wanted or (least is not None and voxels <= least):
        what = f"minimumROIDimensions {wanted} and minimumROISize {least}"
        raise InputError("E_TINY_ROI", voxels=voxels, dimensions=dimensions, what=what)


def roi_diagnostics(
    volume: Volume,
    mask: Mask,
    measured: npt.NDArray[Any],
    spacing_xyz_mm: tuple[float, ...],
    params: Params,
) -> dict[str, Scalar]:
    """Tell of the ROI as drawn, and of the ROI as measured after normalisation and resampling.

    Parameters
    ----------
    volume, mask
        As read.
    measured
        Values inside the ROI as prepared, shape (n,).
    spacing_xyz_mm
        Of the image as prepared.
    params
        Settings.
    """
    from radpipe.kernels.spans import values_inside  # numba, which the process that plans does not need

    inside = values_inside(volume.array[mask.box], mask.crop)
    dz, dy, dx = volume.geometry.spacing_zyx_mm
    values: dict[str, Scalar] = {
        "voxel_count": mask.voxel_count,
        "volume_mm3": mask.volume_mm3,
        "spacing_x_mm": dx,
        "spacing_y_mm": dy,
        "spacing_z_mm": dz,
        "unit": volume.unit,
        "stored_type": str(volume.array.dtype),
        "measured_type": str(measured.dtype),
        "minimum": float(inside.min()),
        "maximum": float(inside.max()),
        "mean": _mean(inside),
        "measured_voxel_count": int(measured.size),
    }
    for axis, spacing in zip("xyz", spacing_xyz_mm, strict=True):
        values[f"measured_spacing_{axis}_mm"] = float(spacing)
    width = params.settings.width
    if width is None:
        values["bins"] = params.settings.bin_count or 0
    elif measured.size:
        values["bins"] = math.floor(float(measured.max()) / width) - math.floor(float(measured.min()) / width) + 1
    return values


def _mean(values: npt.NDArray[Any]) -> float:
    """Return the mean; the sum of whole numbers is exact without floating numbers, which are added in NumPy's order."""
    return float(
        values.mean(dtype=np.float64) if values.dtype.kind == "f" else values.sum(dtype=np.int64) / values.size
    )
