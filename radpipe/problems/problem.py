"""One entry of the registry of problems: a code with its sentence, its meaning, what to do, its default policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

__all__ = ["Action", "Problem", "entry"]


class Action(StrEnum):
    """What to do about a problem."""

    ERROR = "error"
    WARN = "warn"
    FIX = "fix"


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of the registry.

    Parameters
    ----------
    code
        ``E_...`` or ``W_...``.
    template
        The sentence, with the names of its facts in braces.
    remedy
        What to do, an imperative clause.
    meaning
        What the code stands for, for ``radpipe codes``.
    default, allowed
        What happens unless a policy says otherwise, and what a policy may say.
    """

    code: str
    template: str
    remedy: str
    meaning: str
    default: Action
    allowed: frozenset[Action]

    def sentence(self, facts: Mapping[str, Any]) -> str:
        """Fill the facts into the sentence; a missing fact is a KeyError."""
        return self.template.format_map(facts)


def entry(code: str, actions: str, template: str, remedy: str, meaning: str) -> Problem:
    """Make an entry; the first of the actions is the default."""
    words = actions.split()
    return Problem(code, template, remedy, meaning, Action(words[0]), frozenset(Action(word) for word in words))
