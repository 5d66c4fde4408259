"""Noise: estimates with known answers, draws slice by slice."""

import numpy as np
import pytest

from radpipe.features.noise import noise_sd, with_noise
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume


def flat_image(dtype: type = np.int16) -> tuple[Volume, Mask]:
    grid = Geometry((20, 64, 64), (3.0, 1.0, 1.0))
    box = (slice(5, 15), slice(20, 40), slice(20, 40))
    return Volume(np.zeros(grid.size_zyx, dtype=dtype), grid), Mask.within(box, np.ones((10, 20, 20), bool), grid)


def test_noise_of_a_constant_image_is_found_again() -> None:
    volume, mask = flat_image()
    noisy = with_noise(volume, 10.0, (0, 1, 1))
    assert noisy.array.dtype == np.int16
    assert noise_sd(volume, mask) == 0.0
    assert noise_sd(noisy, mask) == pytest.approx(10.0, rel=0.05)
    assert abs(float(noisy.array.mean())) < 5 * 10 / np.sqrt(noisy.array.size)
    assert float(noisy.array.std()) == pytest.approx(np.sqrt(100 + 1 / 12), rel=0.02)  # and rounding


def test_a_slice_has_the_same_noise_whichever_others_are_wanted() -> None:
    volume, _ = flat_image()
    whole, part = (
        with_noise(volume, 10.0, (0, 1, 1)),
        with_noise(volume, 10.0, (0, 1, 1), (slice(4, 7), slice(9, 30), slice(0, 64))),
    )
    assert np.array_equal(whole.array[4:7, 9:30], part.array[4:7, 9:30])
    assert not part.array[:4].any()
    assert not part.array[:, :9].any()
    assert not np.array_equal(whole.array, with_noise(volume, 10.0, (0, 2, 1)).array)
    assert not np.array_equal(whole.array, with_noise(volume, 10.0, (0, 1, 2)).array)


def test_integers_are_kept_within_their_range() -> None:
    grid = Geometry((1, 20, 20), (1.0, 1.0, 1.0))
    noisy = with_noise(Volume(np.zeros((1, 20, 20), dtype=np.uint8), grid), 50.0, (0, 1, 1))
    assert 0.35 < float((noisy.array == 0).mean()) < 0.65
