"""All families of one ROI."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError
from radpipe.features.ibsi import (
    cooccurrence,
    form,
    histogram,
    intensity_volume,
    local_intensity,
    morphology,
    neighbourhood,
    run_length,
    statistics,
    zones,
)
from radpipe.features.ibsi.prepare import IbsiRoi, discretise
from radpipe.features.ibsi.record import IbsiFeature
from radpipe.features.ibsi.settings import IbsiSettings
from radpipe.features.ibsi.texture import texture_of

__all__ = ["FAMILIES", "FAMILY_TITLES", "MOST_LEVELS", "describe_tag", "feature_of", "measure_families"]

FAMILIES: Mapping[str, Sequence[IbsiFeature[Any]]] = {
    "morph": morphology.FEATURES,
    "loc": local_intensity.FEATURES,
    "stat": statistics.FEATURES,
    "ih": histogram.FEATURES,
    "ivh": intensity_volume.FEATURES,
    "cm": cooccurrence.FEATURES,
    "rlm": run_length.FEATURES,
    "szm": zones.SIZE_FEATURES,
    "dzm": zones.DISTANCE_FEATURES,
    "ngt": neighbourhood.TONE_FEATURES,
    "ngl": neighbourhood.DEPENDENCE_FEATURES,
}
"""Prefix of the tags -> features; families in IBSI's order."""

FAMILY_TITLES: Mapping[str, str] = {
    "morph": "morphology (IBSI 3.1)",
    "loc": "local intensity (IBSI 3.2)",
    "stat": "intensity-based statistics (IBSI 3.3)",
    "ih": "intensity histogram (IBSI 3.4)",
    "ivh": "intensity-volume histogram (IBSI 3.5)",
    "cm": "grey level co-occurrence matrix (IBSI 3.6)",
    "rlm": "grey level run length matrix (IBSI 3.7)",
    "szm": "grey level size zone matrix (IBSI 3.8)",
    "dzm": "grey level distance zone matrix (IBSI 3.9)",
    "ngt": "neighbourhood grey tone difference matrix (IBSI 3.10)",
    "ngl": "neighbouring grey level dependence matrix (IBSI 3.11)",
}
"""Prefix of the tags -> words."""

_AGGREGATION_WORDS: Mapping[str, tuple[str, str]] = {
    "2D_avg": ("2D, averaged over directions and slices", "BTW3"),
    "2D_comb": ("2D, directions merged, averaged over slices", "SUJT"),
    "2_5D_avg": ("2.5D, slices merged, averaged over directions", "JJUI"),
    "2_5D_comb": ("2.5D, merged", "ZW7Z"),
    "3D_avg": ("3D, averaged over directions", "ITBB"),
    "3D_comb": ("3D, merged", "IAZD"),
    "2D": ("2D, averaged over slices", "8QNN"),
    "2_5D": ("2.5D, slices merged", "62GR"),
    "3D": ("3D", "KOBO"),
}
"""End of a tag of texture -> words and IBSI's code."""

MOST_LEVELS = 1024
"""Grey levels for which co-occurrence matrices of all directions and slices still fit."""

_TEXTURE = frozenset({"cm", "rlm", "szm", "dzm", "ngt", "ngl"})
"""Families of matrices, which are aggregated."""

_BINNED = _TEXTURE | {"ih"}
"""Families of grey levels."""


def feature_of(tag: str) -> tuple[IbsiFeature[Any], str] | None:
    """Return the feature of a tag, and its aggregation in words with IBSI's code; None for a tag that is no feature.

    Examples
    --------
    >>> feature_of("cm_joint_max_3D_avg")[1]
    '3D, averaged over directions (ITBB)'
    """
    family = tag.partition("_")[0]
    features = {feature.tag: feature for feature in FAMILIES.get(family, ())}
    if family not in _TEXTURE:
        return (features[tag], "volume (DHQ4)") if tag in features else None
    for end, (words, code) in _AGGREGATION_WORDS.items():
        if tag.removesuffix(f"_{end}") in features and tag.endswith(f"_{end}"):
            return features[tag.removesuffix(f"_{end}")], f"{words} ({code})"
    return None


def describe_tag(tag: str) -> tuple[str, str, str, str] | None:
    """Return family, feature, code and aggregation of a tag in IBSI's words; None for a tag that is no feature."""
    known = feature_of(tag)
    if known is None:
        return None
    feature, aggregation = known
    return FAMILY_TITLES[tag.partition("_")[0]], feature.name, feature.code, aggregation


def measure_families(
    roi: IbsiRoi, settings: IbsiSettings, families: Sequence[str], max_bins: int = MOST_LEVELS
) -> dict[str, float]:
    """Measure the named families.

    Parameters
    ----------
    roi
        Prepared, with a margin of :data:`radpipe.features.ibsi.local_intensity.RADIUS_MM` where ``loc`` is wanted.
    settings
        Discretisation and aggregations.
    families
        Keys of :data:`FAMILIES`.
    max_bins
        Most grey levels that are accepted, at most :data:`MOST_LEVELS`: matrices grow with their square.

    Returns
    -------
    dict[str, float]
        Tag, of texture with its aggregation -> value; in IBSI's order.

    Raises
    ------
    InputError
        ``E_INTENSITY`` when intensities that shall be grey levels are not; ``E_TOO_MANY_BINS``.
    """
    with np.errstate(all="ignore"):  # what is not defined is NaN
        return _measured(roi, settings, frozenset(families), min(max_bins, MOST_LEVELS))


def _measured(roi: IbsiRoi, settings: IbsiSettings, wanted: frozenset[str], max_bins: int) -> dict[str, float]:
    by_name: dict[str, float] = {}
    values = roi.values
    levels = None
    if wanted & _BINNED:
        bins = discretise(values, settings.discretisation, settings.range[0])
        levels, highest = bins.levels, int(bins.levels.max())
        if highest > max_bins:
            low, high = float(values.min()), float(values.max())
            raise InputError("E_TOO_MANY_BINS", width=bins.width, low=low, high=high, bins=highest, limit=max_bins)
    shared: Mapping[str, Callable[[], Any]] = {
        "morph": lambda: form.morphology_of(roi),
        "loc": lambda: local_intensity.peaks_of(roi),
        "stat": lambda: statistics.statistics_of(values),
        "ih": lambda: histogram.histogram_of(np.asarray(levels)),
        "ivh": lambda: intensity_volume.volume_histogram_of(values, settings),
    }
    for family, share in shared.items():
        if family in wanted:
            common = share()
            by_name |= {feature.tag: feature.of(common) for feature in FAMILIES[family]}
    if levels is not None and not wanted.isdisjoint(_TEXTURE):
        by_name |= _texture(roi, settings, wanted, levels)
    return by_name


def _texture(
    roi: IbsiRoi, settings: IbsiSettings, wanted: frozenset[str], levels: npt.NDArray[np.int64]
) -> dict[str, float]:
    """Measure the texture families; what several of them need is counted once."""
    values: dict[str, float] = {}
    aggregations = settings.aggregations
    extents = tuple(dict.fromkeys(aggregation.extent for aggregation in aggregations))
    texture = texture_of(roi, levels)
    gray = texture.gray
    near = {} if wanted.isdisjoint({"cm", "ngt", "ngl"}) else neighbourhood.neighbourhood_of(texture, extents)
    if "cm" in wanted:
        pairs = {extent: [(part.part, part.pairs) for part in parts] for extent, parts in near.items()}
        values |= cooccurrence.measure_cooccurrence(gray, pairs, aggregations, roi.spacing_zyx_mm)
    if "rlm" in wanted:
        values |= run_length.measure_run_length(texture, aggregations)
    zone = {} if wanted.isdisjoint({"szm", "dzm"}) else zones.zones_of(texture, extents)
    if "szm" in wanted:
        values |= zones.measure_size_zones(zone, gray, extents)
    if "dzm" in wanted:
        values |= zones.measure_distance_zones(zone, gray, extents)
    if "ngt" in wanted:
        values |= neighbourhood.measure_tone_difference(near, gray, extents)
    if "ngl" in wanted:
        values |= neighbourhood.measure_dependence(near, gray, extents)
    return values
