"""Blocks inside the body: which place they choose themselves, and by which of two transforms they lie better."""

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk  # noqa: N813
from scipy.ndimage import gaussian_filter

from radpipe.imaging.inner_blocks import gain_of, support_of
from radpipe.imaging.transforms import Backwards, RigidTransform

IN_PLACE = RigidTransform()

BLOCKS = 54
"""Along each axis four blocks of nine voxels; air is 0 to 3, so voxels 7 to 36 lie deeper than 12 mm: 2, 9, 9 and 9
in the blocks. A block with one 2 has 2 x 9 x 9 = 162 voxels inside, with two 36, fewer than the 100 that are wanted:
27 + 3 x 9 blocks can tell."""


def level(array: npt.NDArray[np.float64]) -> sitk.Image:
    image = sitk.GetImageFromArray(array.astype(np.float32))
    image.SetSpacing((4.0, 4.0, 4.0))
    return image


def body(seed: int) -> npt.NDArray[np.float64]:
    """A block of tissue with structures of chance everywhere, air around it; the border is that of every body."""
    texture = gaussian_filter(np.random.default_rng(seed).normal(0.0, 1.0, (44, 44, 44)), 1.5)
    array = np.zeros((44, 44, 44))
    array[4:-4, 4:-4, 4:-4] = 500.0 + 80.0 * (texture / texture.std())[4:-4, 4:-4, 4:-4]
    return array


def other_contrast(array: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Bright becomes dark, as between CT and MR."""
    return np.where(array > 0, 1000.0 - array, 0.0)


def shifted(x_mm: float) -> RigidTransform:
    return RigidTransform(offset_xyz_mm=(x_mm, 0.0, 0.0))


def test_every_block_of_one_body_supports_its_place_in_another_contrast() -> None:
    first, second = level(body(1)), level(other_contrast(body(1)))
    blocks, support = support_of(first, second, IN_PLACE)
    assert blocks == BLOCKS
    assert support == 1.0


def test_blocks_one_step_aside_still_support_it_and_two_steps_aside_do_not() -> None:
    first, second = level(body(1)), level(other_contrast(body(1)))
    assert support_of(first, second, shifted(4.0))[1] == 1.0
    assert support_of(first, second, shifted(8.0))[1] == 0.0


def test_another_body_of_the_same_outline_is_supported_by_chance_only() -> None:
    # By chance 19 of 343 places are near enough: 6 % of 27 blocks are 2.
    support = support_of(level(body(1)), level(other_contrast(body(2))), IN_PLACE)[1]
    assert support < 0.25


def test_the_true_place_gains_beyond_noise_over_one_a_quarter_voxel_aside_and_the_other_way_round() -> None:
    first, second = level(body(1)), level(other_contrast(body(1)))
    blocks, gain = gain_of(first, second, IN_PLACE, shifted(1.0))
    assert blocks == BLOCKS
    assert gain > 3.0
    assert gain_of(first, second, shifted(1.0), IN_PLACE) == (blocks, -gain)


def test_a_place_gains_nothing_over_itself_or_where_no_block_lies_inside() -> None:
    first, second = level(body(1)), level(other_contrast(body(1)))
    assert gain_of(first, second, IN_PLACE, IN_PLACE)[1] == 0.0
    assert gain_of(first, second, IN_PLACE, shifted(500.0)) == (0, 0.0)
    assert support_of(first, second, shifted(500.0)) == (0, 0.0)


def test_a_way_that_may_bend_gains_what_the_same_rigid_one_gains_wherever_the_image_lies() -> None:
    turned = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0, 1.0, 0.0)  # slices run along the patient's y
    first, second = level(body(1)), level(other_contrast(body(1)))
    for image in (first, second):
        image.SetOrigin((-80.0, 130.0, 12.0))
        image.SetDirection(turned)
    rigid = gain_of(first, second, IN_PLACE, shifted(1.0))
    bending = gain_of(first, second, IN_PLACE, Backwards(shifted(-1.0)))
    assert rigid[0] == BLOCKS
    assert bending == (BLOCKS, pytest.approx(rigid[1], rel=0.05))  # the border alone is another
    assert gain_of(first, second, Backwards(shifted(-1.0)), IN_PLACE) == (BLOCKS, -bending[1])
