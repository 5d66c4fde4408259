"""What a column of the feature table is, by its name."""

from dataclasses import dataclass

from radpipe.features.catalogue import IBSI_FAMILIES, features_of
from radpipe.features.catalogue.record import Definition
from radpipe.features.own import own_feature

__all__ = ["ColumnDescription", "describe"]


@dataclass(frozen=True, slots=True)
class ColumnDescription:
    """What a column of the feature table is."""

    feature_class: str
    image_type: str
    unit: str
    description: str
    definition: Definition


def _describe_ibsi(image_type: str, family: str, name: str) -> ColumnDescription:
    """Describe a feature by IBSI's definition, whose tables stand beside its formulas."""
    from radpipe.features.ibsi.measure import FAMILY_TITLES, feature_of

    known = feature_of(f"{family}_{name}")
    if known is None:
        raise KeyError(f"{image_type}_{family}_{name}")
    feature, aggregation = known
    words = f"{feature.name}; {FAMILY_TITLES[family]}; {aggregation}"
    definition = Definition(feature.formula, feature.code, feature.name, "by IBSI's definition")
    return ColumnDescription(family, image_type, feature.unit, words, definition)


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
    for feature in features_of(feature_class, include_deprecated=True):
        if feature.name == name:
            return ColumnDescription(feature_class, image_type, feature.unit, feature.description, feature.definition)
    raise KeyError(column)
