"""Boxes around regions of interest, and windows around boxes that give a local filter its whole-image values."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Box", "Window", "bounding_box", "window_around"]

Box = tuple[slice, slice, slice]
"""Half-open index ranges along z, y and x."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of an image that is enough to filter a box.

    Parameters
    ----------
    outer
        What the filter must see, in indices of the image.
    inner
        The box, in indices of ``outer``.
    """

    outer: Box
    inner: Box


def bounding_box(mask: npt.NDArray[np.bool_]) -> Box:
    """Return the smallest box that holds all set voxels of a mask (z, y, x) with at least one.

    Examples
    --------
    >>> mask = np.zeros((4, 5, 6), dtype=bool)
    >>> mask[1, 2:4, 0] = True
    >>> bounding_box(mask)
    (slice(1, 2, None), slice(2, 4, None), slice(0, 1, None))
    """
    planes = np.flatnonzero(mask.any(axis=(1, 2)))
    z = slice(int(planes[0]), int(planes[-1]) + 1)
    flat: npt.NDArray[np.bool_] = np.any(mask[z], axis=0)
    rows = np.flatnonzero(flat.any(axis=1))
    columns = np.flatnonzero(flat.any(axis=0))
    return (z, slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1))


def window_around(
    box: Box, shape: Sequence[int], margin: int, *, even: bool = False, whole_at_border: bool = False
) -> Window:
    """Widen a box by a margin along each axis.

    Parameters
    ----------
    box, shape
        The box and the size of the image, order z, y, x.
    margin
        Voxels that the filter reaches to either side.
    even
        Give windows an even number of voxels along each axis that is not taken whole (an undecimated wavelet step
        wants that).
    whole_at_border
        Take the whole axis where the widened box would leave the image: for filters that treat the image as
        periodic. Without it the window ends at the image's border, for filters that mirror or repeat there.
    """
    outer, inner = [], []
    for span, size in zip(box, shape, strict=True):
        low, high = span.start - margin, span.stop + margin
        if even and (high - low) % 2:
            high += 1
        if low < 0 or high > size:
            low, high = (0, size) if whole_at_border else (max(low, 0), min(high, size))
        outer.append(slice(low, high))
        inner.append(slice(span.start - low, span.stop - low))
    return Window(_three(outer), _three(inner))


def _three(spans: list[slice]) -> Box:
    z, y, x = spans
    return (z, y, x)
