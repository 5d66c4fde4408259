"""Borders that a mask reaches, and the middle of the body."""

import numpy as np
import pytest

from radpipe.geometry import Geometry
from radpipe.imaging.mask_metrics import mask_metrics
from radpipe.volume import Mask, Volume

from .blocks import BLOCK, GRID, block, of


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        (((0, 3), (5, 9), (5, 9)), "first slice"),
        (((7, 10), (5, 9), (5, 9)), "last slice"),
        (((3, 5), (5, 9), (28, 30)), "edge"),
        (((0, 10), (0, 4), (5, 9)), "first slice; last slice; edge"),
        (((3, 5), (5, 9), (5, 9)), ""),
    ],
)
def test_a_mask_at_the_border_says_which(spans, words):
    assert of(block(*spans)).touches == words


def test_a_single_slice_touches_no_first_slice():
    grid = Geometry((1, 20, 30), (1.0, 1.0, 1.0))
    array = np.zeros(grid.size_zyx, dtype=bool)
    array[0, 5:9, 5:9] = True
    volume = Volume(np.zeros(grid.size_zyx, dtype=np.int16), grid, "HU")
    assert mask_metrics(volume, {"a": Mask.of(array, grid)})["a"].touches == ""


def test_the_middle_of_the_body_is_that_of_what_is_no_air():
    image = np.full(GRID.size_zyx, -1000, dtype=np.int16)
    image[:, 4:16, 6:20] = 40
    assert of(BLOCK, image).body_x_mm == pytest.approx(12.5 - 15)
