"""A cohort: the cases of a source folder."""

from collections.abc import Iterator, Sequence
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
