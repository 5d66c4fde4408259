"""The outline of a mask along the edges of its voxels, as the words of an SVG path: exact at every zoom."""

from collections import defaultdict
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["outline"]

Corner = tuple[int, int]


def outline(mask: npt.NDArray[np.bool_], corner_xy: tuple[int, int] = (0, 0)) -> str:
    """Return the closed lines around the pixels of a plane, as an SVG path of ``h`` and ``v`` steps.

    Parameters
    ----------
    mask
        Shape (rows, columns), bool.
    corner_xy
        Column and row of the first pixel in the picture; a corner of a pixel is a whole number, its centre lies half a
        pixel further.

    Returns
    -------
    str
        Each loop begins with ``M x y`` and ends with ``z``; filled by the even-odd rule it covers the mask and nothing
        else. Pixels that only touch by a corner have loops of their own. Empty where no pixel is set.

    Examples
    --------
    >>> outline(np.array([[True, True], [True, False]]))
    'M0 0h2v1h-1v1h-1v-2z'
    """
    across, down = _steps(mask)
    loops = []
    while across:
        start = next(iter(across))
        loops.append(_loop(start, across, down, corner_xy))
    return "".join(loops)


def _steps(mask: npt.NDArray[np.bool_]) -> tuple[dict[Corner, list[int]], dict[Corner, list[int]]]:
    """Return the straight pieces of the outline by the corner (x, y) they begin at, inside on their right hand."""
    padded = np.pad(mask.astype(np.int8), 1)
    across: dict[Corner, list[int]] = {}
    for line, begin, end, sign in _runs(np.diff(padded, axis=0)[:, 1:-1]):
        x, length = (begin, end - begin) if sign > 0 else (end, begin - end)
        across.setdefault((x, line), []).append(length)
    down: dict[Corner, list[int]] = defaultdict(list)
    for line, begin, end, sign in _runs(np.diff(padded, axis=1)[1:-1].T):
        y, length = (end, begin - end) if sign > 0 else (begin, end - begin)
        down[line, y].append(length)
    return across, down


def _runs(change: npt.NDArray[np.int8]) -> "list[tuple[int, int, int, int]]":
    """Return line, begin, end and sign of each run of equal steps that are not 0, along the second axis."""
    wide: npt.NDArray[Any] = np.pad(change, ((0, 0), (1, 1)))
    lines, places = np.nonzero(np.diff(wide, axis=1))
    ends: list[tuple[int, int]] = list(zip(lines.tolist(), places.tolist(), strict=True))
    runs = []
    for (line, begin), (same, end) in pairwise(ends):
        if same == line and begin < change.shape[1] and change[line, begin]:
            runs.append((line, begin, end, int(change[line, begin])))
    return runs


def _loop(start: Corner, across: dict[Corner, list[int]], down: dict[Corner, list[int]], shift: Corner) -> str:
    x, y = start
    fall = 0
    words = [f"M{x + shift[0]} {y + shift[1]}"]
    while True:
        step = _taken(across, (x, y), wanted=-fall)
        x += step
        words.append(f"h{step}")
        fall = _taken(down, (x, y), wanted=step)
        y += fall
        if (x, y) == start:
            return "".join((*words, f"v{fall}", "z"))
        words.append(f"v{fall}")


def _taken(steps: dict[Corner, list[int]], corner: Corner, wanted: int) -> int:
    """Take the step that begins at a corner; where two begin, the one that turns to the right, so that loops part."""
    there = steps[corner]
    place = next((i for i, step in enumerate(there) if (step > 0) == (wanted > 0)), 0)
    step = there.pop(place)
    if not there:
        del steps[corner]
    return step
