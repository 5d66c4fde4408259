"""The form of bodies whose sizes are known."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from radpipe.features.ibsi.form import morphology_of

from .solids import solid


def test_a_box_fills_its_bounding_box_but_for_the_corners_of_the_mesh() -> None:
    mask = np.zeros((12, 14, 16), dtype=bool)
    mask[1:-1, 1:-1, 1:-1] = True
    shape = morphology_of(solid(mask, spacing=(2.0, 1.0, 0.5)))
    assert shape.box_mm == (20.0, 12.0, 7.0)
    # The covariance of n equally spaced points has (n^2 - 1) / 12; with N - 1 below it is N / (N - 1) times as much.
    count = mask.sum()
    lengths = sorted(4 * s * math.sqrt((n**2 - 1) / 12 * count / (count - 1)) for n, s in ((10, 2), (12, 1), (14, 0.5)))
    assert_allclose(shape.axes_mm, lengths, rtol=1e-12)
    assert shape.shape.volume_mm3 / shape.hull_mm3 == pytest.approx(1.0)
    assert shape.shift_mm == pytest.approx(0.0, abs=1e-12)


def test_the_centre_of_mass_moves_towards_bright_voxels() -> None:
    mask = np.ones((1, 1, 4), dtype=bool)
    wide = np.pad(mask, 1)
    image = np.pad(np.array([[[1.0, 1.0, 1.0, 5.0]]]), 1)
    # Weighted centre (0 + 1 + 2 + 15) / 8 = 2.25 against 1.5, voxels of 2 mm.
    assert morphology_of(solid(wide, image, (1.0, 1.0, 2.0))).shift_mm == pytest.approx(1.5)
