"""All texture and first-order classes of one image and ROI; what several classes need is computed once."""

from collections.abc import Mapping, Sequence

import numpy as np

from radpipe.errors import InputError
from radpipe.features.classes.firstorder import FEATURES as FIRST_ORDER
from radpipe.features.classes.firstorder import first_order, measure_firstorder
from radpipe.features.classes.glcm import FEATURES as GLCM
from radpipe.features.classes.glcm import measure_glcm
from radpipe.features.classes.gldm import dependences, measure_gldm
from radpipe.features.classes.glrlm import measure_glrlm, run_lengths
from radpipe.features.classes.glszm import measure_glszm, size_zones
from radpipe.features.classes.ngtdm import gray_tone_differences
from radpipe.features.inputs import GrayLevels, Grid, Layout, RoiImage, TextureOptions
from radpipe.features.matrices.dense_pairs import cooccurrence_of_pairs
from radpipe.features.matrices.sparse_pairs import cooccurrence_of_voxels
from radpipe.kernels.neighbours import count_dependences, half_offsets, sum_tone_differences
from radpipe.kernels.runs import Counts, count_pairs_and_runs
from radpipe.kernels.spans import lay_out
from radpipe.kernels.zones import examination, zone_sizes

__all__ = ["measure_classes"]

_MOST_CELLS = 2**22
"""Co-occurrence matrices with more cells than this are not written out."""

Requests = Mapping[str, Sequence[str]]


def measure_classes(
    requests: Requests, roi: RoiImage, gray: GrayLevels, options: TextureOptions, layout: Layout | None = None
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
    layout
        Of the mask for the largest of the settings' distances; spares making it for each image of a ROI.

    Raises
    ------
    InputError
        ``E_INTENSITY``: the ROI's box is too small, or flat, for any neighbour at the distances asked for.
    """
    values: dict[str, dict[str, float]] = {}
    if "firstorder" in requests:
        names = [name for name in requests["firstorder"] if name in FIRST_ORDER]
        values["firstorder"] = measure_firstorder(first_order(roi, gray, options), names)
    if set(requests) - {"firstorder"}:
        known = layout or Layout.of(roi.mask, max(options.distances))
        grid = Grid(lay_out(gray.slots, known.spans, known.cells), known)
        for family in (_pairs_and_runs, _neighbourhood, _zones):
            values |= family(requests, roi, gray, grid, options)
    return {name: values[name] for name in requests}


def _offsets(shape: tuple[int, ...], distances: tuple[int, ...], options: TextureOptions) -> np.ndarray:
    nz, ny, nx = shape
    # Only whether an axis is longer than a distance matters, so that few tables serve all ROIs.
    reach = max(distances) + 1
    shape_seen = (min(nz, reach), min(ny, reach), min(nx, reach))
    offsets = half_offsets(distances, shape_seen, options.flat_axis)
    if not len(offsets):
        asked = ", ".join(map(str, distances))
        plane = "" if options.flat_axis is None else f" across axis {options.flat_axis} (force2Ddimension)"
        what = (
            f"its box of {nz} x {ny} x {nx} voxels (z, y, x) leaves no room for neighbours at distance {asked}{plane}"
        )
        raise InputError("E_INTENSITY", what=what)
    return offsets


def _pairs_and_runs(
    requests: Requests, roi: RoiImage, gray: GrayLevels, grid: Grid, options: TextureOptions
) -> dict[str, dict[str, float]]:
    """GLCM and GLRLM, from one pass where both look at the nearest voxels, as GLRLM always does."""
    values: dict[str, dict[str, float]] = {}
    longest = max(roi.mask.shape) if "glrlm" in requests else 0
    runs: Counts | None = None
    if "glcm" in requests:
        offsets = _offsets(roi.mask.shape, options.distances, options)
        shared = longest if set(options.distances) == {1} else 0
        dense = len(offsets) * (len(gray.present) + 1) ** 2 <= _MOST_CELLS
        pairs, runs = _counted(grid, offsets, gray, shared, with_pairs=dense)
        matrices = (
            cooccurrence_of_pairs(pairs, gray, options, offsets, roi.spacing_zyx_mm)
            if dense
            else cooccurrence_of_voxels(grid, gray, options, offsets, roi.spacing_zyx_mm)
        )
        single = len(offsets) == 1 or options.weighting_norm is not None
        names = [name for name in requests["glcm"] if name in GLCM]
        values["glcm"] = measure_glcm(matrices, names, gray, single=single)
    if "glrlm" in requests:
        offsets = _offsets(roi.mask.shape, (1,), options)
        if runs is None or not runs.shape[2]:
            _, runs = _counted(grid, offsets, gray, longest, with_pairs=False)
        lengths = run_lengths(runs, roi.mask, gray, options, offsets, roi.spacing_zyx_mm)
        single = len(offsets) == 1 or options.weighting_norm is not None
        values["glrlm"] = measure_glrlm(lengths, requests["glrlm"], single=single)
    return values


def _counted(
    grid: Grid, offsets: np.ndarray, gray: GrayLevels, longest: int, *, with_pairs: bool
) -> tuple[Counts, Counts]:
    steps = grid.layout.steps(offsets)
    return count_pairs_and_runs(grid.slots, grid.spans, steps, len(gray.present), longest, with_pairs=with_pairs)


def _neighbourhood(
    requests: Requests, roi: RoiImage, gray: GrayLevels, grid: Grid, options: TextureOptions
) -> dict[str, dict[str, float]]:
    """GLDM and NGTDM."""
    measured: dict[str, dict[str, float]] = {}
    if {"gldm", "ngtdm"}.isdisjoint(requests):
        return measured
    steps = grid.layout.steps(_offsets(roi.mask.shape, options.distances, options))
    n = len(gray.present)
    if "gldm" in requests:
        alpha = int(options.gldm_alpha)
        levels = grid.levels(gray) if alpha else grid.slots
        dependence = count_dependences(grid.slots, levels, grid.spans, steps, n, alpha)
        measured["gldm"] = measure_gldm(dependences(dependence, gray), requests["gldm"])
    if "ngtdm" in requests:
        difference, _ = sum_tone_differences(grid.slots, grid.levels(gray), grid.spans, steps, n)
        values = gray_tone_differences(difference, gray)
        measured["ngtdm"] = {name: values[name] for name in requests["ngtdm"]}
    return measured


def _zones(
    requests: Requests, roi: RoiImage, gray: GrayLevels, grid: Grid, options: TextureOptions
) -> dict[str, dict[str, float]]:
    """GLSZM, which always looks at the nearest voxels."""
    if "glszm" not in requests:
        return {}
    offsets = _offsets(roi.mask.shape, (1,), options)
    order, apart, lowest = examination(tuple(map(tuple, offsets.tolist())))
    zones = zone_sizes(grid.slots, grid.spans, grid.layout.steps(offsets)[order], apart, lowest)
    return {"glszm": measure_glszm(size_zones(*zones, gray), requests["glszm"])}
