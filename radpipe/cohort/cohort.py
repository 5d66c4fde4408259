"""A cohort: the cases of a source folder."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from radpipe.cohort.case import Case, refuse_twins
from radpipe.errors import Note

__all__ = ["Cohort"]


@runtime_checkable
class KnowsIds(Protocol):
    """Cases that are made when they are asked for, and whose ids are known before."""

    @property
    def case_ids(self) -> Sequence[str]:
        """Of all cases, in their order."""


@runtime_checkable
class KnowsModalities(Protocol):
    """Cases whose images need not be looked at to be counted by modality."""

    @property
    def modalities(self) -> Mapping[str, int]:
        """Modality in capitals -> images."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """The cases of a source folder, sorted as the data set sorts them.

    Parameters
    ----------
    dataset
        Name of the layout: ``dicom``, ``hn1``, ``manifest`` ...
    root
        The folder or manifest it was read from.
    cases
        Unique case ids.
    problems
        Of the source as a whole, or of files that belong to no case.
    account
        What became of the files of the source: words and a number each; empty where the layout names its files.

    Raises
    ------
    ValueError
        A case id occurs twice.
    """

    dataset: str
    root: str
    cases: Sequence[Case]
    problems: tuple[Note, ...] = ()
    account: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        ids = self.cases.case_ids if isinstance(self.cases, KnowsIds) else [case.case_id for case in self.cases]
        refuse_twins(ids, "case id")

    def __iter__(self) -> Iterator[Case]:
        return iter(self.cases)

    def __len__(self) -> int:
        return len(self.cases)

    def modalities(self) -> Mapping[str, int]:
        """Return how many images each modality has, in capitals."""
        if isinstance(self.cases, KnowsModalities):
            return self.cases.modalities
        return Counter(image.modality.upper() for case in self.cases for image in case.images)
