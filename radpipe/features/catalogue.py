"""The catalogue of features: PyRadiomics' names in PyRadiomics' order, with unit, meaning and definition."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from radpipe.features.definitions import DEFINITIONS, Definition
from radpipe.features.own import own_feature

__all__ = ["CLASS_NAMES", "IBSI_FAMILIES", "ColumnDescription", "Feature", "describe", "features_of"]

_NAMES: Mapping[str, tuple[str, str]] = {
    "firstorder": (
        "10Percentile 90Percentile Energy Entropy InterquartileRange Kurtosis Maximum "
        "MeanAbsoluteDeviation Mean Median Minimum Range RobustMeanAbsoluteDeviation RootMeanSquared "
        "Skewness TotalEnergy Uniformity Variance",
        "StandardDeviation",
    ),
    "glcm": (
        "Autocorrelation ClusterProminence ClusterShade ClusterTendency Contrast Correlation "
        "DifferenceAverage DifferenceEntropy DifferenceVariance Id Idm Idmn Idn Imc1 Imc2 InverseVariance "
        "JointAverage JointEnergy JointEntropy MCC MaximumProbability SumAverage SumEntropy SumSquares",
        "Dissimilarity Homogeneity1 Homogeneity2 SumVariance",
    ),
    "gldm": (
        "DependenceEntropy DependenceNonUniformity DependenceNonUniformityNormalized DependenceVariance "
        "GrayLevelNonUniformity GrayLevelVariance HighGrayLevelEmphasis LargeDependenceEmphasis "
        "LargeDependenceHighGrayLevelEmphasis LargeDependenceLowGrayLevelEmphasis LowGrayLevelEmphasis "
        "SmallDependenceEmphasis SmallDependenceHighGrayLevelEmphasis SmallDependenceLowGrayLevelEmphasis",
        "DependencePercentage GrayLevelNonUniformityNormalized",
    ),
    "glrlm": (
        "GrayLevelNonUniformity GrayLevelNonUniformityNormalized GrayLevelVariance "
        "HighGrayLevelRunEmphasis LongRunEmphasis LongRunHighGrayLevelEmphasis "
        "LongRunLowGrayLevelEmphasis LowGrayLevelRunEmphasis RunEntropy RunLengthNonUniformity "
        "RunLengthNonUniformityNormalized RunPercentage RunVariance ShortRunEmphasis "
        "ShortRunHighGrayLevelEmphasis ShortRunLowGrayLevelEmphasis",
        "",
    ),
    "glszm": (
        "GrayLevelNonUniformity GrayLevelNonUniformityNormalized GrayLevelVariance "
        "HighGrayLevelZoneEmphasis LargeAreaEmphasis LargeAreaHighGrayLevelEmphasis "
        "LargeAreaLowGrayLevelEmphasis LowGrayLevelZoneEmphasis SizeZoneNonUniformity "
        "SizeZoneNonUniformityNormalized SmallAreaEmphasis SmallAreaHighGrayLevelEmphasis "
        "SmallAreaLowGrayLevelEmphasis ZoneEntropy ZonePercentage ZoneVariance",
        "",
    ),
    "ngtdm": (
        "Busyness Coarseness Complexity Contrast Strength",
        "",
    ),
    "shape": (
        "Elongation Flatness LeastAxisLength MajorAxisLength Maximum2DDiameterColumn Maximum2DDiameterRow "
        "Maximum2DDiameterSlice Maximum3DDiameter MeshVolume MinorAxisLength Sphericity SurfaceArea "
        "SurfaceVolumeRatio VoxelVolume",
        "Compactness1 Compactness2 SphericalDisproportion",
    ),
    "shape2D": (
        "Elongation MajorAxisLength MaximumDiameter MeshSurface MinorAxisLength Perimeter "
        "PerimeterSurfaceRatio PixelSurface Sphericity",
        "SphericalDisproportion",
    ),
}
"""Class -> features enabled by default, deprecated features; alphabetical as PyRadiomics lists them."""

IBSI_FAMILIES = ("morph", "loc", "stat", "ih", "ivh", "cm", "rlm", "szm", "dzm", "ngt", "ngl")
"""Families of IBSI's definition by the prefix of IBSI's tags, in its order; they stand where a class does in names."""

CLASS_NAMES = tuple(_NAMES)
"""In the order in which PyRadiomics enables them."""

_FAMILY: Mapping[str, str] = {
    "firstorder": "first-order statistics of the voxel values (IBSI 3.3, 3.4)",
    "glcm": "gray level co-occurrence matrix (IBSI 3.6)",
    "gldm": "gray level dependence matrix (IBSI 3.11)",
    "glrlm": "gray level run length matrix (IBSI 3.7)",
    "glszm": "gray level size zone matrix (IBSI 3.8)",
    "ngtdm": "neighbouring gray tone difference matrix (IBSI 3.10)",
    "shape": "size and form of the ROI's surface mesh (IBSI 3.1)",
    "shape2D": "size and form of the ROI's outline on one slice",
}

_UNITS: Mapping[str, str] = {
    **dict.fromkeys(
        [
            "LeastAxisLength",
            "MajorAxisLength",
            "Maximum2DDiameterColumn",
            "Maximum2DDiameterRow",
            "Maximum2DDiameterSlice",
            "Maximum3DDiameter",
            "MinorAxisLength",
            "MaximumDiameter",
            "Perimeter",
        ],
        "mm",
    ),
    **dict.fromkeys(("MeshVolume", "VoxelVolume"), "mm3"),
    **dict.fromkeys(("SurfaceArea", "MeshSurface", "PixelSurface"), "mm2"),
    **dict.fromkeys(("SurfaceVolumeRatio", "PerimeterSurfaceRatio"), "1/mm"),
}

_INTENSITY = frozenset(
    [
        "10Percentile",
        "90Percentile",
        "InterquartileRange",
        "Maximum",
        "MeanAbsoluteDeviation",
        "Mean",
        "Median",
        "Minimum",
        "Range",
        "RobustMeanAbsoluteDeviation",
        "RootMeanSquared",
        "StandardDeviation",
    ]
)


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature.

    Parameters
    ----------
    name, feature_class
        PyRadiomics'.
    unit
        ``mm``, ``image`` (the image's own), ``image^2``, ``bit`` or empty for none.
    description
        A clause for the data dictionary.
    deprecated
        Computed only when named.
    definition
        Formula, IBSI's code and name, and where PyRadiomics departs from IBSI.
    """

    name: str
    feature_class: str
    unit: str
    description: str
    deprecated: bool
    definition: Definition


@dataclass(frozen=True, slots=True)
class ColumnDescription:
    """What a column of the feature table is."""

    feature_class: str
    image_type: str
    unit: str
    description: str
    definition: Definition


def _unit(feature_class: str, name: str) -> str:
    if feature_class in ("shape", "shape2D"):
        return _UNITS.get(name, "")
    if feature_class == "firstorder":
        if name in _INTENSITY:
            return "image"
        return {"Energy": "image^2", "TotalEnergy": "image^2 mm3", "Variance": "image^2", "Entropy": "bit"}.get(
            name, ""
        )
    return "bit" if name.endswith("Entropy") else ""


def _words(name: str) -> str:
    """Split a CamelCase name into words.

    Examples
    --------
    >>> _words("LargeAreaHighGrayLevelEmphasis")
    'large area high gray level emphasis'
    """
    parts = re.findall(r"[0-9]+D|[0-9]+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    return " ".join(part if part.isupper() and len(part) > 1 else part.lower() for part in parts)


def _feature(feature_class: str, name: str, *, deprecated: bool) -> Feature:
    told = f"{_words(name)}; {_FAMILY[feature_class]}"
    return Feature(name, feature_class, _unit(feature_class, name), told, deprecated, DEFINITIONS[feature_class, name])


_FEATURES: Mapping[str, tuple[Feature, ...]] = {
    name: (
        *(_feature(name, one, deprecated=False) for one in usual.split()),
        *(_feature(name, one, deprecated=True) for one in old.split()),
    )
    for name, (usual, old) in _NAMES.items()
}


def features_of(feature_class: str, *, include_deprecated: bool = False) -> tuple[Feature, ...]:
    """List the features of a class in order; deprecated ones last, and only when asked for.

    Examples
    --------
    >>> [one.name for one in features_of("ngtdm")]
    ['Busyness', 'Coarseness', 'Complexity', 'Contrast', 'Strength']
    """
    return tuple(one for one in _FEATURES[feature_class] if include_deprecated or not one.deprecated)


def _describe_ibsi(image_type: str, family: str, name: str) -> ColumnDescription:
    """Describe a feature by IBSI's definition, whose tables stand beside its formulas."""
    from radpipe.features.ibsi.measure import FAMILY_TITLES, feature_of

    found = feature_of(f"{family}_{name}")
    if found is None:
        raise KeyError(f"{image_type}_{family}_{name}")
    feature, aggregation = found
    told = f"{feature.name}; {FAMILY_TITLES[family]}; {aggregation}"
    definition = Definition(feature.formula, feature.code, feature.name, "by IBSI's definition")
    return ColumnDescription(family, image_type, feature.unit, told, definition)


def describe(column: str) -> ColumnDescription:
    """Describe a feature column of the table by its name.

    Raises
    ------
    KeyError
        The name is not ``image_class_Feature``.

    Examples
    --------
    >>> entropy = describe("wavelet-HLH_glrlm_RunEntropy")
    >>> entropy.unit, entropy.definition.ibsi_code
    ('bit', 'HJ9O')
    >>> describe("original_rlm_rl_entr_3D_avg").definition.ibsi_code
    'HJ9O'
    """
    image_type, feature_class, name = column.split("_", 2)
    if feature_class in IBSI_FAMILIES:
        return _describe_ibsi(image_type, feature_class, name)
    if image_type == "radpipe":
        own = own_feature(feature_class, name)
        return ColumnDescription(feature_class, "original", own.unit, own.description, own.definition)
    for one in _FEATURES[feature_class]:
        if one.name == name:
            return ColumnDescription(feature_class, image_type, one.unit, one.description, one.definition)
    raise KeyError(column)
