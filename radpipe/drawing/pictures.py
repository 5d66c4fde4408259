"""Pictures of the ROIs of an image: crops at native pixels as JPEG, and outlines as vectors over them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from radpipe.drawing.choice import Slice, centre_of, crop_of, slices_of
from radpipe.drawing.layers import Beside, Layers, layers_of
from radpipe.drawing.outline import outline
from radpipe.drawing.picture_values import ImagePictures, RoiPictures
from radpipe.drawing.planes import Plane, planes_of
from radpipe.drawing.tiles import overview_of, tile_bytes, tile_of
from radpipe.targets import is_target
from radpipe.volume import Mask, Volume

__all__ = ["DRAWING", "draw"]


DRAWING = "3"
"""Version of what is drawn: pictures of another version are drawn again."""

ROOM_BYTES = 40_000
"""JPEG of a ROI: as text of base64 a third more. Slices that only fill the way are drawn as long as there is room."""

AIR_HU, BONE_HU = -300, 700
CONTENT_SHARES = (0.02, 0.5)


def draw(volume: Volume, masks: Mapping[str, Mask], modality: str = "", beside: Beside | None = None) -> ImagePictures:
    """Draw the ROIs of an image.

    Parameters
    ----------
    volume
        The image.
    masks
        ROI -> its voxels on the image's grid, the very ones that are measured.
    modality
        DICOM's; chooses the windows with the unit and the ROI's name.
    beside
        The image that the ROIs were drawn on, where this one was registered to it: shown too, and in squares with it.

    Raises
    ------
    ValueError
        A mask, or the other image, lies on another grid.
    """
    if beside is not None and not beside.volume.geometry.same_grid(volume.geometry):
        message = f"{beside.name!r} lies on another grid: {volume.geometry.difference(beside.volume.geometry)}"
        raise ValueError(message)
    for roi, mask in masks.items():
        if not mask.geometry.same_grid(volume.geometry):
            message = f"{roi!r} lies on another grid than the image: {volume.geometry.difference(mask.geometry)}"
            raise ValueError(message)
    planes = planes_of(volume.geometry)
    rois = tuple(
        _roi(volume, planes, roi, mask, layers_of(volume, modality, roi, mask, beside)) for roi, mask in masks.items()
    )
    shown: list[set[int]] = [set(), set(), set()]
    for pictures in rois:
        for tile in (*pictures.tiles, pictures.overview):
            shown[tile.axis].add(tile.index)
    outlines = {axis: _outlines(planes[axis], sorted(shown[axis]), masks) for axis in range(3)}
    return ImagePictures(planes, _places(volume, planes), rois, outlines)


def _places(volume: Volume, planes: tuple[Plane, ...]) -> tuple[tuple[float, float], ...]:
    places = []
    for plane in planes:
        middle = [(size - 1) / 2 for size in volume.geometry.size_zyx]
        first, second = ([*middle[: plane.axis], index, *middle[plane.axis + 1 :]] for index in (0, 1))
        coordinate = "xyz".index(plane.letter_of_axis)
        begin, step = (float(volume.geometry.index_to_mm(place)[coordinate]) for place in (first, second))
        places.append((begin, step - begin))
    return tuple(places)


def _outlines(plane: Plane, indices: list[int], masks: Mapping[str, Mask]) -> dict[int, dict[str, str]]:
    """Return the outline of every mask on each of some slices; a slice or a mask without one is left out."""
    paths: dict[int, dict[str, str]] = {}
    for index in indices:
        for roi, mask in masks.items():
            region = plane.region(mask, index)
            if region is not None:
                paths.setdefault(index, {})[roi] = outline(*region)
    return paths


def _roi(volume: Volume, planes: tuple[Plane, Plane, Plane], roi: str, mask: Mask, layers: Layers) -> RoiPictures:
    needed, wanted = slices_of(mask, target=is_target(roi), oddities=_content(volume, mask))
    main = next(picked.index for picked in needed if "largest area" in picked.reason)
    box = crop_of(planes[0], mask)
    tiles = [tile_of(planes[0], Slice(main, "largest area"), box, layers)]
    room = ROOM_BYTES - tile_bytes(tiles)
    others = [picked for picked in needed if picked.index != main]
    ways = [(planes[axis], Slice(centre_of(mask)[axis], "through the centre of the largest part")) for axis in (1, 2)]
    reduced = 1 if tile_bytes(tiles) * len(others) <= room else 2
    tiles += [tile_of(planes[0], picked, box, layers, reduced) for picked in others]
    if volume.geometry.size_zyx[0] > 1:
        tiles += [tile_of(plane, picked, crop_of(plane, mask), layers) for plane, picked in ways]
    overview = overview_of(planes[0], main, layers[0])
    room = ROOM_BYTES - tile_bytes([*tiles, overview])
    for picked in wanted:
        tile = tile_of(planes[0], picked, box, layers, reduced)
        room -= tile_bytes([tile])
        if room < 0:
            break
        tiles.append(tile)
    reasons = {picked.index: picked.reason for picked in needed}
    tiles[0] = replace(tiles[0], reason=reasons[main])
    tiles.sort(key=lambda tile: (tile.axis, tile.index))
    texts = tuple(layer.told for layer in layers)
    span = mask.box[0]
    return RoiPictures(roi, texts, tuple(tiles), overview, main, span.stop - span.start)


def _content(volume: Volume, mask: Mask) -> Iterator[Slice]:
    """Find where most air, and most bone or metal, is inside; little of it, or what the ROI is made of, is left out."""
    if volume.unit != "HU":
        return
    values = volume.array[mask.box]
    for words, where in (("most air inside", values < AIR_HU), ("most bone or metal inside", values > BONE_HU)):
        counts = np.count_nonzero(where & mask.crop, axis=(1, 2))
        if CONTENT_SHARES[0] <= counts.sum() / mask.voxel_count <= CONTENT_SHARES[1]:
            yield Slice(mask.box[0].start + int(np.argmax(counts)), words)
