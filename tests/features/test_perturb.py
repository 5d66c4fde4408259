"""Perturbed states: what is drawn, and from what it follows."""

import numpy as np

from radpipe.features.params import ImageType, Params
from radpipe.features.perturb import perturbed
from radpipe.features.settings import Settings
from radpipe.features.shared_image import SharedImage
from radpipe.features.variant import State, states
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

PARAMS = Params("plain", (ImageType("Original"),), {"firstorder": None}, Settings())


def flat_image(dtype: type = np.int16) -> tuple[Volume, Mask]:
    grid = Geometry((20, 64, 64), (3.0, 1.0, 1.0))
    box = (slice(5, 15), slice(20, 40), slice(20, 40))
    return Volume(np.zeros(grid.size_zyx, dtype=dtype), grid), Mask.within(box, np.ones((10, 20, 20), bool), grid)


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


def test_what_is_shared_changes_no_draw() -> None:
    volume, mask = flat_image()
    shared = SharedImage(volume)
    for state in states("NTRVC", 3):
        alone, among = perturbed(volume, mask, state, PARAMS), perturbed(volume, mask, state, PARAMS, shared)
        assert alone.told == among.told
        assert np.array_equal(alone.volume.array, among.volume.array)
        assert np.array_equal(alone.mask.full_array(), among.mask.full_array())
