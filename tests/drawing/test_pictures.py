"""Pictures: what lies below an outline is what was measured."""

import io
import json

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from radpipe.drawing.picture_values import Tile
from radpipe.drawing.pictures import ROOM_BYTES, draw
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

GRID = Geometry((30, 90, 80), (3.0, 1.0, 1.0), (-40.0, -50.0, -100.0))


def block(grid: Geometry = GRID) -> Mask:
    array = np.zeros(grid.size_zyx, dtype=bool)
    array[8:20, 30:50, 20:44] = True
    return Mask.of(array, grid)


def bright_inside(mask: Mask) -> Volume:
    values = np.where(mask.full_array(), 200, -200).astype(np.int16)
    return Volume(values, mask.geometry, "HU")


def pixels(tile: Tile) -> npt.NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(tile.jpegs[0])))


def test_each_picture_shows_the_voxels_of_its_slice_and_box() -> None:
    mask = block()
    pictures = draw(bright_inside(mask), {"Parotid_L": mask}, "CT")
    (roi,) = pictures.rois
    assert {tile.axis for tile in roi.tiles} == {0, 1, 2}
    for tile in roi.tiles:
        plane = pictures.planes[tile.axis]
        x, y, width, height = tile.box
        inside = plane.shown(mask.full_array(), tile.index)[y : y + height, x : x + width]
        assert pixels(tile).shape == inside.shape, "native pixels, not enlarged"
        np.testing.assert_array_equal(pixels(tile) > 128, inside)


def test_each_slice_that_is_drawn_has_the_outline_of_the_roi_and_of_its_neighbours() -> None:
    mask = block()
    array = np.zeros(GRID.size_zyx, dtype=bool)
    array[10:15, 40:60, 40:60] = True
    pictures = draw(bright_inside(mask), {"Parotid_L": mask, "SpinalCord": Mask.of(array, GRID)}, "CT")
    assert pictures.outlines[0][8] == {"Parotid_L": "M20 30h24v20h-24v-20z"}
    assert set(pictures.outlines[0][pictures.rois[1].main]) == {"Parotid_L", "SpinalCord"}
    main = pictures.to_json()["outlines"][0][str(pictures.rois[1].main)]
    assert set(main) == {"0", "1"}


def test_places_are_told_in_patient_coordinates() -> None:
    pictures = draw(bright_inside(block()), {"a": block()}, "CT").to_json()
    axial = pictures["planes"][0]
    assert (axial["name"], axial["coordinate"], axial["first"], axial["step"], axial["count"]) == (
        "axial", "z", -100.0, 3.0, 30,
    )  # fmt: skip
    assert json.loads(json.dumps(pictures)) == pictures


def test_a_target_has_as_many_slices_as_there_is_room_for() -> None:
    noise = np.random.default_rng(1).integers(-200, 240, (60, 300, 300)).astype(np.int16)
    grid = Geometry((60, 300, 300), (3.0, 1.0, 1.0))
    array = np.zeros(grid.size_zyx, dtype=bool)
    array[5:55, 60:240, 60:240] = True
    (roi,) = draw(Volume(noise, grid, "HU"), {"GTV-1": Mask.of(array, grid)}, "CT").rois
    main = next(tile for tile in roi.tiles if tile.axis == 0 and tile.index == roi.main)
    assert main.reduced == 1
    assert {tile.reduced for tile in roi.tiles if tile.axis == 0 and tile.index != roi.main} == {2}
    assert {5, 54} <= {tile.index for tile in roi.tiles if tile.axis == 0}
    (small,) = draw(bright_inside(block()), {"GTV-1": block()}, "CT").rois
    assert [tile.index for tile in small.tiles if tile.axis == 0] == list(range(6, 22))
    assert sum(len(tile.jpegs[0]) for tile in small.tiles) < ROOM_BYTES


def test_the_slice_with_most_air_is_drawn_where_air_is_neither_little_nor_all() -> None:
    mask = block()
    values = np.where(mask.full_array(), 40, -1000).astype(np.int16)
    values[16, 30:50, 20:40] = -900
    (roi,) = draw(Volume(values, GRID, "HU"), {"Parotid_L": mask}, "CT").rois
    assert {tile.index: tile.reason for tile in roi.tiles if tile.axis == 0}[16] == "most air inside"


def test_bone_has_a_second_window_and_a_radiograph_one_plane() -> None:
    mask = block()
    (roi,) = draw(bright_inside(mask), {"Bone_Mandible": mask}, "CT").rois
    assert roi.windows == ("bone, -450 to 1050 HU", "soft tissue, -160 to 240 HU")
    assert {len(tile.jpegs) for tile in roi.tiles} == {2}
    flat = Geometry((1, 400, 600), (1.0, 1.0, 1.0))
    array = np.zeros(flat.size_zyx, dtype=bool)
    array[0, 100:200, 100:300] = True
    (heart,) = draw(bright_inside(Mask.of(array, flat)), {"Heart": Mask.of(array, flat)}, "CR").rois
    assert [tile.axis for tile in heart.tiles] == [0]
    assert max(pixels(heart.overview).shape) <= 256


def test_a_mask_of_another_grid_is_refused() -> None:
    other = Geometry((30, 90, 80), (3.0, 1.0, 1.0), (0.0, 0.0, 0.0))
    with pytest.raises(ValueError, match=r"'GTV' lies on another grid.*origins"):
        draw(bright_inside(block()), {"GTV": block(other)}, "CT")
