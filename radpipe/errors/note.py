"""Something a row must tell though it was measured."""

from dataclasses import dataclass
from typing import Any

from radpipe.problems import problem

__all__ = ["Note"]


@dataclass(frozen=True, slots=True)
class Note:
    """Something a row must tell though it was measured: a warning, or a repair that a policy allowed."""

    code: str
    sentence: str

    @classmethod
    def of(cls, code: str, **facts: Any) -> "Note":
        """Make a note whose sentence comes from the registry.

        Examples
        --------
        >>> Note.of("W_SMALL_ROI", voxels=12, extent="36 mm3")
        Note(code='W_SMALL_ROI', sentence='the ROI is small: 12 voxels, 36 mm3')
        """
        return cls(code, problem(code).sentence(facts))

    def __str__(self) -> str:
        """``CODE: sentence``, as it stands in the column ``warnings``."""
        return f"{self.code}: {self.sentence}"
