"""What can go wrong, as types: each error says where, what, and what to do.

::

    RadpipeError
    ├── InputError          one file, case or ROI cannot be used; becomes a row of the table
    ├── ParameterError      a settings file is invalid; lists all its faults (exit 2)
    ├── UsageError          a command or call that cannot be carried out as given (exit 2)
    ├── NothingUsableError  the source holds nothing to measure (exit 3)
    ├── StorageError        the output cannot be written or trusted; disk full, locked (exit 4)
    └── AccountsError       planned != ok + failed + skipped (exit 70)

Every error pickles, because workers are other processes. The sentences live in :mod:`radpipe.problems`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from radpipe.problems import Action, problem

__all__ = [
    "AccountsError",
    "InputError",
    "Note",
    "NothingUsableError",
    "ParameterError",
    "Policy",
    "RadpipeError",
    "StorageError",
    "UsageError",
]


class RadpipeError(Exception):
    """Base of all errors that radpipe raises on purpose; ``exit_code`` is what the command line returns."""

    exit_code = 1


class InputError(RadpipeError):
    """One file, case or ROI cannot be used.

    Parameters
    ----------
    code
        A code of the registry, ``E_...``.
    path, case, roi
        Where; what is not known where the error is raised is added on its way up by :meth:`located`.
    **facts
        The values that the registry's sentence for this code names.

    Raises
    ------
    KeyError
        The code is not in the registry, or a fact that its sentence names is missing.

    Examples
    --------
    >>> InputError("E_EMPTY_ROI", path="rs.dcm", case="HN1004", roi="GTV-1").message
    'HN1004, GTV-1: the mask holds no voxel. File: rs.dcm. Do: check the contours; exclude the ROI if ...'
    """

    def __init__(
        self, code: str, *, path: str | None = None, case: str | None = None, roi: str | None = None, **facts: Any
    ) -> None:
        self.code = code
        self.path = None if path is None else str(path)
        self.case = case
        self.roi = roi
        self.facts = facts
        self.sentence = problem(code).sentence(facts)
        super().__init__(str(self))

    def __str__(self) -> str:
        """Code, place, sentence, file and the way out."""
        return f"{self.code}  {self.message}"

    @property
    def message(self) -> str:
        """Place, sentence, file and the way out, without the code."""
        place = ", ".join(part for part in (self.case, self.roi) if part)
        text = f"{place}: {self.sentence}." if place else f"{self.sentence}."
        if self.path:
            text += f" File: {self.path}."
        return f"{text} Do: {problem(self.code).remedy}."

    def located(self, *, path: str | None = None, case: str | None = None, roi: str | None = None) -> Self:
        """Return the same error with the blanks of its place filled."""
        return type(self)(self.code, path=self.path or path, case=self.case or case, roi=self.roi or roi, **self.facts)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by constructor arguments."""
        return _rebuild_input_error, (type(self), self.code, self.path, self.case, self.roi, self.facts)


def _rebuild_input_error(
    kind: type[InputError], code: str, path: str | None, case: str | None, roi: str | None, facts: dict[str, Any]
) -> InputError:
    return kind(code, path=path, case=case, roi=roi, **facts)


class ParameterError(RadpipeError):
    """A settings file is invalid; ``faults`` lists every fault with its path in the file.

    Examples
    --------
    >>> print(ParameterError("ct.yaml", ["setting.binWith is unknown; did you mean binWidth?"]))
    E_PARAMETER  ct.yaml: setting.binWith is unknown; did you mean binWidth?
    """

    exit_code = 2

    def __init__(self, source: str, faults: Sequence[str]) -> None:
        self.source = source
        self.faults = tuple(faults)
        super().__init__(source, self.faults)

    def __str__(self) -> str:
        """One line a fault."""
        return "\n".join(f"E_PARAMETER  {self.source}: {fault}" for fault in self.faults)


class UsageError(RadpipeError):
    """A command or call that cannot be carried out as given."""

    exit_code = 2


class NothingUsableError(RadpipeError):
    """The source holds nothing that could be measured."""

    exit_code = 3


class StorageError(RadpipeError):
    """The output folder cannot be written or trusted: disk full, locked by another run, foreign files."""

    exit_code = 4


class AccountsError(RadpipeError):
    """Planned is not ok + failed + skipped: a fault of radpipe itself."""

    exit_code = 70


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


@dataclass(frozen=True, slots=True)
class Policy:
    """What to do about each problem: the registry's default unless overridden.

    Examples
    --------
    >>> Policy.parse(["E_MISSING_SLICE=warn"]).action("E_MISSING_SLICE")
    <Action.WARN: 'warn'>
    """

    overrides: Mapping[str, Action] = field(default_factory=dict)

    @classmethod
    def parse(cls, words: Sequence[str]) -> "Policy":
        """Read ``CODE=action`` words; an unknown code or an action that the code does not allow is refused."""
        overrides = {}
        for word in words:
            code, sign, name = word.partition("=")
            try:
                known = problem(code.strip())
            except KeyError as unknown:
                message = f"--policy {word}: {unknown.args[0]}"
                raise UsageError(message) from None
            choices = ", ".join(sorted(known.allowed))
            if not sign or name.strip() not in set(known.allowed):
                message = f"--policy {word}: {known.code} allows {choices}"
                raise UsageError(message)
            overrides[known.code] = Action(name.strip())
        return cls(overrides)

    def action(self, code: str) -> Action:
        """Return what to do about a code."""
        return self.overrides.get(code, problem(code).default)

    def meet(self, code: str, *, path: str | None = None, **facts: Any) -> Note:
        """Raise the problem as an :class:`InputError`, or return it as a note when the policy says warn or fix."""
        if self.action(code) is Action.ERROR:
            raise InputError(code, path=path, **facts)
        return Note.of(code, **facts)
