"""Means over a ball against sums written out, compiled and not, on read-only arrays."""

from itertools import product

import numpy as np
import pytest

from radpipe.kernels.ball import ball_means

# A ball of radius 1: the centre's line reaches 1 in x, its four neighbours 0.
LINES = np.array([[0, 0, 1], [0, 1, 0], [0, -1, 0], [1, 0, 0], [-1, 0, 0]], dtype=np.int64)


@pytest.mark.parametrize("kernel", [ball_means, ball_means.py_func], ids=["compiled", "plain"])  # type: ignore[attr-defined]
def test_what_lies_outside_the_image_does_not_count(kernel) -> None:
    image = np.random.default_rng(0).normal(size=(3, 4, 5))
    image.setflags(write=False)
    voxels = np.argwhere(np.ones(image.shape)).astype(np.int64)
    ball = [(z, y, x) for z, y, n in LINES.tolist() for x in range(-n, n + 1)]
    for voxel, mean in zip(voxels, kernel(image, voxels, LINES), strict=True):
        places = [tuple(voxel + step) for step in ball]
        inside = [image[p] for p in places if all(0 <= k < n for k, n in zip(p, image.shape, strict=True))]
        assert mean == pytest.approx(np.mean(inside), rel=1e-12)


def test_a_ball_of_one_voxel_is_the_voxel() -> None:
    image = np.arange(8.0).reshape(2, 2, 2)
    voxels = np.array(list(product((0, 1), repeat=3)), dtype=np.int64)
    assert np.allclose(ball_means(image, voxels, np.zeros((1, 3), dtype=np.int64)), image.ravel())
