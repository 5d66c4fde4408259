"""All texture and first-order classes of one image and ROI; what several classes need is computed once."""

from collections.abc import Mapping, Sequence

import numpy as np

from radpipe.errors import InputError
from radpipe.features.classes.cooccurrence import cooccurrence_of_pairs, cooccurrence_of_voxels
from radpipe.features.classes.firstorder import FEATURES as FIRST_ORDER
from radpipe.features.classes.firstorder import first_order, measure_firstorder
from radpipe.features.classes.glcm import FEATURES as GLCM
from radpipe.features.classes.glcm import measure_glcm
from radpipe.features.classes.gldm import dependences, measure_gldm
from radpipe.features.classes.glrlm import measure_glrlm, run_lengths
from radpipe.features.classes.glszm import measure_glszm, size_zones
from radpipe.features.classes.inputs import GrayLevels, Grid, RoiImage, TextureOptions, padded
from radpipe.features.classes.ngtdm import gray_tone_differences
from radpipe.kernels.neighbours import count_neighbourhood, half_offsets
from radpipe.kernels.runs import count_runs
from radpipe.kernels.zones import examination, zone_sizes

__all__ = ["measure_classes"]

_MOST_CELLS = 2**22
"""Co-occurrence matrices with more cells than this are not written out."""

Requests = Mapping[str, Sequence[str]]


def measure_classes(
    requests: Requests, roi: RoiImage, gray: GrayLevels, options: TextureOptions
) -> dict[str, dict[str, float]]:
    """Compute the named features of the classes that look at voxel values.

    Parameters
    ----------
    requests
        Class -> features, in the order wanted. Features that PyRadiomics removed (``glcm`` ``Dissimilarity``) are left
        out, as there.
    roi
        Values and mask.
    gray
        The same, binned.
    options
        Settings.

    Raises
    ------
    InputError
        ``E_INTENSITY``: the ROI's box is too small, or flat, for any neighbour at the distances asked for.
    """
    found: dict[str, dict[str, float]] = {}
    if "firstorder" in requests:
        names = [name for name in requests["firstorder"] if name in FIRST_ORDER]
        found["firstorder"] = measure_firstorder(first_order(roi, gray, options), names)
    grid = padded(gray.slots, roi.mask, max(options.distances)) if set(requests) != {"firstorder"} else None
    if grid is not None and not {"glcm", "gldm", "ngtdm"}.isdisjoint(requests):
        found |= _neighbourhood(requests, roi, gray, grid, options)
    if grid is not None and not {"glrlm", "glszm"}.isdisjoint(requests):
        found |= _runs_and_zones(requests, roi, gray, grid, options)
    return {name: found[name] for name in requests}


def _offsets(shape: tuple[int, ...], distances: tuple[int, ...], options: TextureOptions) -> np.ndarray:
    nz, ny, nx = shape
    # Only whether an axis is longer than a distance matters, so that few tables serve all ROIs.
    reach = max(distances) + 1
    shape_seen = (min(nz, reach), min(ny, reach), min(nx, reach))
    offsets = half_offsets(distances, shape_seen, options.flat_axis)
    if not len(offsets):
        told = ", ".join(map(str, distances))
        plane = "" if options.flat_axis is None else f" across axis {options.flat_axis} (force2Ddimension)"
        what = f"its box of {nz} x {ny} x {nx} voxels (z, y, x) leaves no room for neighbours at distance {told}{plane}"
        raise InputError("E_INTENSITY", what=what)
    return offsets


def _neighbourhood(
    requests: Requests, roi: RoiImage, gray: GrayLevels, grid: Grid, options: TextureOptions
) -> dict[str, dict[str, float]]:
    """GLCM, GLDM and NGTDM from one pass."""
    offsets = _offsets(roi.mask.shape, options.distances, options)
    steps = grid.steps(offsets)
    n = len(gray.present)
    dense = len(steps) * (n + 1) ** 2 <= _MOST_CELLS
    pairs, dependence, difference = count_neighbourhood(
        grid.slots, grid.voxels, steps, gray.level, float(options.gldm_alpha), dense and "glcm" in requests
    )
    found: dict[str, dict[str, float]] = {}
    if "glcm" in requests:
        if dense:
            matrices = cooccurrence_of_pairs(pairs, gray, options, offsets, roi.spacing_zyx_mm)
        else:
            matrices = cooccurrence_of_voxels(grid, steps, gray, options, offsets, roi.spacing_zyx_mm)
        single = len(steps) == 1 or options.weighting_norm is not None
        names = [name for name in requests["glcm"] if name in GLCM]
        found["glcm"] = measure_glcm(matrices, names, gray, single=single)
    if "gldm" in requests:
        found["gldm"] = measure_gldm(dependences(dependence, gray), requests["gldm"])
    if "ngtdm" in requests:
        values = gray_tone_differences(difference, gray)
        found["ngtdm"] = {name: values[name] for name in requests["ngtdm"]}
    return found


def _runs_and_zones(
    requests: Requests, roi: RoiImage, gray: GrayLevels, grid: Grid, options: TextureOptions
) -> dict[str, dict[str, float]]:
    """GLRLM and GLSZM, which always look at the nearest voxels."""
    offsets = _offsets(roi.mask.shape, (1,), options)
    steps = grid.steps(offsets)
    found: dict[str, dict[str, float]] = {}
    if "glrlm" in requests:
        runs = count_runs(grid.slots, grid.voxels, steps, len(gray.present), max(roi.mask.shape))
        matrices = run_lengths(runs, roi.mask, gray, options, offsets, roi.spacing_zyx_mm)
        single = len(steps) == 1 or options.weighting_norm is not None
        found["glrlm"] = measure_glrlm(matrices, requests["glrlm"], single=single)
    if "glszm" in requests:
        order, apart, lowest = examination(tuple(map(tuple, offsets.tolist())))
        zones = zone_sizes(grid.slots, grid.voxels, steps[order], apart, lowest)
        found["glszm"] = measure_glszm(size_zones(*zones, gray), requests["glszm"])
    return found
