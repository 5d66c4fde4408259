"""What scripts take from the package ``radiomics`` beside its extractor: the logger, the names of features, test cases.

``import radiomics`` becomes ``from radpipe.compat import radiomics`` where PyRadiomics is not installed. The names are
PyRadiomics' (camelCase), since scripts call them.
"""

import logging
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, NoReturn

from radpipe.features.catalogue import CLASS_NAMES, Feature, features_of

__all__ = ["FeatureClass", "getFeatureClasses", "getTestCase", "logger", "setVerbosity"]

__version__ = f"radpipe {version('radpipe')}, with the values of PyRadiomics 3.0.1"

logger = logging.getLogger("radiomics")
"""The logger that PyRadiomics' scripts give handlers to; the extractor writes to its child."""


class FeatureClass:
    """The names of a class's features and what each is; features are measured by the extractor.

    Parameters
    ----------
    name
        ``firstorder``, ``glcm`` ...
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._features = {feature.name: feature for feature in features_of(name, include_deprecated=True)}

    def getFeatureNames(self) -> dict[str, bool]:  # noqa: N802
        """Return feature -> whether it is deprecated."""
        return {name: feature.deprecated for name, feature in self._features.items()}

    def __getattr__(self, word: str) -> Any:
        """Return something whose docstring tells the feature, for ``get<Feature>FeatureValue``."""
        name = word.removeprefix("get").removesuffix("FeatureValue")
        if word.startswith("_") or name == word or name not in self._features:
            raise AttributeError(word)
        return _documented(self._features[name])

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse to measure one class of an image that the script prepared itself.

        Raises
        ------
        NotImplementedError
            Always.
        """
        message = (
            f"{self.name}: classes are not measured one by one; enable the class in "
            "radpipe.compat.featureextractor.RadiomicsFeatureExtractor"
        )
        raise NotImplementedError(message)


def _documented(feature: Feature) -> Any:
    def get_feature_value() -> NoReturn:
        message = f"{feature.name} is measured by the extractor"
        raise NotImplementedError(message)

    get_feature_value.__doc__ = f"{feature.description}. {feature.definition.formula}"
    return get_feature_value


def getFeatureClasses() -> Mapping[str, FeatureClass]:  # noqa: N802
    """Return each class with its features, in PyRadiomics' order.

    Examples
    --------
    >>> classes = getFeatureClasses()
    >>> len(classes["glcm"].getFeatureNames()), classes["shape"].getFeatureNames()["Compactness1"]
    (28, True)
    """
    return {name: FeatureClass(name) for name in CLASS_NAMES}


def getTestCase(testCase: str, dataDirectory: str | None = None) -> tuple[str, str] | tuple[None, None]:  # noqa: N802
    """Return image and mask of one of PyRadiomics' test cases where they lie; nothing is downloaded.

    Parameters
    ----------
    testCase
        ``brain1``, ``lung2`` ...; ``_2D`` behind it for the mask of one slice.
    dataDirectory
        Where they are looked for; without it ``pyradiomics/data`` in the folder for temporary files, as in PyRadiomics.
    """
    folder = Path(dataDirectory or Path(tempfile.gettempdir(), "pyradiomics", "data"))
    name = testCase.lower().removesuffix("_2d")
    flat = "_2D" if testCase.lower().endswith("_2d") else ""
    image, mask = folder / f"{name}_image.nrrd", folder / f"{name}_label{flat}.nrrd"
    if image.is_file() and mask.is_file():
        return str(image), str(mask)
    logger.error("test case %s is not in %s; radpipe downloads nothing", testCase, folder)
    return None, None


def setVerbosity(level: int) -> None:  # noqa: N802
    """Write messages from this level on to standard error.

    Parameters
    ----------
    level
        Of :mod:`logging`; messages below are not written there.
    """
    handler = next((stream for stream in logger.handlers if type(stream) is logging.StreamHandler), None)
    if handler is None:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
        logger.addHandler(handler)
    handler.setLevel(level)
    logger.setLevel(min(level, logger.level or level))
