"""Boxes and windows around them, by hand."""

import pytest

from radpipe.features.crop import box_around, box_in, window_around
from radpipe.volume import Box

BOX: Box = (slice(2, 4), slice(5, 9), slice(0, 3))
SHAPE = (10, 11, 12)


def test_a_window_ends_at_the_border() -> None:
    window = window_around(BOX, SHAPE, 3)
    assert window.outer == (slice(0, 7), slice(2, 11), slice(0, 6))
    assert window.inner == (slice(2, 4), slice(3, 7), slice(0, 3))


def test_a_window_that_just_fits_is_not_cut_nor_taken_whole() -> None:
    window = window_around(BOX, SHAPE, 2, whole_at_border=True)
    assert window.outer == (slice(0, 6), slice(3, 11), slice(0, 12))  # x would leave the image
    assert window.inner == (slice(2, 4), slice(2, 6), slice(0, 3))


def test_an_even_window_grows_upwards() -> None:
    window = window_around((slice(3, 6), slice(4, 8), slice(5, 6)), SHAPE, 1, even=True)
    assert window.outer == (slice(2, 8), slice(3, 9), slice(4, 8))
    assert window.inner == (slice(1, 4), slice(1, 5), slice(1, 2))


@pytest.mark.parametrize("margin", [0, 1, 5, 40])
def test_the_inner_box_is_the_box(margin: int) -> None:
    window = window_around(BOX, SHAPE, margin)
    back = tuple(slice(a.start + b.start, a.start + b.stop) for a, b in zip(window.outer, window.inner, strict=True))
    assert back == BOX
    assert box_in(BOX, window.outer) == window.inner


def test_the_box_around_boxes() -> None:
    other: Box = (slice(3, 9), slice(0, 6), slice(2, 3))
    assert box_around([BOX, other]) == (slice(2, 9), slice(0, 9), slice(0, 3))
    assert box_around([BOX]) == BOX
