"""Measuring variants of an image: each ROI on its own control image, or in its own perturbed state."""

from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec

from radpipe.errors import InputError, UsageError
from radpipe.features.controls import control_image
from radpipe.features.engine import Engine
from radpipe.features.motion import Motion
from radpipe.features.params import Params
from radpipe.features.perturb import perturbed
from radpipe.features.shared_image import SharedImage
from radpipe.features.variant import Control, State, Variant
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask, Volume

__all__ = ["measure_variant", "refuse_unfit"]


def measure_variant(
    engine: Engine, volume: Volume, masks: Mapping[str, Mask], params: Params, shared: SharedImage | None = None
) -> Mapping[str, FeatureVector | InputError]:
    """Measure every mask on the variant of the image that the settings name, or on the image as it is.

    Parameters
    ----------
    engine
        What measures.
    volume, masks
        As read.
    params
        With a variant, or without.
    shared
        What variants of this image share, where several are measured; the same values without it.

    Returns
    -------
    Mapping[str, FeatureVector | InputError]
        One entry per mask, as an engine gives them.
    """
    variant = params.variant
    if not masks or (variant is None and shared is None):
        return engine.measure(volume, masks, params)
    shared = shared or SharedImage(volume)
    if variant is None:
        return _measure(engine, volume, masks, params, shared)
    if isinstance(variant, Control) and variant.name.endswith("_full"):
        return engine.measure(control_image(volume, next(iter(masks.values())), variant, shared.digest), masks, params)
    results: dict[str, FeatureVector | InputError] = {}
    for name, mask in masks.items():
        if isinstance(variant, Control):
            image = control_image(volume, mask, variant, shared.digest)
            results.update(engine.measure(image, {name: mask}, params))
            continue
        try:
            results[name] = _measure_state(engine, volume, name, mask, variant, params, shared)
        except InputError as fault:
            results[name] = fault.located(roi=name)
    return results


def _measure_state(
    engine: Engine, volume: Volume, name: str, mask: Mask, state: State, params: Params, shared: SharedImage
) -> FeatureVector | InputError:
    disturbed = perturbed(volume, mask, state, params, shared)
    vector = _measure(engine, disturbed.volume, {name: disturbed.mask}, params, shared, disturbed.motion)[name]
    if isinstance(vector, InputError):
        return vector
    return replace(vector, diagnostics={**vector.diagnostics, **disturbed.told})


def _measure(
    engine: Engine,
    volume: Volume,
    masks: Mapping[str, Mask],
    params: Params,
    shared: SharedImage,
    motion: Motion | None = None,
) -> Mapping[str, FeatureVector | InputError]:
    """Measure masks on an image; voxels and spline of the image as it is are shared."""
    from radpipe.features.native import NativeEngine  # numba, which the process that plans does not need

    if not isinstance(engine, NativeEngine):
        return engine.measure(volume, masks, params)
    source = shared.source(params) if volume is shared.volume and params.ibsi is None else None
    return engine.measure(volume, masks, params, source, motion)


def refuse_unfit(variant: Variant, params: Params, engine: str) -> None:
    """Refuse what cannot be measured: a moved grid by another engine or definition than radpipe's own.

    Raises
    ------
    UsageError
        T or R is asked of the engine ``pyradiomics``, or of IBSI's definition; or supervoxels where scikit-image is not
        installed.
    """
    if isinstance(variant, State) and variant.contour_by == "supervoxels" and find_spec("skimage") is None:
        message = "contours by supervoxels need scikit-image: pip install 'radpipe[supervoxels]'"
        raise UsageError(message)
    moved = isinstance(variant, State) and {"T", "R"} & set(variant.letters)
    if moved and (engine != "native" or params.ibsi is not None):
        what = "IBSI's definition" if params.ibsi is not None else f"the engine {engine}"
        message = f"perturbations T and R move radpipe's own resampling grid; {what} takes N, V and C only"
        raise UsageError(message)
