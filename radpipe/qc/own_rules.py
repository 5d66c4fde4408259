"""Flags of a ROI alone and beside the others of its image: parts, holes, gaps, borders, side, pair, twins, run."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from radpipe.imaging.mask_metrics import STRAY_BEYOND_MM, TWIN_DICE, WITHIN_SHARE
from radpipe.qc.cohort_rules import COHORT, Finding
from radpipe.qc.frames import groups, records
from radpipe.qc.names import holds_others, is_paired, is_target, side_and_stem
from radpipe.qc.rules import (
    FEWEST_SHOWN,
    HOLE_ML,
    LARGEST_SHARE,
    PAIR_RATIO,
    SIDE_MM,
    STRAY_TARGET_ML,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SMALLEST_COPY_VOXELS", "TOLD_ONLY", "alone", "with_neighbours"]

TOLD_ONLY = frozenset({"W_ROI_TRANSLATED", "W_AGREEMENT", "W_FEW_BINS", "W_MANY_BINS"})
"""Warnings of names and gray levels, which say nothing of image or outline."""

SMALLEST_COPY_VOXELS = 100
"""Smaller outlines may be equal in two patients by chance."""

MIDLINE = ("SpinalCord", "Brainstem", "SpinalCanal")
"""Organs that tell where the middle is, the best first."""

Row = dict[str, Any]


def alone(frame: "pd.DataFrame") -> tuple[list[Finding], list[Finding]]:
    """Look at each row by itself.

    Parameters
    ----------
    frame
        Rows of :class:`radpipe.qc.metrics.QcRows`, index 0 to n - 1.

    Returns
    -------
    flags, remarks
        What is odd; and what is told without being odd: the parts of a target, and what is usual for its name.
    """
    odd = (frame["parts"] > 1) | (frame["hole_ml"] > HOLE_ML) | (frame["gap_slices"] > 0) | (frame["touches"] != "")
    odd |= frame["off_slice"] >= 0
    rows = _rows(frame, odd | frame["warnings"].map(bool))
    flags: list[Finding] = []
    remarks: list[Finding] = []
    cohorts = groups(frame, COHORT)
    checks: dict[str, Callable[[Row], Iterator[tuple[str, str]]]] = {
        "parts": parts,
        "holes": holes,
        "gaps": gaps,
        "slice": _off,
        "cut": _cut,
        "run": _run,
    }
    for code, check in checks.items():
        for _, members in cohorts:
            met = [(row, *told) for row in map(int, members) if row in rows for told in check(rows[row])]
            kinds: dict[str, int] = {}
            for _, kind, _ in met:
                kinds[kind] = kinds.get(kind, 0) + 1
            for row, kind, sentence in met:
                usual = len(members) >= FEWEST_SHOWN and kinds[kind] * 2 >= len(members)
                if usual:
                    sentence += f"; so have {kinds[kind]} of {len(members)} {rows[row]['name']}"
                (remarks if usual else flags).append(Finding(row, code, sentence))
    remarks += [Finding(i, "parts", f"{row['parts']:.0f} parts") for i, row in rows.items() if _is_parted_target(row)]
    return flags, remarks


def _is_parted_target(row: Row) -> bool:
    return is_target(row["roi"]) and bool(row["parts"] > 1)


def parts(row: Row) -> Iterator[tuple[str, str]]:
    if not row["parts"] > 1:
        return
    stray = bool(row["stray_mm"] > STRAY_BEYOND_MM)
    target = is_target(row["roi"])
    told = f"{row['parts']:.0f} parts, the largest holds {row['largest_share']:.1%}"
    if stray and (not target or row["stray_ml"] < STRAY_TARGET_ML):
        yield (
            "stray",
            f"{told}; one of {row['stray_ml']:.3g} mL lies {row['stray_mm']:.0f} mm away, slice "
            f"{row['stray_slice'] + 1:.0f}",
        )
    elif not target and row["largest_share"] < LARGEST_SHARE:
        yield "pieces", told


def holes(row: Row) -> Iterator[tuple[str, str]]:
    if row["hole_ml"] > HOLE_ML:
        yield (
            "hole",
            f"holes of {row['hole_ml']:.2f} mL in its slices, the largest in slice {row['hole_slice'] + 1:.0f}",
        )


def gaps(row: Row) -> Iterator[tuple[str, str]]:
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
    for code, sentence in row["warnings"]:
        if code not in TOLD_ONLY:
            yield code, f"{code}: {sentence}"


def with_neighbours(frame: "pd.DataFrame") -> list[Finding]:
    """Look at each row beside the others of its image, and for outlines of other patients.

    Parameters
    ----------
    frame
        Rows of :class:`radpipe.qc.metrics.QcRows`, index 0 to n - 1.
    """
    rows = _rows(frame, frame["overlaps"].map(bool))
    flags = [Finding(i, "twins", sentence) for i, row in rows.items() for sentence in _twins(row)]
    flags += _copies(frame)
    sides = {roi: side_and_stem(roi) for roi in frame["roi"].unique()}
    wanted = frame["roi"].map({roi: bool(side) for roi, (side, _) in sides.items()}) | frame["name"].isin(MIDLINE)
    rows = _rows(frame, wanted.astype(bool))
    for _, members in groups(frame, ["case_id", "image_id", "config"]):
        flags += _sides_of_an_image([int(row) for row in members if int(row) in rows], rows, sides)
    return flags


def _twins(row: Row) -> Iterator[str]:
    for overlap in row["overlaps"]:
        if overlap.dice > TWIN_DICE:
            yield f"the same voxels as {overlap.roi} (Dice {overlap.dice:.3f})"
        elif overlap.inside > WITHIN_SHARE and not is_target(row["roi"]) and not holds_others(overlap.roi):
            yield f"{overlap.inside:.0%} of it lie inside {overlap.roi}"


def _copies(frame: "pd.DataFrame") -> list[Finding]:
    """Find outlines that another patient has to the voxel; where half of a cohort has such, it is made or an atlas."""
    large = frame[(frame["voxels"] >= SMALLEST_COPY_VOXELS) & (frame["form_sha256"] != "")]
    cases, names = frame["case_id"].tolist(), frame["roi"].tolist()
    found: dict[int, str] = {}
    for _, members in groups(large, ["form_sha256"]):
        rows = [int(row) for row in large.index[members]]
        others = {row: next((place for place in rows if cases[place] != cases[row]), None) for row in rows}
        told = {row: f"voxel for voxel the outline of {names[other]} of case {cases[other]}"
                for row, other in others.items() if other is not None}  # fmt: skip
        found |= told
    usual: set[int] = set()
    for _, members in groups(frame, COHORT):
        copied = [int(row) for row in members if int(row) in found]
        if len(members) >= FEWEST_SHOWN and len(copied) * 2 >= len(members):
            usual.update(copied)
    return [Finding(row, "twins", sentence) for row, sentence in found.items() if row not in usual]


def _rows(frame: "pd.DataFrame", wanted: "pd.Series[bool]") -> dict[int, Row]:
    """Return rows by their position; only those that a rule may look at, since a run may have a million."""
    some = frame[wanted]
    return dict(zip(map(int, some.index), records(some), strict=True))


def _sides_of_an_image(
    members: list[int], rows: dict[int, Row], sides: dict[str, tuple[str, str]]
) -> Iterator[Finding]:
    sided: dict[str, dict[str, int]] = {}
    names = {rows[row]["name"]: row for row in members}
    for row in members:
        side, stem = sides[rows[row]["roi"]]
        if side and rows[row]["slices"] > 1 and np.isfinite(rows[row]["centre_x_mm"]):
            sided.setdefault(stem, {}).setdefault(side, row)
    middle_row = next((names[name] for name in MIDLINE if name in names), None)
    for stem, pair in sided.items():
        if len(pair) == 2:
            yield from _pair(stem, pair["L"], pair["R"], rows)
        else:
            ((side, row),) = pair.items()
            yield from _lonely(side, row, middle_row, rows)


def _pair(stem: str, left: int, right: int, rows: dict[int, Row]) -> Iterator[Finding]:
    apart = rows[left]["centre_x_mm"] - rows[right]["centre_x_mm"]
    if apart < 0:
        for row, other in ((left, right), (right, left)):
            way = "right" if row == left else "left"
            yield Finding(row, "side", f"lies {-apart:.0f} mm to the patient's {way} of {rows[other]['roi']}")
    volumes: npt.NDArray[np.float64] = np.array([rows[left]["volume_ml"], rows[right]["volume_ml"]])
    if is_paired(stem) and volumes.min() > 0 and volumes.max() > PAIR_RATIO * volumes.min():
        for row, other in ((left, right), (right, left)):
            sentence = (
                f"{rows[row]['volume_ml']:.3g} mL, {rows[other]['roi']} {rows[other]['volume_ml']:.3g} mL: more than "
                f"{PAIR_RATIO:g} to 1"
            )
            yield Finding(row, "pair", sentence)


def _lonely(side: str, row: int, middle_row: int | None, rows: dict[int, Row]) -> Iterator[Finding]:
    """Compare a sided ROI without its partner with the middle of the patient."""
    middle, what = rows[row]["body_x_mm"], "the middle of the body"
    if middle_row is not None:
        middle, what = rows[middle_row]["centre_x_mm"], rows[middle_row]["roi"]
    if middle is None or not np.isfinite(middle):
        return
    beyond = (rows[row]["centre_x_mm"] - middle) * (-1 if side == "L" else 1)
    if beyond > SIDE_MM:
        way = "right" if side == "L" else "left"
        yield Finding(row, "side", f"lies {beyond:.0f} mm to the patient's {way} of {what}")
