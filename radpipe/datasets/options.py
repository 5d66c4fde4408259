"""DatasetOptions: what a user may ask of a data set's rules."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from radpipe.errors import UsageError

__all__ = ["DatasetOptions"]


@dataclass(frozen=True, slots=True)
class DatasetOptions:
    """Options of :func:`radpipe.datasets.open_cohort`; each data set uses those that mean something to it.

    Parameters
    ----------
    include_partial
        HaN-Seg: measure organs whose usability is below 1 all the same.
    min_dice
        ChestX-ray14: skip masks whose estimated Dice is lower; None skips none.
    roi_dictionary
        ``tg263`` gives ROIs their TG-263 names, so that ``--roi Parotid_L`` finds ``Parotid-Left``; a CSV file with the
        columns ``found`` and ``standard`` gives them one's own; None leaves names as found.
    labels
        Label value -> ROI name, for data sets whose masks hold several labels; overrides the built-in table.

    Raises
    ------
    UsageError
        ``min_dice`` is not between 0 and 1, or the dictionary is unknown or cannot be used.
    """

    include_partial: bool = False
    min_dice: float | None = None
    roi_dictionary: str | None = None
    labels: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.min_dice is not None and not 0 <= self.min_dice <= 1:
            message = f"--min-dice {self.min_dice:g}: write a number from 0 to 1"
            raise UsageError(message)
        if self.roi_dictionary is not None:
            from radpipe.datasets.roi_dictionary import open_dictionary

            open_dictionary(self.roi_dictionary)

    def to_json(self) -> dict[str, Any]:
        """Return what a run records: of a dictionary its file's name, without the folder."""
        record = asdict(self)
        if self.roi_dictionary is not None:
            from radpipe.datasets.roi_dictionary import open_dictionary

            record["roi_dictionary"] = open_dictionary(self.roi_dictionary).name
        return record

    @staticmethod
    def parse_labels(words: Sequence[str]) -> dict[int, str]:
        """Read ``VALUE=NAME`` words of the command line.

        Examples
        --------
        >>> DatasetOptions.parse_labels(["1=Lung_L", "3=Heart"])
        {1: 'Lung_L', 3: 'Heart'}
        """
        labels = {}
        for word in words:
            value, sign, name = word.partition("=")
            if not sign or not name.strip() or not value.strip().isdecimal():
                message = f"--label {word}: write VALUE=NAME, for instance 3=Heart"
                raise UsageError(message)
            labels[int(value)] = name.strip()
        return labels
