"""Weights of directions: the length of a step in each norm, and how fast a weight falls with it."""

import math

import numpy as np
import pytest

from radpipe.features.inputs import TextureOptions
from radpipe.features.matrices.weights import direction_lengths_mm, direction_weights

STEPS = np.array([[1, 0, 0], [0, -1, 2], [1, 1, 1]])
SPACING_ZYX_MM = (3.0, 1.0, 0.5)
# Lengths in mm along z, y, x: (3, 0, 0), (0, 1, 1) and (3, 1, 0.5).
LENGTHS_MM = {
    "manhattan": [3, 2, 4.5],
    "euclidean": [3, math.sqrt(2), math.sqrt(10.25)],
    "infinity": [3, 1, 3],
}


@pytest.mark.parametrize("norm", list(LENGTHS_MM))
def test_lengths_and_weights_by_hand(norm: str) -> None:
    assert direction_lengths_mm(STEPS, SPACING_ZYX_MM, norm) == pytest.approx(LENGTHS_MM[norm])
    weights = direction_weights(STEPS, SPACING_ZYX_MM, TextureOptions(weighting_norm=norm))
    assert weights == pytest.approx([math.exp(-(length**2)) for length in LENGTHS_MM[norm]])


@pytest.mark.parametrize("norm", [None, "no_weighting"])
def test_without_a_norm_each_direction_counts_once(norm: str | None) -> None:
    assert direction_weights(STEPS, SPACING_ZYX_MM, TextureOptions(weighting_norm=norm)).tolist() == [1, 1, 1]
