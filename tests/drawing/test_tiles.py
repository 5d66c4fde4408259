"""Tiles: parts of slices at native pixels, or several voxels a pixel."""

import io

import numpy as np
import pytest
from PIL import Image

from radpipe.drawing.choice import Slice
from radpipe.drawing.layers import Layers, layers_of
from radpipe.drawing.planes import planes_of
from radpipe.drawing.tiles import overview_of, tile_bytes, tile_of
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

GRID = Geometry((3, 40, 600), (3.0, 1.0, 1.0))
STEPS = Volume(np.broadcast_to(np.arange(600) // 100 * 50, GRID.size_zyx).astype(np.int16), GRID, "HU")


def layers() -> Layers:
    inside = np.ones(GRID.size_zyx, dtype=bool)
    return layers_of(STEPS, "CT", "GTV", Mask.of(inside, GRID))


def pixels(jpeg: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(jpeg)))


@pytest.mark.parametrize(("asked", "reduced", "shape"), [(1, 1, (30, 51)), (2, 2, (15, 25)), (40, 1, (30, 51))])
def test_a_pixel_is_a_voxel_or_several_where_the_box_is_large_enough(
    asked: int, reduced: int, shape: tuple[int, int]
) -> None:
    tile = tile_of(planes_of(GRID)[0], Slice(1, "why"), (10, 5, 51, 30), layers(), asked)
    assert (tile.reduced, tile.reason, tile.index) == (reduced, "why", 1)
    assert pixels(tile.jpegs[0]).shape == shape
    assert tile.box[:2] == (10, 5)


def test_an_overview_is_small_and_shows_the_whole_slice() -> None:
    tile = overview_of(planes_of(GRID)[0], 2, layers()[0])
    assert tile.reduced == 3  # 600 columns on at most 256 pixels
    assert pixels(tile.jpegs[0]).shape == (13, 200)
    assert tile_bytes([tile, tile]) == 2 * len(tile.jpegs[0])
