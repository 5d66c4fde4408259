"""What settings would do to ROIs, without measuring them: refusals, voxels that are left, bins."""

from collections.abc import Mapping

import numpy as np

from radpipe.errors import InputError
from radpipe.features.gray_levels import bin_edges
from radpipe.features.native import NativeEngine
from radpipe.features.number_type import as_measured
from radpipe.features.params import Params
from radpipe.features.prepare import Prepared, prepare
from radpipe.features.resample import one_thread
from radpipe.features.roi_checks import (
    TEXTURE_CLASSES,
    refuse_bins,
    refuse_dimension,
    refuse_other_grid,
    refuse_small_image,
    roi_diagnostics,
)
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask, Volume

__all__ = ["foresee"]


def foresee(volume: Volume, masks: Mapping[str, Mask], params: Params) -> dict[str, FeatureVector | InputError]:
    """Prepare ROIs as they would be measured, and stop there.

    Parameters
    ----------
    volume, masks
        As read, on one grid.
    params
        Settings. By IBSI's definition the ROIs are measured: its steps have no seam between.

    Returns
    -------
    dict
        ROI -> a vector without features, whose diagnostics tell voxels and bins; or why it would be refused.
    """
    if params.ibsi is not None:
        return dict(NativeEngine().measure(volume, masks, params))
    results: dict[str, FeatureVector | InputError] = {}
    usable: dict[str, Mask] = {}
    for name, mask in masks.items():
        try:
            refuse_other_grid(volume, mask)
            refuse_dimension(mask, params)
            refuse_bins(volume, mask, params, params.max_bins)
            usable[name] = mask
        except InputError as fault:
            results[name] = fault
    with one_thread(), np.errstate(all="ignore"):
        for prepared in prepare(as_measured(volume, params), usable, params):
            results |= {name: _foreseen(name, volume, usable[name], prepared, params) for name in prepared.rois}
    return {name: results[name] for name in masks}


def _foreseen(name: str, volume: Volume, mask: Mask, prepared: Prepared, params: Params) -> FeatureVector | InputError:
    """Ask of a prepared ROI what measuring it would ask before it counts."""
    roi = prepared.rois[name]
    if isinstance(roi, InputError):
        return roi
    try:
        refuse_small_image(prepared.image.shape, prepared.spacing_zyx_mm, params)
        if TEXTURE_CLASSES & set(params.classes):
            inside, settings = prepared.image[roi.box][roi.mask], params.settings
            bin_edges(inside, width=settings.bin_width, count=settings.bin_count, max_bins=params.max_bins)
    except InputError as fault:
        return fault
    diagnostics = roi_diagnostics(volume, mask, roi.before, prepared.spacing_zyx_mm[::-1], params)
    return FeatureVector((), np.empty(0), {**diagnostics, "kept_voxel_count": int(np.count_nonzero(roi.mask))})
