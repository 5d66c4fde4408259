"""Cohen's kappa: how far two reviewers agree beyond chance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import nan

from radpipe.qc.decisions.standing import Standing
from radpipe.qc.decisions.words import VERDICTS

__all__ = ["Agreement", "agreements", "cohen_kappa"]


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Return (observed - expected agreement) / (1 - expected); NaN where both always said the same one word.

    Parameters
    ----------
    pairs
        What both said of each mask.

    References
    ----------
    Cohen 1960, Educational and Psychological Measurement 20:37.

    Examples
    --------
    >>> pairs = 20 * [("y", "y")] + 5 * [("y", "n")] + 10 * [("n", "y")] + 15 * [("n", "n")]
    >>> round(cohen_kappa(pairs), 6)
    0.4
    """
    count = len(pairs)
    if not count:
        return nan
    observed = sum(a == b for a, b in pairs) / count
    words = {word for pair in pairs for word in pair}
    expected = sum(sum(a == word for a, _ in pairs) * sum(b == word for _, b in pairs) for word in words) / count**2
    return nan if expected == 1 else (observed - expected) / (1 - expected)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two reviewers on the masks that both decided about.

    Parameters
    ----------
    reviewers
        Both names.
    masks, same
        How many both saw, and how many of them got the same verdict.
    kappa
        NaN where it is not defined.
    disputed
        Verdict of the first and of the second -> masks.
    """

    reviewers: tuple[str, str]
    masks: int
    same: int
    kappa: float
    disputed: Mapping[tuple[str, str], int]


def agreements(counted: Iterable[Standing]) -> list[Agreement]:
    """Return the agreement of each pair of reviewers that saw a mask both; adjudications do not count.

    Parameters
    ----------
    counted
        What stands, a mask each.
    """
    pairs: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for mask in counted:
        said = {decision.reviewer.strip(): decision.verdict for decision in mask.latest if decision.role == "reviewer"}
        for first, second in combinations(sorted(said), 2):
            pairs.setdefault((first, second), []).append((said[first], said[second]))
    rows = []
    for names, verdicts in sorted(pairs.items()):
        apart = {(a, b): verdicts.count((a, b)) for a in VERDICTS for b in VERDICTS if a != b and (a, b) in verdicts}
        same = sum(a == b for a, b in verdicts)
        rows.append(Agreement(names, len(verdicts), same, cohen_kappa(verdicts), apart))
    return rows
