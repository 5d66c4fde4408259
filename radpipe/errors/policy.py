"""What to do about each problem: the registry's default, or what the user says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from radpipe.errors.input_error import InputError
from radpipe.errors.kinds import UsageError
from radpipe.errors.note import Note
from radpipe.problems import Action, problem

__all__ = ["Policy"]


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
