"""The axes of a NRRD header: directions of space in millimetres, or a reason why its voxels have no size."""

import re
from collections.abc import Sequence

from radpipe.errors import InputError
from radpipe.imaging.header_words import Fields, is_length, is_number

__all__ = ["refuse_axes"]


_SPATIAL_KINDS = frozenset({"domain", "space", "???", "none", "stub"})
"""Kinds of NRRD's axes along which voxels of one channel lie."""


def refuse_axes(fields: Fields, sizes: Sequence[int], path: str) -> str:
    """Refuse axes that are no direction of space, and units that are not mm; say why voxels have no size.

    Parameters
    ----------
    fields
        Of the header, names in lower case.
    sizes
        Voxels along the axes, in the header's order.
    path
        Of the header, for the message.

    Returns
    -------
    str
        Why voxels have no size; empty where they have one along each axis with more than one voxel.

    Raises
    ------
    InputError
        ``E_UNREADABLE`` for an axis of time or of channels, ``E_HEADER`` for a unit that is not mm.
    """
    kinds = fields.get("kinds", "").lower().split()
    for kind, size in zip(kinds, sizes, strict=False):
        if kind == "time" and size > 1:
            raise InputError("E_UNREADABLE", path=path, reason=f"one of its axes is time ({size} moments)")
        if kind not in _SPATIAL_KINDS and size > 1:
            raise InputError(
                "E_UNREADABLE", path=path, reason=f"it holds several values per voxel (axis of kind {kind})"
            )
    units: list[str] = re.findall(r'"([^"]*)"', f"{fields.get('space units', '')} {fields.get('units', '')}")
    foreign = [word for word in units if word not in ("mm", "", "millimeter", "millimeters")]
    if foreign:
        raise InputError("E_HEADER", path=path, what=f"its units of length are {', '.join(foreign)}, not mm")
    if "space directions" in fields:
        return _undirected(fields["space directions"], sizes)
    spacings = fields.get("spacings", "").split()
    for axis, size in enumerate(sizes):
        word = spacings[axis] if axis < len(spacings) else ""
        if size > 1 and not is_length(word):
            return f"spacings are {' '.join(spacings) or 'not given'}"
    return ""


def _undirected(text: str, sizes: Sequence[int]) -> str:
    """Say which axis has no direction, and so no voxel size; empty where all have."""
    vectors = re.findall(r"none|\([^)]*\)", text.lower())
    for axis, size in enumerate(sizes):
        vector = vectors[axis] if axis < len(vectors) else "none"
        parts = [word.strip() for word in vector.strip("()").split(",")]
        if size > 1 and not (all(is_number(part) for part in parts) and any(is_length(part) for part in parts)):
            return f"the direction of axis {axis + 1} is {vector}"
    return ""
