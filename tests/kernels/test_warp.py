"""A mask between its voxels: SciPy's linear interpolation, compiled or not."""

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from radpipe.kernels import warp
from radpipe.kernels.warp import warped


def made(seed: int) -> tuple[np.ndarray, list[np.ndarray]]:
    rng = np.random.default_rng(seed)
    inside = rng.random((5, 7, 6)) < 0.5
    inside.setflags(write=False)
    return inside, [rng.normal(0, 1.5, inside.shape) for _ in range(3)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_values_are_scipys(seed):
    inside, shifts = made(seed)
    places = np.indices(inside.shape) + np.array(shifts)
    expected = map_coordinates(inside.astype(float), places, order=1, mode="constant")
    np.testing.assert_allclose(warped(inside, *shifts), expected, rtol=0, atol=1e-14)


def test_without_a_shift_it_is_the_mask():
    inside, shifts = made(4)
    assert np.array_equal(warped(inside, *(0.0 * shift for shift in shifts)), inside.astype(float))


def test_kernels_uncompiled_give_the_same(monkeypatch):
    inside, shifts = made(5)
    compiled = warped(inside, *shifts)
    for name in ("_row", "warped"):
        monkeypatch.setattr(warp, name, getattr(warp, name).py_func)
    assert np.array_equal(warp.warped(inside, *shifts), compiled)
