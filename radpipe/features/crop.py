"""Boxes around regions of interest, and windows around boxes that give a local filter its whole-image values."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from radpipe.volume import Box, Mask

__all__ = ["Window", "box_around", "box_in", "widened", "window_around"]


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


def box_around(boxes: Sequence[Box]) -> Box:
    """Return the smallest box that holds some boxes, of which there is at least one."""
    return _three(
        [slice(min(a.start for a in spans), max(a.stop for a in spans)) for spans in zip(*boxes, strict=True)]
    )


def box_in(box: Box, outer: Box) -> Box:
    """Return a box in indices of another that holds it.

    Examples
    --------
    >>> box_in((slice(4, 6), slice(2, 3), slice(0, 9)), (slice(3, 9), slice(2, 9), slice(0, 9)))
    (slice(1, 3, None), slice(0, 1, None), slice(0, 9, None))
    """
    return _three([slice(a.start - b.start, a.stop - b.start) for a, b in zip(box, outer, strict=True)])


def widened(mask: Mask, margin_mm: float, further_voxels: int = 0) -> Box:
    """Return a ROI's box and what lies around it, as far as the image goes.

    Parameters
    ----------
    mask
        The ROI.
    margin_mm
        To each side; one voxel more is taken.
    further_voxels
        And so many more voxels.
    """
    return _three(
        [
            slice(max(span.start - reach, 0), min(span.stop + reach, size))
            for span, size, spacing in zip(mask.box, mask.geometry.size_zyx, mask.geometry.spacing_zyx_mm, strict=True)
            for reach in (math.ceil(margin_mm / spacing) + 1 + further_voxels,)
        ]
    )


def _three(spans: list[slice]) -> Box:
    z, y, x = spans
    return (z, y, x)
