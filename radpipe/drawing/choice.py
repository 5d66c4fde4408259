"""Which slices of a ROI are drawn, and how much around it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.drawing.planes import Plane
from radpipe.volume import Mask

__all__ = ["Slice", "centre_of", "crop_of", "slices_of"]

MARGIN_MM = 20.0
"""Drawn around the ROI on every side."""

LEAST_MM = 60.0
"""A crop is at least so wide and high."""

ALL_OF = 5
"""A ROI of so few slices is drawn on each of them."""

BEYOND = 2
"""Slices of a target that are drawn above and below it."""

NEIGHBOURS_FIT, BESIDE_SHARE = 0.5, 0.7
"""A slice lies beside its neighbours when its Dice with both is below this share of theirs, and theirs is good."""

LABELLED = 2_000_000
"""Masks with more voxels than this are thinned before their parts are found."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice that is drawn.

    Parameters
    ----------
    index
        Along the plane's axis of the array.
    reason
        Why, in words; empty where it only fills the way between others.
    """

    index: int
    reason: str = ""


def slices_of(
    mask: Mask, *, target: bool, oddities: Iterable[Slice] = ()
) -> tuple[tuple[Slice, ...], tuple[Slice, ...]]:
    """Choose slices along the array's first axis.

    Parameters
    ----------
    mask
        The ROI.
    target
        Whether it is a target volume, of which every slice is wanted.
    oddities
        Further slices that are always drawn.

    Returns
    -------
    needed, wanted
        Those that are always drawn, with their reasons, by index; and those that fill the way between and beyond them,
        the most telling first, as far as the room for pictures reaches.

    References
    ----------
    Largest area; at 10 and 90 % of the extent; first and last; where a slice is empty between others, where a part
    lies apart, where an outline lies beside those of its neighbours, and where the largest hole is.
    All of a ROI of five slices or fewer, and of a target, with two beyond.
    """
    begin = mask.box[0].start
    counts = np.count_nonzero(mask.crop, axis=(1, 2))
    last = len(counts) - 1
    reasons: dict[int, list[str]] = {}

    def note(place: int, reason: str) -> None:
        reasons.setdefault(begin + place, []).append(reason)

    note(int(np.argmax(counts)), "largest area")
    note(0, "first slice")
    note(last, "last slice")
    if last >= ALL_OF:
        note(round(0.1 * last), "10 % of the extent")
        note(round(0.9 * last), "90 % of the extent")
    for place, reason in _oddities(mask.crop, counts):
        note(place, reason)
    for oddity in oddities:
        note(oddity.index - begin, oddity.reason)
    needed = {index: Slice(index, ", ".join(dict.fromkeys(said))) for index, said in reasons.items()}
    if last < ALL_OF:
        needed |= {begin + i: Slice(begin + i) for i in range(last + 1) if begin + i not in needed}
    if not target:
        return _sorted(needed), ()
    low, high = max(begin - BEYOND, 0), min(begin + last + BEYOND, mask.geometry.size_zyx[0] - 1)
    rest = [index for index in range(low, high + 1) if index not in needed]
    return _sorted(needed), tuple(Slice(index, _beyond(index, begin, begin + last)) for index in _spread(rest, needed))


def _beyond(index: int, first: int, last: int) -> str:
    return "below or above the ROI" if index < first or index > last else ""


def _sorted(slices: dict[int, Slice]) -> tuple[Slice, ...]:
    return tuple(slices[index] for index in sorted(slices))


def _spread(rest: list[int], taken: dict[int, Slice]) -> Iterator[int]:
    """Order slices so that any first few of them lie far from each other and from those that are taken."""
    there = np.array(sorted(taken))
    left = np.array(rest, dtype=np.int64)
    distance = np.abs(left[:, None] - there).min(axis=1) if left.size else left
    while left.size:
        place = int(np.argmax(distance))
        index = int(left[place])
        yield index
        distance = np.minimum(distance, np.abs(left - index))
        left, distance = np.delete(left, place), np.delete(distance, place)


def _oddities(crop: npt.NDArray[np.bool_], counts: npt.NDArray[np.intp]) -> Iterator[tuple[int, str]]:
    from scipy import ndimage

    empty = np.flatnonzero(counts == 0)
    if empty.size:
        yield int(empty[0]), "empty between others"
    labels, parts = ndimage.label(crop, structure=np.ones((3, 3, 3))) if crop.size <= LABELLED else (None, 1)
    if parts > 1 and labels is not None:
        sizes = np.bincount(labels.ravel())
        order = np.argsort(sizes[1:])[::-1] + 1
        span = ndimage.find_objects(labels)[order[1] - 1][0]
        yield (span.start + span.stop - 1) // 2, "a part that lies apart"
    beside = _beside(crop, counts)
    if beside >= 0:
        yield beside, "beside its neighbours"
    if crop.size <= LABELLED:
        holes = [np.count_nonzero(ndimage.binary_fill_holes(flat)) - np.count_nonzero(flat) for flat in crop]
        if max(holes):
            yield int(np.argmax(holes)), "largest hole"


def _beside(crop: npt.NDArray[np.bool_], counts: npt.NDArray[np.intp]) -> int:
    """Find the slice that overlaps its neighbours least where they overlap each other well (Dice); -1: none does."""
    if len(crop) < 3:
        return -1
    near = 2.0 * np.count_nonzero(crop[:-1] & crop[1:], axis=(1, 2)) / np.maximum(counts[:-1] + counts[1:], 1)
    across = 2.0 * np.count_nonzero(crop[:-2] & crop[2:], axis=(1, 2)) / np.maximum(counts[:-2] + counts[2:], 1)
    own = np.maximum(near[:-1], near[1:])
    odd = np.flatnonzero((across > NEIGHBOURS_FIT) & (own < BESIDE_SHARE * across) & (counts[1:-1] > 0))
    return int(odd[np.argmin(own[odd])]) + 1 if odd.size else -1


def centre_of(mask: Mask) -> tuple[int, int, int]:
    """Return the voxel (z, y, x) of the grid in the middle of the largest part of a mask (26 neighbours)."""
    from scipy import ndimage

    step = max(1, int(np.ceil((mask.crop.size / LABELLED) ** (1 / 3))))
    thin = mask.crop[::step, ::step, ::step]
    labels, parts = ndimage.label(thin, structure=np.ones((3, 3, 3)))
    largest = int(np.argmax(np.bincount(labels.ravel())[1:])) + 1 if parts else 0
    z, y, x = (round(float(axis.mean())) * step for axis in np.nonzero(labels == largest))
    return (mask.box[0].start + z, mask.box[1].start + y, mask.box[2].start + x)


def crop_of(plane: Plane, mask: Mask) -> tuple[int, int, int, int]:
    """Return first column and row, width and height of what is drawn: the same on every slice of a plane.

    Parameters
    ----------
    plane
        How slices are laid on the screen.
    mask
        The ROI; 20 mm around its box are drawn, at least 60 mm, within the image.
    """
    (x, width), (y, height) = (
        _room(span, size, pixel)
        for span, size, pixel in zip(plane.extent(mask.box), plane.size_xy, plane.pixel_xy_mm, strict=True)
    )
    return x, y, width, height


def _room(span: tuple[int, int], size: int, pixel_mm: float) -> tuple[int, int]:
    margin = int(np.ceil(MARGIN_MM / pixel_mm))
    short = int(np.ceil(LEAST_MM / pixel_mm)) - (span[1] - span[0] + 2 * margin)
    if short > 0:
        margin += (short + 1) // 2
    begin, end = max(span[0] - margin, 0), min(span[1] + margin, size)
    return begin, end - begin
