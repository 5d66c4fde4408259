"""Layers: an image by its windows, another image that was registered to it, and both in squares."""

import numpy as np
import pytest

from radpipe.drawing.layers import Beside, layers_of
from radpipe.drawing.pictures import draw
from radpipe.drawing.planes import planes_of
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

GRID = Geometry((12, 80, 60), (3.0, 2.0, 1.0), (-30.0, -80.0, -18.0))


def mask() -> Mask:
    array = np.zeros(GRID.size_zyx, dtype=bool)
    array[4:8, 30:50, 20:40] = True
    return Mask.of(array, GRID)


def mr() -> Volume:
    """0 to 100 along x."""
    return Volume(np.broadcast_to(np.linspace(0, 100, 60, dtype=np.float32), GRID.size_zyx).copy(), GRID)


CT = Beside(Volume(np.full(GRID.size_zyx, 240, dtype=np.int16), GRID, "HU"), "CT", "CT")
"""White in the window of head and neck, up to 225 HU."""


def test_without_another_image_there_are_its_own_windows_only() -> None:
    assert [layer.told for layer in layers_of(CT.volume, "CT", "Bone_Mandible", mask())] == [
        "bone, -450 to 1050 HU", "soft tissue, -160 to 240 HU",
    ]  # fmt: skip


def test_the_other_image_and_squares_of_both_come_last() -> None:
    own, other, squares = layers_of(mr(), "MR", "Parotid_L", mask(), CT)
    assert other.told == "CT, brought here by the registration: head and neck, -125 to 225 HU"
    assert squares.told == "checkerboard of this image and CT, squares of 20 mm"
    axial, box = planes_of(GRID)[0], (0, 0, 60, 80)
    assert (other.gray(axial, 5, box) == 255).all()
    shown, plain = squares.gray(axial, 5, box), own.gray(axial, 5, box)
    # A pixel is 1 mm wide and 2 mm high: squares of 20 x 10 pixels, the first one of the image itself.
    np.testing.assert_array_equal(shown[:10, :20], plain[:10, :20])
    assert (shown[:10, 20:40] == 255).all()
    assert (shown[10:20, :20] == 255).all()
    np.testing.assert_array_equal(shown[10:20, 20:40], plain[10:20, 20:40])


def test_squares_lie_alike_in_each_part_of_a_slice() -> None:
    squares = layers_of(mr(), "MR", "Parotid_L", mask(), CT)[-1]
    axial = planes_of(GRID)[0]
    whole, part = squares.gray(axial, 5, (0, 0, 60, 80)), squares.gray(axial, 5, (13, 7, 30, 40))
    np.testing.assert_array_equal(part, whole[7:47, 13:43])


def test_each_picture_of_a_roi_has_every_layer() -> None:
    (roi,) = draw(mr(), {"Parotid_L": mask()}, "MR", CT).rois
    assert len(roi.windows) == 3
    assert {len(tile.jpegs) for tile in roi.tiles} == {3}


def test_another_image_on_another_grid_is_refused() -> None:
    shifted = Volume(CT.volume.array, Geometry(GRID.size_zyx, GRID.spacing_zyx_mm), "HU")
    with pytest.raises(ValueError, match="'CT' lies on another grid: origins"):
        draw(mr(), {"Parotid_L": mask()}, "MR", Beside(shifted, "CT", "CT"))
