"""Twins and ROIs inside others."""

import numpy as np

from radpipe.imaging.mask_metrics import mask_metrics
from radpipe.volume import Mask, Volume

from .blocks import BLOCK, GRID, block


def overlaps(**arrays: np.ndarray) -> dict[str, list[tuple[str, float, float]]]:
    volume = Volume(np.zeros(GRID.size_zyx, dtype=np.int16), GRID, "HU")
    metrics = mask_metrics(volume, {name: Mask.of(array, GRID) for name, array in arrays.items()})
    return {
        name: [(one.roi, round(one.dice, 4), round(one.inside, 4)) for one in own.overlaps]
        for name, own in metrics.items()
    }


def test_twins_name_each_other_and_the_inner_roi_names_the_outer():
    inner = block((3, 5), (6, 9), (11, 15))
    assert overlaps(a=BLOCK, b=BLOCK) == {"a": [("b", 1.0, 1.0)], "b": [("a", 1.0, 1.0)]}
    # Dice 2 x 24 / (24 + 192).
    assert overlaps(inner=inner, outer=BLOCK) == {"inner": [("outer", 0.2222, 1.0)], "outer": []}


def test_neighbours_with_little_in_common_are_not_named():
    half = block((2, 6), (5, 11), (14, 22))
    apart = block((2, 6), (15, 19), (14, 22))
    assert overlaps(a=BLOCK, half=half, apart=apart) == {"a": [], "half": [], "apart": []}


def test_a_union_is_not_compared_with_its_parts():
    volume = Volume(np.zeros(GRID.size_zyx, dtype=np.int16), GRID, "HU")
    masks = {"GTV": Mask.of(BLOCK, GRID), "GTV-1": Mask.of(BLOCK, GRID)}
    metrics = mask_metrics(volume, masks, {"GTV": frozenset({"1", "2"}), "GTV-1": frozenset({"1"})})
    assert metrics["GTV"].overlaps == metrics["GTV-1"].overlaps == ()
