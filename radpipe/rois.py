"""RoiRule: which of the names found in a case are measured, and under which name. Pure functions on strings."""

import fnmatch
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from radpipe.cohort import Refusal, RoiRef, known_keys
from radpipe.errors import UsageError

__all__ = ["RoiRule", "Target", "matches"]


def matches(pattern: str, name: str) -> bool:
    """Tell whether a ROI name meets a pattern.

    Parameters
    ----------
    pattern
        An exact name (case-insensitive), a glob such as ``GTV-*``, or ``re:`` and a regular expression that must match
        the whole name.
    name
        The name as found in the file; surrounding blanks do not count.

    Raises
    ------
    UsageError
        The regular expression is invalid.

    Examples
    --------
    >>> matches("gtv-1", "GTV-1"), matches("GTV-*", "GTV-12"), matches("re:gtv-[12]", "GTV-3")
    (True, True, False)
    """
    name = name.strip()
    if pattern.startswith("re:"):
        try:
            return re.fullmatch(pattern[3:], name, re.IGNORECASE) is not None
        except re.error as fault:
            message = f"--roi {pattern}: not a regular expression ({fault})"
            raise UsageError(message) from None
    if name.casefold() == pattern.strip().casefold():
        return True
    return fnmatch.fnmatchcase(name.casefold(), pattern.strip().casefold())


@dataclass(frozen=True, slots=True)
class Target:
    """One ROI to measure: a name for the row, and the ROIs of the file whose union it is."""

    name: str
    rois: tuple[RoiRef, ...]

    @property
    def refusal(self) -> Refusal | None:
        """Return why it is not measured: the first refusal among its ROIs, since a union lacks what a part lacks."""
        return next((roi.refusal for roi in self.rois if roi.refusal is not None), None)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"name": self.name, "rois": [roi.to_json() for roi in self.rois]}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Target":
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        ValueError
            A field is missing, unknown, or no value of its kind.
        """
        known_keys(record, cls)
        return cls(record["name"], tuple(RoiRef.from_json(roi) for roi in record["rois"]))


@dataclass(frozen=True, slots=True)
class RoiRule:
    """What is asked of each image.

    Parameters
    ----------
    patterns
        Asked ROIs, see :func:`matches`; empty means every ROI that is found.
    merges
        ``(name, pattern)``: one row called name, measured on the union of all ROIs that match the pattern.

    Examples
    --------
    >>> RoiRule.parse(["GTV-1"], ["GTV=GTV-*"])
    RoiRule(patterns=('GTV-1',), merges=(('GTV', 'GTV-*'),))
    """

    patterns: tuple[str, ...] = ()
    merges: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, rois: Sequence[str] = (), merges: Sequence[str] = ()) -> "RoiRule":
        """Read the words of the command line; ``NAME=PATTERN`` is wanted of each merge, a word said twice counts once.

        Raises
        ------
        UsageError
            A merge is no pair, two merges give one name, or a regular expression is invalid.
        """
        pairs: dict[str, str] = {}
        for word in merges:
            name, sign, pattern = word.partition("=")
            if not sign or not name.strip() or not pattern.strip():
                message = f"--merge {word}: write NAME=PATTERN, for instance GTV=GTV-*"
                raise UsageError(message)
            name, pattern = name.strip(), pattern.strip()
            if pairs.setdefault(name, pattern) != pattern:
                message = f"--merge {word}: {name} is already the union of {pairs[name]}"
                raise UsageError(message)
        asked: dict[str, str] = {}
        for pattern in map(str.strip, rois):
            asked.setdefault(pattern if pattern.startswith("re:") else pattern.casefold(), pattern)
        rule = cls(tuple(asked.values()), tuple(pairs.items()))
        for pattern in (*rule.patterns, *(pattern for _, pattern in rule.merges)):
            matches(pattern, "")
        return rule

    def select(self, references: Sequence[RoiRef]) -> tuple[tuple[Target, ...], tuple[str, ...]]:
        """Choose among the ROIs found for one image.

        Parameters
        ----------
        references
            ROIs that may be measured on the image.

        Returns
        -------
        targets, missing
            What to measure, in the order asked and each ROI once per row name; and the patterns or merge names
            that nothing met.
        """
        targets: list[Target] = []
        missing: list[str] = []
        taken: set[str] = set()
        asked = self.patterns or (() if self.merges else ("*",))
        for pattern in asked:
            hits = [roi for roi in references if _called(pattern, roi)]
            if not hits and self.patterns:
                missing.append(pattern)
            for roi in hits:
                if roi.roi_id not in taken:
                    taken.add(roi.roi_id)
                    targets.append(Target(roi.name.strip(), (roi,)))
        for name, pattern in self.merges:
            union = tuple(roi for roi in references if _called(pattern, roi))
            if union:
                targets.append(Target(name, union))
            else:
                missing.append(name)
        return _with_unique_names(targets), tuple(missing)


def _called(pattern: str, roi: RoiRef) -> bool:
    """Match a ROI by its name, or by its name in the file where a dictionary translated it."""
    return matches(pattern, roi.name) or (bool(roi.found_name) and matches(pattern, roi.found_name))


def _with_unique_names(targets: list[Target]) -> tuple[Target, ...]:
    """Give a second ROI of the same name its roi id behind the name, so that no row hides another."""
    seen: set[str] = set()
    unique = []
    for target in targets:
        name = target.name
        if name in seen or not name:
            name = f"{name}#{target.rois[0].roi_id}"
        seen.add(name)
        unique.append(Target(name, target.rois))
    return tuple(unique)
