"""Why the data set does not let a ROI be measured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from radpipe.cohort.json_record import known_keys
from radpipe.errors import InputError

__all__ = ["Refusal"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the data set does not let a ROI be measured: a code of the registry and the values its sentence names.

    Raises
    ------
    KeyError
        The code is not in the registry, or a fact that its sentence names is missing.

    Examples
    --------
    >>> Refusal("E_LOW_DICE", {"dice": 0.62, "wanted": 0.9}).error(case="7", roi="Heart").sentence
    'estimated Dice 0.620 is below --min-dice 0.900'
    """

    code: str
    facts: Mapping[str, str | float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.error(case="", roi="")

    def error(self, *, case: str, roi: str) -> InputError:
        """Return the refusal as the error that ends a row."""
        facts: dict[str, Any] = dict(self.facts)
        return InputError(self.code, case=case, roi=roi, **facts)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"code": self.code, "facts": dict(self.facts)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Refusal":
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        ValueError
            A field is missing or unknown.
        """
        known_keys(record, cls)
        return cls(record["code"], dict(record["facts"]))
