"""Flags of a ROI beside others: twins in its image, copies from other patients, sides, and pairs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from radpipe.imaging.mask_metrics import TWIN_DICE, WITHIN_SHARE
from radpipe.qc.cohort_rules import COHORT, Finding
from radpipe.qc.frames import groups
from radpipe.qc.names import holds_others, is_paired, side_and_stem
from radpipe.qc.rules import FEWEST_SHOWN, PAIR_RATIO, SIDE_MM
from radpipe.targets import is_target

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SMALLEST_COPY_VOXELS", "copies", "sides", "twins"]

SMALLEST_COPY_VOXELS = 100
"""Smaller outlines may be equal in two patients by chance."""

MIDLINE = ("SpinalCord", "Brainstem", "SpinalCanal")
"""Organs that tell where the middle is, the best first."""


def twins(block: "pd.DataFrame") -> Iterator[Finding]:
    """Look for other ROIs of the image that hold the same voxels.

    Parameters
    ----------
    block
        Rows of :meth:`radpipe.qc.metrics.QcRows.blocks`, index 0 to n - 1.
    """
    some = block.loc[block["overlaps"] != "", ["roi", "overlaps"]]
    for row, roi, overlaps in zip(some.index.tolist(), some["roi"], some["overlaps"], strict=True):
        for other, dice, inside in json.loads(overlaps):
            if dice > TWIN_DICE:
                yield Finding(row, "twins", f"the same voxels as {other} (Dice {dice:.3f})")
            elif inside > WITHIN_SHARE and not is_target(roi) and not holds_others(other):
                yield Finding(row, "twins", f"{inside:.0%} of it lie inside {other}")


def copies(frame: "pd.DataFrame") -> Iterator[Finding]:
    """Find outlines that another patient has to the voxel; where half of a cohort has such, it is made or an atlas.

    Parameters
    ----------
    frame
        Rows as :meth:`radpipe.qc.metrics.QcRows.compared` gives them, index 0 to n - 1.
    """
    import pandas as pd

    large = np.flatnonzero((frame["voxels"] >= SMALLEST_COPY_VOXELS) & (frame["form"] >= 0))
    cases, case_ids = pd.factorize(frame["case_id"])
    forms = pd.factorize(frame["form"].iloc[large])[0]
    first = large[np.unique(forms, return_index=True)[1]]
    differs = cases[large] != cases[first[forms]]
    second = np.full(len(first), -1)  # the first row of a form whose case is another than that of its first row
    second[forms[differs][::-1]] = large[differs][::-1]
    others = np.full(len(frame), -1)
    others[large] = np.where(differs, first[forms], second[forms])
    for _, members in groups(frame, COHORT):
        if len(members) >= FEWEST_SHOWN and np.count_nonzero(others[members] >= 0) * 2 >= len(members):
            others[members] = -1
    names = frame["roi"]
    for row in np.flatnonzero(others >= 0).tolist():
        sentence = f"voxel for voxel the outline of {names.iloc[others[row]]} of case {case_ids[cases[others[row]]]}"
        yield Finding(row, "twins", sentence)


@dataclass(frozen=True, slots=True)
class _Organ:
    """A ROI that has a side, or tells where the middle is."""

    row: int
    roi: str
    name: str
    side: str
    stem: str
    volume_ml: float
    centre_x_mm: float
    body_x_mm: float


def sides(frame: "pd.DataFrame") -> list[Finding]:
    """Compare ROIs that have a side with their partner, or with the middle of the patient.

    Parameters
    ----------
    frame
        Rows as :meth:`radpipe.qc.metrics.QcRows.compared` gives them, index 0 to n - 1; ROIs in one slice are left out.
    """
    import pandas as pd

    which, rois = pd.factorize(frame["roi"])
    named = [side_and_stem(str(roi)) for roi in rois]
    has_side = np.array([bool(side) for side, _ in named], dtype=bool)[which]
    judged = has_side & (frame["slices"] > 1).to_numpy() & np.isfinite(frame["centre_x_mm"].to_numpy())
    wanted = np.flatnonzero(has_side | frame["name"].isin(MIDLINE).to_numpy())
    names = frame["name"]
    numbers = [frame[name].to_numpy() for name in ("volume_ml", "centre_x_mm", "body_x_mm")]
    flags: list[Finding] = []
    for _, rows in groups(frame, ["image", "config"], wanted):
        if judged[rows].any():
            organs = [
                _Organ(row, str(rois[which[row]]), names.iloc[row], *named[which[row]], *(own[row] for own in numbers))
                for row in rows.tolist()
            ]
            flags += _sides_of_an_image(organs, [organ for organ in organs if judged[organ.row]])
    return flags


def _sides_of_an_image(organs: Sequence[_Organ], judged: Sequence[_Organ]) -> Iterator[Finding]:
    sided: dict[str, dict[str, _Organ]] = {}
    for organ in judged:
        sided.setdefault(organ.stem, {}).setdefault(organ.side, organ)
    named = {organ.name: organ for organ in organs}
    middle = next((named[name] for name in MIDLINE if name in named), None)
    for pair in sided.values():
        if len(pair) == 2:
            yield from _pair(pair["L"], pair["R"])
        else:
            (organ,) = pair.values()
            yield from _lonely(organ, middle)


def _pair(left: _Organ, right: _Organ) -> Iterator[Finding]:
    apart = left.centre_x_mm - right.centre_x_mm
    if apart < 0:
        yield Finding(left.row, "side", f"lies {-apart:.0f} mm to the patient's right of {right.roi}")
        yield Finding(right.row, "side", f"lies {-apart:.0f} mm to the patient's left of {left.roi}")
    smaller, larger = sorted((left.volume_ml, right.volume_ml))
    if is_paired(left.stem) and smaller > 0 and larger > PAIR_RATIO * smaller:
        for organ, other in ((left, right), (right, left)):
            sentence = f"{organ.volume_ml:.3g} mL, {other.roi} {other.volume_ml:.3g} mL: more than {PAIR_RATIO:g} to 1"
            yield Finding(organ.row, "pair", sentence)


def _lonely(organ: _Organ, middle: _Organ | None) -> Iterator[Finding]:
    """Compare a sided ROI without its partner with the middle of the patient."""
    where, what = organ.body_x_mm, "the middle of the body"
    if middle is not None:
        where, what = middle.centre_x_mm, middle.roi
    if not np.isfinite(where):
        return
    beyond = (organ.centre_x_mm - where) * (-1 if organ.side == "L" else 1)
    if beyond > SIDE_MM:
        way = "right" if organ.side == "L" else "left"
        yield Finding(organ.row, "side", f"lies {beyond:.0f} mm to the patient's {way} of {what}")
