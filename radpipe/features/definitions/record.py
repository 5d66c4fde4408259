"""The definition of a feature, and words that several groups share."""

from dataclasses import dataclass, fields

__all__ = ["BINS", "DEFINITION_COLUMNS", "EPSILON", "NO_DEFINITION", "Definition", "joined"]

EPSILON = "eps: 2.2e-16"

BINS = (
    "bins of fixed width begin at a multiple of binWidth, IBSI's (Q3RU) at the lowest value or the lower limit of "
    "re-segmentation"
)
"""Where gray levels depart from IBSI; with a fixed number of bins they do not."""


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


DEFINITION_COLUMNS = tuple(one.name for one in fields(Definition))
"""What tables call the parts of a definition."""

NO_DEFINITION = Definition("", "", "", "")
"""That of a column which is no feature."""


def joined(*parts: str) -> str:
    """Join what is not empty by semicolons.

    Examples
    --------
    >>> joined("V / A", "", "V: volume")
    'V / A; V: volume'
    """
    return "; ".join(part for part in parts if part)
