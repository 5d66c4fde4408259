"""Compat: PyRadiomics' extractor, so that a script of one's own runs on with one import changed.

``from radiomics import featureextractor`` becomes ``from radpipe.compat import featureextractor``.
"""

from radpipe.compat import featureextractor
from radpipe.compat.featureextractor import RadiomicsFeatureExtractor

__all__ = ["RadiomicsFeatureExtractor", "featureextractor"]
