"""Compat: PyRadiomics' extractor, so that a script of one's own runs on with one import changed.

``from radiomics import featureextractor`` becomes ``from radpipe.compat import featureextractor``, and
``import radiomics`` becomes ``from radpipe.compat import radiomics`` where PyRadiomics is not installed.
"""

from radpipe.compat import featureextractor, radiomics
from radpipe.compat.featureextractor import RadiomicsFeatureExtractor
from radpipe.compat.radiomics import getFeatureClasses, getTestCase, setVerbosity

__all__ = [
    "RadiomicsFeatureExtractor",
    "featureextractor",
    "getFeatureClasses",
    "getTestCase",
    "radiomics",
    "setVerbosity",
]
