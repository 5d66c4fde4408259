"""Measuring variants of an image: each ROI on its own control image."""

from collections.abc import Mapping

from radpipe.errors import InputError
from radpipe.features.controls import control_image
from radpipe.features.engine import Engine
from radpipe.features.params import Params
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask, Volume

__all__ = ["measure_variant"]


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
    if variant.name.endswith("_full"):
        return engine.measure(control_image(volume, next(iter(masks.values())), variant), masks, params)
    results: dict[str, FeatureVector | InputError] = {}
    for name, mask in masks.items():
        results.update(engine.measure(control_image(volume, mask, variant), {name: mask}, params))
    return results
