"""Noise, volume and contour: counts and estimates with known answers; draws that follow from the content."""

from itertools import pairwise

import numpy as np
import pytest

from radpipe.errors import InputError
from radpipe.features.params import ImageType, Params
from radpipe.features.perturb import noise_sd, perturbed, with_noise, with_other_contour, with_other_volume
from radpipe.features.settings import Settings
from radpipe.features.variant import State, states
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

PARAMS = Params("plain", (ImageType("Original"),), {"firstorder": None}, Settings())


def ball(radius_mm: float = 12.0) -> Mask:
    grid = Geometry((21, 51, 51), (3.0, 1.0, 1.0))
    z, y, x = np.indices(grid.size_zyx)
    inside = (3.0 * (z - 10)) ** 2 + (y - 25.0) ** 2 + (x - 25.0) ** 2 <= radius_mm**2
    return Mask.of(inside, grid)


def flat_image(dtype: type = np.int16) -> tuple[Volume, Mask]:
    grid = Geometry((20, 64, 64), (3.0, 1.0, 1.0))
    box = (slice(5, 15), slice(20, 40), slice(20, 40))
    return Volume(np.zeros(grid.size_zyx, dtype=dtype), grid), Mask.within(box, np.ones((10, 20, 20), bool), grid)


@pytest.mark.parametrize(("share", "voxels"), [(-0.2, 1882), (-0.1, 2118), (0.0, 2353), (0.1, 2588), (0.2, 2824)])
def test_the_ball_has_the_wanted_number_of_voxels(share: float, voxels: int) -> None:
    # 2,353 voxels, times 1 + share, rounded: by hand.
    assert with_other_volume(ball(), share).voxel_count == voxels


def test_volumes_are_nested() -> None:
    parts = [with_other_volume(ball(), share).full_array() for share in (-0.2, -0.1, 0.0, 0.1, 0.2)]
    for smaller, larger in pairwise(parts):
        assert not (smaller & ~larger).any()


def test_shrinking_takes_the_surface_all_around_first() -> None:
    smaller = with_other_volume(ball(), -0.1).full_array()
    z, y, x = np.nonzero(smaller)
    # Ties broken by index would take one side: the middle would move by a tenth of a voxel and more.
    assert np.abs([z.mean() - 10, y.mean() - 25, x.mean() - 25]).max() < 0.05


def test_nothing_left_is_an_empty_roi() -> None:
    grid = Geometry((3, 3, 3), (1.0, 1.0, 1.0))
    mask = Mask.within((slice(1, 2),) * 3, np.ones((1, 1, 1), bool), grid)
    with pytest.raises(InputError, match="E_EMPTY_ROI"):
        with_other_volume(mask, -0.9)


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
    whole, part = with_noise(volume, 10.0, (0, 1, 1)), with_noise(volume, 10.0, (0, 1, 1), slice(4, 7))
    assert np.array_equal(whole.array[4:7], part.array[4:7])
    assert not part.array[:4].any()
    assert not np.array_equal(whole.array, with_noise(volume, 10.0, (0, 2, 1)).array)
    assert not np.array_equal(whole.array, with_noise(volume, 10.0, (0, 1, 2)).array)


def test_integers_are_kept_within_their_range() -> None:
    grid = Geometry((1, 20, 20), (1.0, 1.0, 1.0))
    noisy = with_noise(Volume(np.zeros((1, 20, 20), dtype=np.uint8), grid), 50.0, (0, 1, 1))
    assert 0.35 < float((noisy.array == 0).mean()) < 0.65


@pytest.mark.parametrize(("rms_mm", "dice"), [(1.0, 0.91), (2.0, 0.81)])
def test_a_moved_contour_overlaps_as_much_as_simulations_say(rms_mm: float, dice: float) -> None:
    # Simulated apart with another program: Dice 0.91 at 1 mm and 0.81 at 2 mm, on average.
    whole = ball()
    found = []
    for seed in range(20):
        other = with_other_contour(whole, rms_mm, np.random.default_rng(seed))
        found.append(2 * whole.common_voxels(other) / (whole.voxel_count + other.voxel_count))
    assert np.mean(found) == pytest.approx(dice, abs=0.04)


def test_without_letters_or_strength_nothing_is_changed() -> None:
    volume, mask = flat_image()
    nothing = perturbed(volume, mask, State(""), PARAMS)
    assert nothing.volume is volume
    assert nothing.mask is mask
    assert nothing.motion is None
    weak = State("NTRVC", 1, 10, noise_sd=0.0, angle_degrees=0.0, volume_share=0.0, contour_mm=0.0)
    found = perturbed(volume, mask, weak, PARAMS)
    assert np.array_equal(found.volume.array, volume.array)
    assert np.array_equal(found.mask.full_array(), mask.full_array())


def test_draws_of_the_states_are_a_latin_hypercube() -> None:
    volume, mask = flat_image()
    told = [perturbed(volume, mask, state, PARAMS).told for state in states("TRV", 8)]
    for name, low, high in (("angle_degrees", -10, 10), ("volume_change", -0.15, 0.15), ("shift_x", 0, 1)):
        values = np.array([float(one[name]) for one in told])
        assert sorted(np.floor((values - low) / (high - low) * 8).astype(int)) == list(range(8))


def test_letters_do_not_change_each_others_draws() -> None:
    volume, mask = flat_image()
    alone, together = (perturbed(volume, mask, State(letters, 3, 8), PARAMS).told for letters in ("R", "NTRVC"))
    assert alone["angle_degrees"] == together["angle_degrees"]


def test_position_is_drawn_for_the_image_and_volume_for_the_roi() -> None:
    volume, mask = flat_image()
    other = Mask.within((slice(2, 4), slice(3, 9), slice(3, 9)), np.ones((2, 6, 6), bool), mask.geometry)
    one, two = (perturbed(volume, roi, State("RV", 3, 8), PARAMS).told for roi in (mask, other))
    assert one["angle_degrees"] == two["angle_degrees"]
    assert one["volume_change"] != two["volume_change"]
