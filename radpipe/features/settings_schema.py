"""The settings of PyRadiomics 3.0.1's parameter file in segment mode: type and range of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["FOREIGN_SETTINGS", "IMAGE_TYPES", "SETTINGS", "Rule"]

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

IMAGE_TYPES = (
    "Original",
    "Wavelet",
    "LoG",
    "Square",
    "SquareRoot",
    "Logarithm",
    "Exponential",
    "Gradient",
    "LBP2D",
    "LBP3D",
)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a setting may be.

    Parameters
    ----------
    allowed
        In words, for the message.
    accepts
        Tells whether a value from YAML is allowed.
    """

    allowed: str
    accepts: Callable[[Any], bool]


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _list_of(accepts: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and len(value) > 0 and all(accepts(one) for one in value)


def _or_null(rule: Rule) -> Rule:
    return Rule(f"{rule.allowed}, or null", lambda value: value is None or rule.accepts(value))


def _wavelet(value: Any) -> bool:
    import pywt

    return isinstance(value, str) and value in pywt.wavelist(kind="discrete")


BOOL = Rule("true or false", lambda value: isinstance(value, bool))
POSITIVE = Rule("a number > 0", lambda value: _number(value) and value > 0)
WHOLE = Rule("a whole number", _whole)
WHOLE_0 = Rule("a whole number >= 0", lambda value: _whole(value) and value >= 0)
WHOLE_1 = Rule("a whole number >= 1", lambda value: _whole(value) and value >= 1)


def _only(wanted: object, way: str) -> Rule:
    return Rule(f"{wanted}: {way}", lambda value: value == wanted and type(value) is type(wanted))


def _word(*words: str) -> Rule:
    return Rule(" or ".join(words), lambda value: isinstance(value, str) and value in words)


SETTINGS: Mapping[str, Rule] = {
    "minimumROIDimensions": Rule("1, 2 or 3", lambda value: _whole(value) and 1 <= value <= 3),
    "minimumROISize": _or_null(WHOLE_1),
    "geometryTolerance": _or_null(POSITIVE),
    "correctMask": _only(False, "radpipe resamples a mask when --policy E_GRID_MISMATCH=fix says so"),
    "additionalInfo": BOOL,
    "label": _only(1, "choose labels in the manifest's column label, or by --roi"),
    "label_channel": _only(0, "masks of several channels are not read"),
    "binWidth": _or_null(POSITIVE),
    "binCount": _or_null(WHOLE_1),
    "normalize": BOOL,
    "normalizeScale": POSITIVE,
    "removeOutliers": _or_null(POSITIVE),
    "resampledPixelSpacing": _or_null(
        Rule(
            "three numbers >= 0 (x, y, z in mm; 0 keeps the image's own)",
            lambda value: _list_of(lambda one: _number(one) and one >= 0)(value) and len(value) == 3,
        )
    ),
    "interpolator": _or_null(
        Rule(
            f"a number from 1 to 10 or one of {', '.join(INTERPOLATORS)}",
            lambda value: (_whole(value) and 1 <= value <= 10) or (isinstance(value, str) and value in INTERPOLATORS),
        )
    ),
    "padDistance": WHOLE_0,
    "distances": Rule("a list of whole numbers >= 1", _list_of(lambda one: _whole(one) and one >= 1)),
    "force2D": BOOL,
    "force2Ddimension": Rule("0, 1 or 2", lambda value: _whole(value) and 0 <= value <= 2),
    "resegmentRange": _or_null(
        Rule("one or two numbers", lambda value: _list_of(_number)(value) and len(value) in (1, 2))
    ),
    "resegmentMode": _word("absolute", "relative", "sigma"),
    "resegmentShape": BOOL,
    "preCrop": BOOL,
    "sigma": Rule("a list of numbers > 0 (mm)", _list_of(lambda one: _number(one) and one > 0)),
    "start_level": WHOLE_0,
    "level": WHOLE_1,
    "wavelet": Rule("a discrete wavelet of PyWavelets, for instance coif1", _wavelet),
    "gradientUseSpacing": BOOL,
    "lbp2DRadius": POSITIVE,
    "lbp2DSamples": WHOLE_1,
    "lbp2DMethod": _word("default", "ror", "uniform", "var"),
    "lbp3DLevels": WHOLE_1,
    "lbp3DIcosphereRadius": POSITIVE,
    "lbp3DIcosphereSubdivision": WHOLE_0,
    "voxelArrayShift": WHOLE,
    "symmetricalGLCM": BOOL,
    "weightingNorm": _or_null(_word("euclidean", "manhattan", "infinity", "no_weighting")),
    "gldm_a": WHOLE_0,
}
"""Setting -> what it may be."""

FOREIGN_SETTINGS: Mapping[str, str] = {
    "voxelSetting": "belongs to voxel-based maps; radpipe measures whole ROIs",
    "kernelRadius": "belongs to voxel-based maps; radpipe measures whole ROIs",
    "maskedKernel": "belongs to voxel-based maps; radpipe measures whole ROIs",
    "initValue": "belongs to voxel-based maps; radpipe measures whole ROIs",
    "voxelBatch": "belongs to voxel-based maps; radpipe measures whole ROIs",
}
"""Known to PyRadiomics and refused, with the reason."""
