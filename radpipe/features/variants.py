"""Measuring variants of an image: each ROI on its own control image, or in its own perturbed state."""

from collections.abc import Mapping
from dataclasses import replace

from radpipe.errors import InputError, UsageError
from radpipe.features.controls import control_image
from radpipe.features.engine import Engine
from radpipe.features.params import Params
from radpipe.features.perturb import perturbed
from radpipe.features.variant import Control, State, Variant
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask, Volume

__all__ = ["measure_variant", "refuse_unfit"]


def measure_variant(
    engine: Engine, volume: Volume, masks: Mapping[str, Mask], params: Params
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

    Returns
    -------
    Mapping[str, FeatureVector | InputError]
        One entry per mask, as an engine gives them.
    """
    variant = params.variant
    if variant is None or not masks:
        return engine.measure(volume, masks, params)
    if isinstance(variant, Control) and variant.name.endswith("_full"):
        return engine.measure(control_image(volume, next(iter(masks.values())), variant), masks, params)
    results: dict[str, FeatureVector | InputError] = {}
    for name, mask in masks.items():
        if isinstance(variant, Control):
            results.update(engine.measure(control_image(volume, mask, variant), {name: mask}, params))
            continue
        try:
            results[name] = _measure_state(engine, volume, name, mask, variant, params)
        except InputError as fault:
            results[name] = fault.located(roi=name)
    return results


def _measure_state(
    engine: Engine, volume: Volume, name: str, mask: Mask, state: State, params: Params
) -> FeatureVector | InputError:
    from radpipe.features.native import NativeEngine  # numba, which the process that plans does not need

    found = perturbed(volume, mask, state, params)
    rois = {name: found.mask}
    if found.motion is not None and isinstance(engine, NativeEngine):
        vector = engine.measure(found.volume, rois, params, motion=found.motion)[name]
    else:
        vector = engine.measure(found.volume, rois, params)[name]
    if isinstance(vector, InputError):
        return vector
    return replace(vector, diagnostics={**vector.diagnostics, **found.told})


def refuse_unfit(variant: Variant, params: Params, engine: str) -> None:
    """Refuse what cannot be measured: a moved grid by another engine or definition than radpipe's own.

    Raises
    ------
    UsageError
        T or R is asked of the engine ``pyradiomics``, or of IBSI's definition.
    """
    moved = isinstance(variant, State) and {"T", "R"} & set(variant.letters)
    if moved and (engine != "native" or params.ibsi is not None):
        what = "IBSI's definition" if params.ibsi is not None else f"the engine {engine}"
        message = f"perturbations T and R move radpipe's own resampling grid; {what} takes N, V and C only"
        raise UsageError(message)
