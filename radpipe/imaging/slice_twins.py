"""Two slices at one position: the same slice twice, or two different ones."""

from radpipe.errors import Note, Policy
from radpipe.imaging.slices import FloatArray, Slice

__all__ = ["without_twins"]


SAME_POSITION_MM = 0.01
"""Slices closer than this lie at one position."""


def without_twins(ordered: list[Slice], normal: FloatArray, policy: Policy) -> tuple[list[Slice], list[Note]]:
    """Use a slice once that is there twice; refuse two different slices at one position.

    Parameters
    ----------
    ordered
        Along the normal.
    normal
        Unit vector across the slices, shape (3,).
    policy
        What to do about ``W_DUPLICATE_SLICE`` and ``E_DUPLICATE_POSITION``.

    Returns
    -------
    kept, notes
        The slices, one at each position; and what was set aside.

    Raises
    ------
    InputError
        ``E_DUPLICATE_POSITION``.
    """
    kept = [ordered[0]]
    equal = 0
    clashes: list[Slice] = []
    for plane in ordered[1:]:
        before = kept[-1]
        if float(normal @ (plane.position_xyz_mm - before.position_xyz_mm)) > SAME_POSITION_MM:
            kept.append(plane)
        elif _same_pixels(plane, before):
            equal += 1
        else:
            clashes.append(plane)
    notes = []
    if equal:
        notes.append(policy.meet("W_DUPLICATE_SLICE", path=kept[0].path, count=equal))
    if clashes:
        position = float(normal @ clashes[0].position_xyz_mm)
        note = policy.meet("E_DUPLICATE_POSITION", path=clashes[0].path, count=len(clashes), position=position)
        notes.append(note)
    return kept, notes


def _same_pixels(one: Slice, other: Slice) -> bool:
    if one.whole is not None or other.whole is not None:
        return False
    tags = ("PixelData", "RescaleSlope", "RescaleIntercept")
    return all(one.dataset.get(tag) == other.dataset.get(tag) for tag in tags)
