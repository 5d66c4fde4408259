"""Is a series one acquisition? Told by headers, and by how acquisitions lie."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from radpipe.errors import InputError, Note, Policy
from radpipe.imaging.acquisition_marks import difference_of, marks_of
from radpipe.imaging.slice_header import SAME_DIRECTION
from radpipe.imaging.slices import Slice

__all__ = ["main_part"]


SAME_SPACING = 1e-3
"""Relative difference of PixelSpacing up to which slices have the same."""

LOCALIZER_SLICES = 3
"""A part of another orientation with at most this many slices beside a greater part is a localizer."""


def main_part(slices: Sequence[Slice], policy: Policy) -> tuple[list[Slice], list[Note]]:
    """Set localizers aside, and refuse a series that is not one volume.

    Parameters
    ----------
    slices
        Of one series, in any order.
    policy
        What to do about it: ``E_MIXED_SERIES=fix`` keeps the largest part.

    Returns
    -------
    slices, notes
        Slices of one matrix, orientation, pixel spacing, modality, frame of reference and acquisition, as far as
        headers tell; and what was set aside.

    Raises
    ------
    InputError
        ``E_MIXED_SERIES``, ``E_MIXED_SPACING``.
    """
    notes = []
    kept = [part for part in slices if not part.header.is_localizer] or list(slices)
    marks = {id(part): marks_of(part.dataset) for part in kept}
    parts: list[list[Slice]] = []
    for plane in kept:
        home = next(
            (part for part in parts if part[0].same_part(plane) and marks[id(part[0])] == marks[id(plane)]), None
        )
        if home is None:
            parts.append([plane])
        else:
            home.append(plane)
    largest = max(parts, key=len)
    others = [part for part in parts if part is not largest]
    scouts = [
        part for part in others if len(part) <= LOCALIZER_SLICES < len(largest) and _is_scout(part[0], largest[0])
    ]
    dropped = len(slices) - len(kept) + sum(map(len, scouts))
    path = largest[0].path
    if dropped:
        notes.append(policy.meet("W_MIXED_SERIES", path=path, dropped=dropped, total=len(slices), what="localizers"))
    strange = [part for part in others if part not in scouts]
    if strange:
        what = difference_of([part[0] for part in (largest, *strange)])
        odd = min(strange, key=len)[0].path
        notes.append(policy.meet("E_MIXED_SERIES", path=odd, what=what, kept=len(largest), total=len(slices)))
    mixed = _interleaved(largest)
    if mixed is not None:
        what, largest = mixed
        notes.append(policy.meet("E_MIXED_SERIES", path=path, what=what, kept=len(largest), total=len(slices)))
    _refuse_mixed_spacing(largest)
    return largest, notes


def _is_scout(plane: Slice, other: Slice) -> bool:
    turned = float(np.abs(plane.orientation - other.orientation).max()) > SAME_DIRECTION
    return turned and plane.dataset.get("Modality") == other.dataset.get("Modality")


def _refuse_mixed_spacing(slices: Sequence[Slice]) -> None:
    spacings = np.array([part.header.spacing_yx_mm for part in slices])
    if not np.allclose(spacings, spacings[0], rtol=SAME_SPACING, atol=0):
        odd = slices[int(np.argmax(np.abs(spacings - np.median(spacings, axis=0)).max(axis=1)))]
        values = "; ".join(f"{y:.6g} x {x:.6g}" for y, x in np.unique(spacings, axis=0)[:4])
        raise InputError("E_MIXED_SPACING", path=odd.path, values=values)


def _interleaved(slices: Sequence[Slice]) -> tuple[str, list[Slice]] | None:
    """Tell whether the slices of two acquisitions lie between one another, and which is the largest.

    An acquisition may begin where another ends (step and shoot), but it is no volume with another's slices in it.
    AcquisitionNumber is asked, and for CT AcquisitionTime: the slices of an MR are taken in turns at several times.
    """
    normal = slices[0].normal
    ordered = sorted(slices, key=lambda part: float(normal @ part.position_xyz_mm))
    for keyword in ("AcquisitionNumber", "AcquisitionTime"):
        if keyword == "AcquisitionTime" and str(ordered[0].dataset.get("Modality") or "") != "CT":
            continue
        labels = [str(part.dataset.get(keyword) or "").strip() for part in ordered]
        counts = Counter(labels)
        changes = sum(label != following for label, following in pairwise(labels))
        if changes > len(counts) - 1:
            values = ", ".join(label or "none" for label, _ in counts.most_common(4))
            usual = counts.most_common(1)[0][0]
            kept = [part for part, label in zip(ordered, labels, strict=True) if label == usual]
            return f"acquisitions whose slices interleave ({keyword} {values})", kept
    return None
