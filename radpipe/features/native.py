"""The native engine: PyRadiomics' values from radpipe's own kernels; ROIs of an image share what can be shared."""

from collections.abc import Mapping
from functools import cache

import numpy as np

from radpipe.errors import InputError
from radpipe.features.catalogue import features_of
from radpipe.features.classes.measure import measure_classes
from radpipe.features.classes.shape2d import measure_shape2d
from radpipe.features.classes.shape3d import Shape, measure_shape3d, shape_of
from radpipe.features.derive import Derived, derive
from radpipe.features.gray_levels import bin_edges, gray_levels
from radpipe.features.inputs import GrayLevels, Layout, RoiImage, TextureOptions
from radpipe.features.motion import Motion
from radpipe.features.number_type import as_measured
from radpipe.features.own.measure import measure_own
from radpipe.features.params import DEFAULT_MAX_BINS, Params
from radpipe.features.prepare import Prepared, PreparedRoi, prepare
from radpipe.features.resample import one_thread
from radpipe.features.roi_checks import (
    refuse_bins,
    refuse_dimension,
    refuse_other_grid,
    refuse_small_image,
    roi_diagnostics,
)
from radpipe.features.settings import Settings
from radpipe.features.source import ImageSource
from radpipe.features.tally import Tally
from radpipe.features.versions import native_version
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask, Volume

__all__ = ["NativeEngine"]

MOST_CORRELATED = 5000
"""Gray levels of a GLCM whose maximal correlation (MCC) is computed: matrices of 5000 x 5000 take 200 MB each, and the
time grows with the cube. Every other feature takes what :data:`radpipe.features.params.DEFAULT_MAX_BINS` allows."""

_FORM = ("shape", "shape2D")
"""Classes that look at the mask only, in the order of their columns."""


class NativeEngine:
    """Compiled kernels behind the engine seam; PyRadiomics is not needed."""

    @property
    def name(self) -> str:
        """``native``."""
        return "native"

    @property
    def version(self) -> str:
        """Versions of radpipe and of the libraries that compute for it."""
        return native_version()

    def measure(
        self,
        volume: Volume,
        masks: Mapping[str, Mask],
        params: Params,
        source: ImageSource | None = None,
        motion: Motion | None = None,
    ) -> Mapping[str, FeatureVector | InputError]:
        """Measure every mask on the volume; see :class:`radpipe.features.engine.Engine`.

        ``motion`` shifts and turns the grid of resampling; IBSI's definition does not take one.
        """
        if source is not None:
            source.refuse_other(volume)
        results: dict[str, FeatureVector | InputError] = {}
        usable: dict[str, Mask] = {}
        if params.ibsi is not None:
            from radpipe.features.ibsi.engine import measure_ibsi

            results |= measure_ibsi(volume, masks, params.ibsi, params.max_bins)
            return {roi: _located(results[roi], roi) for roi in masks}
        for roi, mask in masks.items():
            try:
                refuse_other_grid(volume, mask)
                refuse_dimension(mask, params)
                refuse_bins(volume, mask, params, params.max_bins)
                usable[roi] = mask
            except InputError as fault:
                results[roi] = fault
        with one_thread(), np.errstate(all="ignore"):
            measured = as_measured(volume, params) if source is None else volume
            for prepared in prepare(measured, usable, params, source, motion):
                results.update(_measure_prepared(volume, usable, prepared, params))
        return {roi: _located(results[roi], roi) for roi in masks}


def _located(result: FeatureVector | InputError, roi: str) -> FeatureVector | InputError:
    return result.located(roi=roi) if isinstance(result, InputError) else result


def _measure_prepared(
    volume: Volume, masks: Mapping[str, Mask], prepared: Prepared, params: Params
) -> dict[str, FeatureVector | InputError]:
    """Measure all ROIs that share one prepared image."""
    try:
        refuse_small_image(prepared.image.shape, prepared.spacing_zyx_mm, params)
    except InputError as fault:
        return {name: roi if isinstance(roi, InputError) else fault for name, roi in prepared.rois.items()}
    results: dict[str, FeatureVector | InputError] = {}
    values: dict[str, dict[str, float]] = {}
    own: dict[str, dict[str, float]] = {}
    rois: dict[str, PreparedRoi] = {}
    layouts: dict[tuple[str, int], Layout] = {}
    for name, roi in prepared.rois.items():
        if isinstance(roi, InputError):
            results[name] = roi
        else:
            rois[name] = roi
            values[name], own[name] = _form(roi, prepared, params)
    for image in derive(prepared, params):
        if image.roi not in results:
            try:
                layout = _layout(image, rois[image.roi], layouts)
                values[image.roi].update(_texture(image, rois[image.roi], layout, prepared, params))
            except InputError as fault:
                results[image.roi] = fault
    for name, roi in rois.items():
        if name not in results:
            diagnostics = roi_diagnostics(volume, masks[name], roi.before, prepared.spacing_zyx_mm[::-1], params)
            results[name] = FeatureVector(*_columns(values[name], own[name], params), diagnostics)
    return results


def _requests(params: Params, *, form: bool) -> dict[str, tuple[str, ...]]:
    """Class -> features: as named, else all but the deprecated ones; in the order of PyRadiomics' columns."""
    classes = [name for name in params.classes if (name in _FORM) == form]
    if form:
        classes.sort(key=_FORM.index)
    return {name: params.classes[name] or _names_of(name) for name in classes}


@cache
def _names_of(name: str) -> tuple[str, ...]:
    """List the features of a class, all but the deprecated ones."""
    return tuple(feature.name for feature in features_of(name))


def _form(roi: PreparedRoi, prepared: Prepared, params: Params) -> tuple[dict[str, float], dict[str, float]]:
    """Measure size and form on the original grid, and radpipe's own features."""
    image = RoiImage(prepared.image[roi.box], roi.shape_mask, prepared.spacing_zyx_mm)
    form: dict[str, float] = {}
    known: dict[str, Shape] = {}
    for name, features in _requests(params, form=True).items():
        if name == "shape":
            known["shape"] = shape_of(image)
            values = measure_shape3d(known["shape"], features)
        else:
            values = measure_shape2d(image, features, params.settings.force_2d_dimension)
        form |= {f"original_{name}_{feature}": value for feature, value in values.items()}
    return form, measure_own(params.own, image, known)


def _layout(image: Derived, roi: PreparedRoi, known: dict[tuple[str, int], Layout]) -> Layout:
    """Return where the ROI's voxels lie for the largest distance of an image's settings, made once."""
    reach = max(image.settings.distances)
    if (image.roi, reach) not in known:
        known[image.roi, reach] = Layout.of(roi.mask, reach)
    return known[image.roi, reach]


def _texture(image: Derived, roi: PreparedRoi, layout: Layout, prepared: Prepared, params: Params) -> dict[str, float]:
    """Measure all other classes on one derived image."""
    requests = _requests(params, form=False)
    if not requests:
        return {}
    inside = layout.gathered(image.values)
    settings = image.settings
    tally = Tally.of(inside)
    distinct = inside if tally is None else tally.numbers
    edges = bin_edges(distinct, width=settings.bin_width, count=settings.bin_count, max_bins=params.max_bins)
    levels = gray_levels(distinct, edges)
    gray = GrayLevels.of(levels) if tally is None else GrayLevels.of_tally(inside, tally, levels)
    _refuse_levels(gray, inside, requests, image, params)
    measured = RoiImage(image.values, roi.mask, prepared.spacing_zyx_mm, inside, tally)
    texture = measure_classes(requests, measured, gray, _options(settings), layout)
    return {
        f"{image.name}_{name}_{feature}": value for name, values in texture.items() for feature, value in values.items()
    }


def _refuse_levels(
    gray: GrayLevels, inside: np.ndarray, requests: Mapping[str, tuple[str, ...]], image: Derived, params: Params
) -> None:
    """Refuse more gray levels than the maximal correlation's matrices can have; a limit of one's own is followed."""
    most = MOST_CORRELATED if params.max_bins == DEFAULT_MAX_BINS else params.max_bins
    if "MCC" in requests.get("glcm", ()) and len(gray.present) > most:
        low, high, width = float(inside.min()), float(inside.max()), image.settings.bin_width
        raise InputError("E_TOO_MANY_BINS", width=width, low=low, high=high, bins=len(gray.present), limit=most)


def _options(settings: Settings) -> TextureOptions:
    """Take the classes' settings from those that hold for a derived image."""
    return TextureOptions(
        distances=settings.distances,
        flat_axis=settings.flat_axis,
        weighting_norm=settings.weighting_norm,
        symmetrical_glcm=settings.symmetrical_glcm,
        gldm_alpha=float(settings.gldm_a),
        voxel_array_shift=float(settings.voxel_array_shift),
    )


def _columns(
    values: Mapping[str, float], own: Mapping[str, float], params: Params
) -> tuple[tuple[str, ...], np.ndarray]:
    """Return names and values of the wanted features, radpipe's own ones last."""
    kept = {name: value for name, value in values.items() if params.keeps(name)} if params.keep_images else dict(values)
    kept |= own
    return tuple(kept), np.array(list(kept.values()), dtype=np.float64)
