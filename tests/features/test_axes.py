"""Axes of a block, by hand."""

import numpy as np
import pytest

from radpipe.features.classes.shape3d import measure_shape3d, shape_of
from radpipe.features.inputs import RoiImage


def test_axes_of_a_block_by_hand() -> None:
    # Variance of n points 1 apart: (n * n - 1) / 12; axes are 4 standard deviations, in mm.
    block = np.ones((3, 4, 5), dtype=bool)
    shape = shape_of(RoiImage(np.zeros(block.shape), block, (1.0, 1.0, 1.0)))
    found = measure_shape3d(shape, ("LeastAxisLength", "MajorAxisLength", "VoxelVolume"))
    assert found["LeastAxisLength"] == pytest.approx(4 * (8 / 12) ** 0.5)
    assert found["MajorAxisLength"] == pytest.approx(4 * (24 / 12) ** 0.5)
    assert found["VoxelVolume"] == 60
