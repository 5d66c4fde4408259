"""Tiles: crops of a slice at native pixels as JPEG, one for each layer."""

import io

import numpy as np
import numpy.typing as npt

from radpipe.drawing.choice import Slice
from radpipe.drawing.layers import Checkerboard, Layer, Layers
from radpipe.drawing.picture_values import Box2D, Tile
from radpipe.drawing.planes import Plane

__all__ = ["overview_of", "tile_bytes", "tile_of"]


QUALITY = 80
"""Of JPEG: a third of lossless bytes; nobody who was asked could tell the edges of organs apart."""

OVERVIEW_PIXELS = 256
OVERVIEW_QUALITY = 60


def tile_bytes(tiles: list[Tile]) -> int:
    """Return the size of some tiles as JPEG.

    Parameters
    ----------
    tiles
        With all their layers.
    """
    return sum(len(jpeg) for tile in tiles for jpeg in tile.jpegs)


def tile_of(plane: Plane, place: Slice, box: Box2D, layers: Layers, reduced: int = 1) -> Tile:
    """Draw a part of a slice, once as each layer.

    Parameters
    ----------
    plane
        How the slice lies on the screen.
    place
        The slice, and why it is drawn.
    box
        What part of the plane.
    layers
        The first is the usual one.
    reduced
        Voxels along each side of a pixel; 1 where the box is too small for more.
    """
    x, y, width, height = box
    if reduced > 1 and min(width, height) >= 2 * reduced:
        width, height = width - width % reduced, height - height % reduced
    else:
        reduced = 1
    box = (x, y, width, height)
    jpegs = tuple(_jpeg(layer.gray(plane, place.index, box), QUALITY, reduced) for layer in layers)
    return Tile(plane.axis, place.index, place.reason, box, jpegs, reduced)


def overview_of(plane: Plane, index: int, layer: Layer | Checkerboard) -> Tile:
    """Draw a whole slice, no larger than ``OVERVIEW_PIXELS``.

    Parameters
    ----------
    plane
        How the slice lies on the screen.
    index
        Of the slice.
    layer
        The usual one.
    """
    width, height = plane.size_xy
    reduced = -(-max(width, height) // OVERVIEW_PIXELS)
    width, height = max(width - width % reduced, 1), max(height - height % reduced, 1)
    jpeg = _jpeg(layer.gray(plane, index, (0, 0, width, height)), OVERVIEW_QUALITY, reduced)
    return Tile(plane.axis, index, "whole slice", (0, 0, width, height), (jpeg,), reduced)


def _jpeg(gray: npt.NDArray[np.uint8], quality: int, reduced: int = 1) -> bytes:
    from PIL import Image

    image = Image.fromarray(np.ascontiguousarray(gray))
    if reduced > 1:
        image = image.reduce(reduced)
    content = io.BytesIO()
    image.save(content, "JPEG", quality=quality)
    return content.getvalue()
