"""What a feature of one's own is: name, formula in code and in words, unit and IBSI's code, in one record."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from radpipe.features.catalogue.record import Definition

__all__ = ["OwnFeature"]


@dataclass(frozen=True, slots=True)
class OwnFeature:
    """A feature that PyRadiomics does not have.

    Parameters
    ----------
    name
        In PyRadiomics' way of writing, ``CompactnessA``; the column is ``radpipe_FAMILY_NAME``.
    unit
        ``mm``, ``image`` (the image's own), ``bit`` or empty for none.
    description
        A clause for the data dictionary.
    definition
        Formula in words, IBSI's code and name, remarks.
    formula
        From what the family measures of a ROI (:data:`radpipe.features.own.measure.SUBJECTS`) to the value.
    aggregation
        How matrices of directions and slices are put together, in IBSI's words (``3D, averaged``); empty where the
        family has none.
    """

    name: str
    unit: str
    description: str
    definition: Definition
    formula: Callable[[Any], float]
    aggregation: str = ""
