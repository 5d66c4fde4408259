"""One table: native values beside PyRadiomics', with the tolerance of each feature."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from radpipe.errors import InputError
from radpipe.features.engine import Engine
from radpipe.features.params import Params
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask, Volume

__all__ = ["Difference", "compare_engines", "compare_values", "relative_difference", "tolerance_of", "worst"]

TOLERANCE = 1e-9
"""Relative; sums of the same numbers in another order differ by about 1e-12."""

NEAR_ZERO = 1e-12
"""Magnitude below which two values are compared absolutely: skewness of a symmetric ROI is 0 or 1e-17."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How one feature of one ROI differs.

    Parameters
    ----------
    roi, feature
        Which.
    native, reference
        Both values; NaN for a feature that one side lacks.
    relative
        Difference over the larger magnitude, 0 when both are NaN or equal, infinite when one is NaN or missing.
    tolerance
        Most that is accepted.
    """

    roi: str
    feature: str
    native: float
    reference: float
    relative: float
    tolerance: float

    @property
    def accepted(self) -> bool:
        """The difference lies within the tolerance."""
        return self.relative <= self.tolerance


def tolerance_of(feature: str) -> float:
    """Return the relative tolerance of a feature's column name; one value holds for all.

    Examples
    --------
    >>> tolerance_of("original_glcm_Contrast")
    1e-09
    """
    del feature
    return TOLERANCE


def relative_difference(native: float, reference: float) -> float:
    """Return the difference over the larger magnitude, absolutely near zero.

    Examples
    --------
    >>> relative_difference(float("nan"), float("nan")), relative_difference(0.0, 1e-17), relative_difference(1, 2)
    (0.0, 1e-17, 0.5)
    """
    if native == reference or (math.isnan(native) and math.isnan(reference)):
        return 0.0
    if not (math.isfinite(native) and math.isfinite(reference)):
        return math.inf
    largest = max(abs(native), abs(reference))
    gap = abs(native - reference)
    return gap if largest < NEAR_ZERO else gap / largest


def compare_values(roi: str, native: Mapping[str, float], reference: Mapping[str, float]) -> tuple[Difference, ...]:
    """Compare two rows of features; a feature that one of them lacks differs infinitely.

    Parameters
    ----------
    roi
        Name for the table.
    native, reference
        Feature -> value.
    """
    table = []
    for feature in dict.fromkeys((*reference, *native)):
        ours, theirs = native.get(feature, math.nan), reference.get(feature, math.nan)
        both = feature in native and feature in reference
        relative = relative_difference(ours, theirs) if both else math.inf
        table.append(Difference(roi, feature, ours, theirs, relative, tolerance_of(feature)))
    return tuple(table)


def compare_engines(
    native: Engine, reference: Engine, volume: Volume, masks: Mapping[str, Mask], params: Params
) -> tuple[Difference, ...]:
    """Measure the same ROIs with two engines and compare all features.

    A ROI that both refuse with the same code is equal; one that only one refuses, or for another reason, differs
    infinitely under the feature's name ``refused``.
    """
    ours, theirs = native.measure(volume, masks, params), reference.measure(volume, masks, params)
    table: list[Difference] = []
    for roi in masks:
        mine, other = ours[roi], theirs[roi]
        if isinstance(mine, FeatureVector) and isinstance(other, FeatureVector):
            table.extend(compare_values(roi, mine.as_dict(), other.as_dict()))
        elif not (isinstance(mine, InputError) and isinstance(other, InputError) and mine.code == other.code):
            table.append(Difference(roi, "refused", math.nan, math.nan, math.inf, 0.0))
    return tuple(table)


def worst(table: Sequence[Difference]) -> Difference | None:
    """Return the largest relative difference, or None of an empty table."""
    return max(table, key=lambda difference: difference.relative, default=None)
