"""What a value of a parameter file may be, in words and as a test.

Ranges are wide: they refuse what no image can mean (a bin of 1e-320, a sigma of 1e-9 mm), before hours are spent on it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = [
    "BOOL",
    "INTERPOLATOR",
    "INTERPOLATORS",
    "SPACING",
    "USUAL_WAVELET",
    "WAVELET",
    "Rule",
    "list_of",
    "number",
    "only",
    "or_null",
    "whole",
    "word",
]

USUAL_WAVELET = "coif1"
"""PyRadiomics' default."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a value may be.

    Parameters
    ----------
    allowed
        In words, for the message.
    accepts
        Tells whether a value is allowed.
    """

    allowed: str
    accepts: Callable[[Any], bool]


def number(least: float, most: float, unit: str = "") -> Rule:
    """Allow a number in a closed range; without ends, any but NaN."""

    def accepts(value: Any) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most

    if math.isinf(least) and math.isinf(most):
        return Rule("a number", accepts)
    return Rule(f"a number from {least:g} to {most:g} {unit}".rstrip(), accepts)


def whole(least: int, most: int) -> Rule:
    """Allow a whole number in a closed range."""

    def accepts(value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most

    return Rule(f"a whole number from {least} to {most}", accepts)


def word(*words: str) -> Rule:
    """Allow one of some words."""
    return Rule(" or ".join(words), lambda value: isinstance(value, str) and value in words)


def only(wanted: object, reason: str) -> Rule:
    """Allow one value, and say why."""
    return Rule(f"{wanted}: {reason}", lambda value: value == wanted and type(value) is type(wanted))


def list_of(rule: Rule, least: int = 1, most: int = 100) -> Rule:
    """Allow a list whose every item is allowed."""

    def accepts(value: Any) -> bool:
        return isinstance(value, tuple) and least <= len(value) <= most and all(map(rule.accepts, value))

    return Rule(f"a list of {least} to {most}, each {rule.allowed}", accepts)


def or_null(rule: Rule) -> Rule:
    """Allow the same, or nothing."""
    return Rule(f"{rule.allowed}, or null", lambda value: value is None or rule.accepts(value))


def _wavelet(value: Any) -> bool:
    if value == USUAL_WAVELET:  # known without the library, which a program that only reads settings need not load
        return True
    import pywt

    return isinstance(value, str) and value in pywt.wavelist(kind="discrete")


def _spacing(value: Any) -> bool:
    length = number(0.01, 1000)
    return (
        isinstance(value, tuple)
        and len(value) == 3
        and all(length.accepts(part) or (part == 0 and not isinstance(part, bool)) for part in value)
    )


BOOL = Rule("true or false", lambda value: isinstance(value, bool))

SPACING = Rule("three numbers from 0.01 to 1000 (x, y, z in mm; 0 keeps the image's own)", _spacing)

WAVELET = Rule("a discrete wavelet of PyWavelets, for instance coif1", _wavelet)

INTERPOLATORS = (
    "sitkNearestNeighbor",
    "sitkLinear",
    "sitkBSpline",
    "sitkGaussian",
    "sitkLabelGaussian",
    "sitkHammingWindowedSinc",
    "sitkCosineWindowedSinc",
    "sitkWelchWindowedSinc",
    "sitkLanczosWindowedSinc",
    "sitkBlackmanWindowedSinc",
)

INTERPOLATOR = Rule(
    f"a number from 1 to 10 or one of {', '.join(INTERPOLATORS)}",
    lambda value: whole(1, 10).accepts(value) or value in INTERPOLATORS,
)
