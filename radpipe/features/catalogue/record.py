"""What the catalogue knows of a feature, and words that several classes share."""

import re
from dataclasses import dataclass, fields

__all__ = [
    "BINS",
    "DEFINITION_COLUMNS",
    "EPSILON",
    "NAMED",
    "NO_DEFINITION",
    "ONE_MATRIX",
    "Definition",
    "Feature",
    "FeatureClass",
    "joined",
]

EPSILON = "eps: 2.2e-16"

BINS = (
    "bins of fixed width begin at a multiple of binWidth, IBSI's (Q3RU) at the lowest value or the lower limit of "
    "re-segmentation"
)
"""Where gray levels depart from IBSI; with a fixed number of bins they do not."""


NAMED = "computed only when named"

ONE_MATRIX = (
    "one matrix of the ROI (IBSI KOBO, with force2D 62GR); neighbours lie at Chebyshev distance 1 or those of setting "
    "distances, IBSI's up to a distance"
)


@dataclass(frozen=True, slots=True)
class Definition:
    """What a feature is.

    Parameters
    ----------
    formula
        One line of plain text with its symbols, as PyRadiomics 3.0.1 computes it.
    ibsi_code
        Four characters, or empty where IBSI does not define the feature.
    ibsi_name
        IBSI's name, or empty.
    remark
        Where PyRadiomics departs from IBSI, and what else should be known; may be empty.
    """

    formula: str
    ibsi_code: str
    ibsi_name: str
    remark: str


DEFINITION_COLUMNS = tuple(field.name for field in fields(Definition))
"""What tables call the parts of a definition."""

NO_DEFINITION = Definition("", "", "", "")
"""That of a column which is no feature."""


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


def joined(*parts: str) -> str:
    """Join what is not empty by semicolons.

    Examples
    --------
    >>> joined("V / A", "", "V: volume")
    'V / A; V: volume'
    """
    return "; ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class FeatureClass:
    """A class of features.

    Parameters
    ----------
    name
        PyRadiomics'.
    title
        In words, with IBSI's section.
    """

    name: str
    title: str

    def feature(self, name: str, definition: Definition, *, unit: str = "", deprecated: bool = False) -> Feature:
        """Return a feature of the class, described by the words of its name and the title of the class.

        Examples
        --------
        >>> zones = FeatureClass("glszm", "gray level size zone matrix")
        >>> zones.feature("LargeAreaHighGrayLevelEmphasis", NO_DEFINITION).description
        'large area high gray level emphasis; gray level size zone matrix'
        """
        parts = re.findall(r"[0-9]+D|[0-9]+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
        words = " ".join(part if part.isupper() and len(part) > 1 else part.lower() for part in parts)
        return Feature(name, self.name, unit, f"{words}; {self.title}", deprecated, definition)
