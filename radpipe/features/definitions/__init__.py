"""What each feature is: its formula as PyRadiomics 3.0.1 computes it, IBSI's code and name, and where the two part.

Codes and names are those of the reference manual of the image biomarker standardisation initiative, arXiv:1612.07003v11
(2019). DICOM's coding scheme ``IBSI`` (PS3.16) carries the codes of shape and texture too.
"""

from collections.abc import Mapping
from types import MappingProxyType

from radpipe.features.definitions.cooccurrence import GLCM
from radpipe.features.definitions.intensity import FIRST_ORDER
from radpipe.features.definitions.neighbourhood import GLDM, NGTDM
from radpipe.features.definitions.record import DEFINITION_COLUMNS, NO_DEFINITION, Definition
from radpipe.features.definitions.runs_and_zones import GLRLM, GLSZM
from radpipe.features.definitions.shape import SHAPE, SHAPE_2D

__all__ = ["DEFINITIONS", "DEFINITION_COLUMNS", "NO_DEFINITION", "Definition"]

DEFINITIONS: Mapping[tuple[str, str], Definition] = MappingProxyType(
    {
        (feature_class, name): definition
        for feature_class, group in (
            ("firstorder", FIRST_ORDER),
            ("glcm", GLCM),
            ("gldm", GLDM),
            ("glrlm", GLRLM),
            ("glszm", GLSZM),
            ("ngtdm", NGTDM),
            ("shape", SHAPE),
            ("shape2D", SHAPE_2D),
        )
        for name, definition in group.items()
    }
)
"""Class and feature -> definition; deprecated features included; radpipe's own stand in :mod:`radpipe.features.own`."""
