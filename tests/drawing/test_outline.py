"""Outlines: closed lines along the edges of pixels that fill to the mask again."""

import re

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from radpipe.drawing.outline import outline

MASKS = arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.booleans())


def filled(path: str, shape: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """The slow twin: fill a path by the even-odd rule, counting the vertical steps left of each pixel."""
    crossings = np.zeros(shape, dtype=int)
    for left, top, steps in re.findall(r"M(-?\d+) (-?\d+)([^z]*)z", path):
        x, y = int(left), int(top)
        for kind, length in re.findall(r"([hv])(-?\d+)", steps):
            if kind == "h":
                x += int(length)
                continue
            low, high = sorted((y, y + int(length)))
            crossings[low:high, x:] += 1
            y += int(length)
        assert (x, y) == (int(left), int(top)), "a loop closes"
    return crossings % 2 == 1


@given(MASKS)
def test_a_filled_outline_is_the_mask(mask: npt.NDArray[np.bool_]) -> None:
    np.testing.assert_array_equal(filled(outline(mask), (mask.shape[0], mask.shape[1])), mask)


@given(MASKS)
def test_an_outline_is_as_long_as_the_edges_between_inside_and_outside(mask: npt.NDArray[np.bool_]) -> None:
    padded = np.pad(mask, 1)
    edges = np.count_nonzero(padded[1:] != padded[:-1]) + np.count_nonzero(padded[:, 1:] != padded[:, :-1])
    assert sum(abs(int(length)) for length in re.findall(r"[hv](-?\d+)", outline(mask))) == edges


def test_pixels_that_touch_by_a_corner_have_loops_of_their_own() -> None:
    # By hand: two squares of one pixel each.
    assert outline(np.array([[True, False], [False, True]])) == "M0 0h1v1h-1v-1zM1 1h1v1h-1v-1z"
    assert sorted(outline(np.array([[False, True], [True, False]])).split("z")) == [
        "",
        "M0 1h1v1h-1v-1",
        "M1 0h1v1h-1v-1",
    ]


def test_a_hole_is_a_loop_inside_and_the_corner_shifts_all() -> None:
    ring = np.ones((3, 3), dtype=bool)
    ring[1, 1] = False
    path = outline(ring, (10, 20))
    assert path.count("M") == 2
    assert path.startswith("M10 20h3v3h-3v-3z")
    assert outline(np.zeros((2, 2), dtype=bool)) == ""
