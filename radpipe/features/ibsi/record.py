"""One feature of IBSI, as every family's table holds it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["IbsiFeature"]

S = TypeVar("S")


@dataclass(frozen=True)  # no slots: typing marks instances of a parametrised class
class IbsiFeature(Generic[S]):
    """A feature and how it follows from what its family shares.

    Parameters
    ----------
    tag
        The key of IBSI's own spreadsheet, without the aggregation: ``cm_joint_max``.
    code
        IBSI's, four characters.
    name
        IBSI's.
    formula
        One line of plain text.
    unit
        ``mm``, ``image`` (the image's own), ``bit`` ... or empty.
    of
        The feature as a function of what the family shares.
    """

    tag: str
    code: str
    name: str
    formula: str
    unit: str
    of: Callable[[S], float]
