"""Flags of a ROI alone: parts, holes, gaps, slices, borders, and what the run says of it."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from radpipe.imaging.mask_metrics import STRAY_BEYOND_MM
from radpipe.qc.cohort_rules import COHORT, Finding
from radpipe.qc.frames import groups, records
from radpipe.qc.rules import FEWEST_SHOWN, HOLE_ML, LARGEST_SHARE, STRAY_TARGET_ML
from radpipe.targets import is_target

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OWN_COLUMNS", "TOLD_ONLY", "Usual", "alone"]

TOLD_ONLY = frozenset({"W_ROI_TRANSLATED", "W_AGREEMENT", "W_FEW_BINS", "W_MANY_BINS"})
"""Warnings of names and gray levels, which say nothing of image or outline."""

OWN_COLUMNS = (
    *COHORT, "roi", "parts", "largest_share", "stray_mm", "stray_ml", "stray_slice", "hole_ml", "hole_slice",
    "gap_slices", "gap_slice", "gap_within", "off_slice", "off_mm", "touches", "warnings",
)  # fmt: skip
"""What the rules here look at."""

Row = dict[str, Any]

Cohort = tuple[str, ...]
"""What the columns :data:`radpipe.qc.cohort_rules.COHORT` say."""


@dataclass(frozen=True, slots=True)
class Usual:
    """How often each rule is met in each cohort: what half of at least ten ROIs of a name have is usual for it.

    Parameters
    ----------
    members
        Cohort -> rows.
    met
        Cohort, code of the rule and kind -> how often it was met.
    """

    members: Mapping[Cohort, int]
    met: Mapping[tuple[Cohort, str, str], int]

    @classmethod
    def of(cls, blocks: "Iterable[pd.DataFrame]") -> "Usual":
        """Count over all rows of a run that have numbers, which come in blocks."""
        members: Counter[Cohort] = Counter()
        met: Counter[tuple[Cohort, str, str]] = Counter()
        for block in blocks:
            for cohort, own in groups(block, COHORT):
                members[cohort] += len(own)
            for row in _odd_rows(block).values():
                met.update((_cohort(row), code, kind) for code, check in CHECKS.items() for kind, _ in check(row))
        return cls(members, met)

    def words(self, row: Row, code: str, kind: str) -> str:
        """Say how many have what a row has; empty where it is not usual."""
        cohort = _cohort(row)
        members, met = self.members[cohort], self.met[cohort, code, kind]
        return f"; so have {met} of {members} {row['name']}" if members >= FEWEST_SHOWN and met * 2 >= members else ""


def alone(block: "pd.DataFrame", usual: Usual) -> tuple[list[Finding], list[Finding]]:
    """Look at each row by itself.

    Parameters
    ----------
    block
        Rows of :meth:`radpipe.qc.metrics.QcRows.blocks` that have numbers, index 0 to n - 1.
    usual
        Of the run.

    Returns
    -------
    flags, remarks
        What is odd; and what is told without being odd: the parts of a target, and what is usual for its name.
    """
    flags: list[Finding] = []
    remarks: list[Finding] = []
    for place, row in _odd_rows(block).items():
        for code, check in CHECKS.items():
            for kind, sentence in check(row):
                words = usual.words(row, code, kind)
                (remarks if words else flags).append(Finding(place, code, sentence + words))
        if is_target(row["roi"]) and row["parts"] > 1:
            remarks.append(Finding(place, "parts", f"{row['parts']:.0f} parts"))
    return flags, remarks


def _cohort(row: Row) -> Cohort:
    return row["name"], row["modality"], row["config"]


def _odd_rows(block: "pd.DataFrame") -> dict[int, Row]:
    """Return by their place the rows that a rule may look at; a run may have a million."""
    odd = (block["parts"] > 1) | (block["hole_ml"] > HOLE_ML) | (block["gap_slices"] > 0) | (block["touches"] != "")
    odd |= (block["off_slice"] >= 0) | (block["warnings"] != "")
    some = block.loc[odd, list(OWN_COLUMNS)]
    return dict(zip(map(int, some.index), records(some), strict=True))


def _parts(row: Row) -> Iterator[tuple[str, str]]:
    if not row["parts"] > 1:
        return
    stray = bool(row["stray_mm"] > STRAY_BEYOND_MM)
    target = is_target(row["roi"])
    sentence = f"{row['parts']:.0f} parts, the largest holds {row['largest_share']:.1%}"
    if stray and (not target or row["stray_ml"] < STRAY_TARGET_ML):
        yield (
            "stray",
            f"{sentence}; one of {row['stray_ml']:.3g} mL lies {row['stray_mm']:.0f} mm away, slice "
            f"{row['stray_slice'] + 1:.0f}",
        )
    elif not target and row["largest_share"] < LARGEST_SHARE:
        yield "pieces", sentence


def _holes(row: Row) -> Iterator[tuple[str, str]]:
    if row["hole_ml"] > HOLE_ML:
        yield (
            "hole",
            f"holes of {row['hole_ml']:.2f} mL in its slices, the largest in slice {row['hole_slice'] + 1:.0f}",
        )


def _gaps(row: Row) -> Iterator[tuple[str, str]]:
    if row["gap_slices"] > 0 and (row["gap_within"] or not is_target(row["roi"])):
        yield (
            "gap",
            f"{row['gap_slices']:.0f} empty {'slice' if row['gap_slices'] == 1 else 'slices'} between its first and "
            f"last, from slice {row['gap_slice'] + 1:.0f} on",
        )


def _off(row: Row) -> Iterator[tuple[str, str]]:
    if row["off_slice"] >= 0:
        yield (
            "off",
            f"the outline of slice {row['off_slice'] + 1:.0f} lies {row['off_mm']:.0f} mm beside its neighbours'",
        )


def _cut(row: Row) -> Iterator[tuple[str, str]]:
    for border in filter(None, str(row["touches"]).split("; ")):
        where = "the edge of the image" if border == "edge" else f"the {border} of the image"
        yield border, f"reaches {where}: the volume is a lower bound"


def _run(row: Row) -> Iterator[tuple[str, str]]:
    for code, sentence in json.loads(row["warnings"] or "[]"):
        if code not in TOLD_ONLY:
            yield code, f"{code}: {sentence}"


CHECKS: Mapping[str, Callable[[Row], Iterator[tuple[str, str]]]] = {
    "parts": _parts,
    "holes": _holes,
    "gaps": _gaps,
    "slice": _off,
    "cut": _cut,
    "run": _run,
}
"""Code -> what it finds in a row: of which kind, and the sentence."""
