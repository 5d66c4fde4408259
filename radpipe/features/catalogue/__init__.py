"""The catalogue of features: a file for each class beside the code of its name in :mod:`radpipe.features.classes`.

Names and order are PyRadiomics'; formulas are as PyRadiomics 3.0.1 computes them, each with IBSI's code and name and
where the two part. Codes and names are those of the reference manual of the image biomarker standardisation initiative,
arXiv:1612.07003v11 (2019). DICOM's coding scheme ``IBSI`` (PS3.16) carries the codes of shape and texture too.
"""

from collections.abc import Mapping

from radpipe.features.catalogue.firstorder import FIRST_ORDER
from radpipe.features.catalogue.glcm import GLCM
from radpipe.features.catalogue.gldm import GLDM
from radpipe.features.catalogue.glrlm import GLRLM
from radpipe.features.catalogue.glszm import GLSZM
from radpipe.features.catalogue.ngtdm import NGTDM
from radpipe.features.catalogue.record import Feature
from radpipe.features.catalogue.shape import SHAPE
from radpipe.features.catalogue.shape2d import SHAPE_2D

__all__ = ["CLASS_NAMES", "IBSI_FAMILIES", "Feature", "features_of"]

_FEATURES: Mapping[str, tuple[Feature, ...]] = {
    "firstorder": FIRST_ORDER,
    "glcm": GLCM,
    "gldm": GLDM,
    "glrlm": GLRLM,
    "glszm": GLSZM,
    "ngtdm": NGTDM,
    "shape": SHAPE,
    "shape2D": SHAPE_2D,
}

CLASS_NAMES = tuple(_FEATURES)
"""In the order in which PyRadiomics enables them."""

IBSI_FAMILIES = ("morph", "loc", "stat", "ih", "ivh", "cm", "rlm", "szm", "dzm", "ngt", "ngl")
"""Families of IBSI's definition by the prefix of IBSI's tags, in its order; they stand where a class does in names."""


def features_of(feature_class: str, *, include_deprecated: bool = False) -> tuple[Feature, ...]:
    """List the features of a class in order; deprecated ones last, and only when asked for.

    Examples
    --------
    >>> [feature.name for feature in features_of("ngtdm")]
    ['Busyness', 'Coarseness', 'Complexity', 'Contrast', 'Strength']
    """
    return tuple(feature for feature in _FEATURES[feature_class] if include_deprecated or not feature.deprecated)
