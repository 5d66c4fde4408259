"""Pictures of the ROIs of an image: crops at native pixels as JPEG, and outlines as vectors over them."""

import base64
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.drawing.choice import Slice, centre_of, crop_of, is_target, slices_of
from radpipe.drawing.outline import outline
from radpipe.drawing.planes import Plane, planes_of
from radpipe.drawing.windows import Window, windows_for
from radpipe.volume import Mask, Volume

__all__ = ["DRAWING", "ImagePictures", "RoiPictures", "Tile", "draw"]

DRAWING = "2"
"""Version of what is drawn: pictures of another version are drawn again."""

QUALITY = 80
"""Of JPEG: a third of lossless bytes; nobody who was asked could tell the edges of organs apart."""

OVERVIEW_PIXELS = 256
OVERVIEW_QUALITY = 60

ROOM_BYTES = 40_000
"""JPEG of a ROI: as text of base64 a third more. Slices that only fill the way are drawn as long as there is room."""

AIR_HU, BONE_HU = -300, 700
CONTENT_SHARES = (0.02, 0.5)

Box2D = tuple[int, int, int, int]
"""First column and row, width and height, in pixels of a plane as the screen shows it."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture of a ROI.

    Parameters
    ----------
    axis, index
        The slice: array axis (0: z, 1: y, 2: x) and place along it.
    reason
        Why it is drawn, in words.
    box
        What part of the plane.
    jpegs
        Gray JPEG by window, in the order of the ROI's windows; a pixel is a voxel, or several where ``reduced`` is
        more than 1.
    reduced
        Voxels along each side of a pixel.
    """

    axis: int
    index: int
    reason: str
    box: Box2D
    jpegs: tuple[bytes, ...]
    reduced: int = 1

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, pictures as base64."""
        return {
            "axis": self.axis,
            "index": self.index,
            "reason": self.reason,
            "box": list(self.box),
            "jpegs": [base64.b64encode(jpeg).decode("ascii") for jpeg in self.jpegs],
            "reduced": self.reduced,
        }


@dataclass(frozen=True, slots=True)
class RoiPictures:
    """All pictures of a ROI.

    Parameters
    ----------
    roi
        Its name.
    windows
        In words with their limits; the first is the usual one.
    tiles
        By axis, then by index.
    overview
        The whole slice with the largest area, small.
    main
        Index of that slice.
    slices
        How many slices the ROI has along the first axis.
    """

    roi: str
    windows: tuple[str, ...]
    tiles: tuple[Tile, ...]
    overview: Tile
    main: int
    slices: int

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "roi": self.roi,
            "windows": list(self.windows),
            "tiles": [tile.to_json() for tile in self.tiles],
            "overview": self.overview.to_json(),
            "main": self.main,
            "slices": self.slices,
        }


@dataclass(frozen=True, slots=True)
class ImagePictures:
    """Pictures of the ROIs of an image, and the outlines of all of them on every slice that is drawn.

    Parameters
    ----------
    planes
        How the slices along the array axes z, y and x lie on the screen.
    places_mm
        For each axis the patient coordinate of its first slice, and the step to the next, along the axis that the
        slices are counted by.
    rois
        Each with its pictures.
    outlines
        Array axis -> slice -> ROI -> path in pixels of the plane, see :func:`radpipe.drawing.outline.outline`.
    """

    planes: tuple[Plane, Plane, Plane]
    places_mm: tuple[tuple[float, float], ...]
    rois: tuple[RoiPictures, ...]
    outlines: Mapping[int, Mapping[int, Mapping[str, str]]]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; ROIs of outlines by their place in ``rois``."""
        number = {pictures.roi: i for i, pictures in enumerate(self.rois)}
        return {
            "planes": [
                {
                    "name": plane.name,
                    "size": list(plane.size_xy),
                    "pixel": [round(mm, 6) for mm in plane.pixel_xy_mm],
                    "letters": list(plane.letters),
                    "coordinate": plane.letter_of_axis,
                    "first": round(first, 3),
                    "step": round(step, 6),
                    "count": count,
                }
                for plane, (first, step), count in zip(self.planes, self.places_mm, self.counts, strict=True)
            ],
            "rois": [pictures.to_json() for pictures in self.rois],
            "outlines": [
                {
                    str(index): {str(number[roi]): path for roi, path in paths.items()}
                    for index, paths in self.outlines[axis].items()
                }
                for axis in range(3)
            ],
        }

    @property
    def counts(self) -> tuple[int, int, int]:
        """Slices along the array axes z, y and x."""
        axial, coronal, _ = self.planes
        x, y = axial.size_xy[::-1] if axial.transposed else axial.size_xy
        z = coronal.size_xy[0] if coronal.transposed else coronal.size_xy[1]
        return z, y, x


def draw(volume: Volume, masks: Mapping[str, Mask], modality: str = "") -> ImagePictures:
    """Draw the ROIs of an image.

    Parameters
    ----------
    volume
        The image.
    masks
        ROI -> its voxels on the image's grid, the very ones that are measured.
    modality
        DICOM's; chooses the windows with the unit and the ROI's name.

    Raises
    ------
    ValueError
        A mask lies on another grid.
    """
    for roi, mask in masks.items():
        if not mask.geometry.same_grid(volume.geometry):
            message = f"{roi!r} lies on another grid than the image: {volume.geometry.difference(mask.geometry)}"
            raise ValueError(message)
    planes = planes_of(volume.geometry)
    rois = tuple(_roi(volume, planes, roi, mask, modality) for roi, mask in masks.items())
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


def _roi(volume: Volume, planes: tuple[Plane, Plane, Plane], roi: str, mask: Mask, modality: str) -> RoiPictures:
    windows = windows_for(volume, modality, roi, mask)
    needed, wanted = slices_of(mask, target=is_target(roi), oddities=_content(volume, mask))
    main = next(one.index for one in needed if "largest area" in one.reason)
    box = crop_of(planes[0], mask)
    tiles = [_tile(volume, planes[0], Slice(main, "largest area"), box, windows)]
    room = ROOM_BYTES - _bytes(tiles)
    others = [one for one in needed if one.index != main]
    ways = [(planes[axis], Slice(centre_of(mask)[axis], "through the centre of the largest part")) for axis in (1, 2)]
    reduced = 1 if _bytes(tiles) * len(others) <= room else 2
    tiles += [_tile(volume, planes[0], one, box, windows, reduced) for one in others]
    if volume.geometry.size_zyx[0] > 1:
        tiles += [_tile(volume, plane, one, crop_of(plane, mask), windows) for plane, one in ways]
    overview = _overview(volume, planes[0], main, windows[0])
    room = ROOM_BYTES - _bytes([*tiles, overview])
    for one in wanted:
        tile = _tile(volume, planes[0], one, box, windows, reduced)
        room -= _bytes([tile])
        if room < 0:
            break
        tiles.append(tile)
    reasons = {one.index: one.reason for one in needed}
    tiles[0] = replace(tiles[0], reason=reasons[main])
    tiles.sort(key=lambda tile: (tile.axis, tile.index))
    told = tuple(window.told(volume.unit) for window in windows)
    span = mask.box[0]
    return RoiPictures(roi, told, tuple(tiles), overview, main, span.stop - span.start)


def _content(volume: Volume, mask: Mask) -> Iterator[Slice]:
    """Find where most air, and most bone or metal, is inside; little of it, or what the ROI is made of, is left out."""
    if volume.unit != "HU":
        return
    values = volume.array[mask.box]
    for words, where in (("most air inside", values < AIR_HU), ("most bone or metal inside", values > BONE_HU)):
        counts = np.count_nonzero(where & mask.crop, axis=(1, 2))
        if CONTENT_SHARES[0] <= counts.sum() / mask.voxel_count <= CONTENT_SHARES[1]:
            yield Slice(mask.box[0].start + int(np.argmax(counts)), words)


def _bytes(tiles: list[Tile]) -> int:
    return sum(len(jpeg) for tile in tiles for jpeg in tile.jpegs)


def _tile(
    volume: Volume, plane: Plane, place: Slice, box: Box2D, windows: tuple[Window, ...], reduced: int = 1
) -> Tile:
    x, y, width, height = box
    if reduced > 1 and min(width, height) >= 2 * reduced:
        width, height = width - width % reduced, height - height % reduced
    else:
        reduced = 1
    values = plane.shown(volume.array, place.index)[y : y + height, x : x + width]
    jpegs = tuple(_jpeg(window.gray(values), QUALITY, reduced) for window in windows)
    return Tile(plane.axis, place.index, place.reason, (x, y, width, height), jpegs, reduced)


def _overview(volume: Volume, plane: Plane, index: int, window: Window) -> Tile:
    width, height = plane.size_xy
    reduced = -(-max(width, height) // OVERVIEW_PIXELS)
    width, height = max(width - width % reduced, 1), max(height - height % reduced, 1)
    values = plane.shown(volume.array, index)[:height, :width]
    jpeg = _jpeg(window.gray(values), OVERVIEW_QUALITY, reduced)
    return Tile(plane.axis, index, "whole slice", (0, 0, width, height), (jpeg,), reduced)


def _jpeg(gray: npt.NDArray[np.uint8], quality: int, reduced: int = 1) -> bytes:
    from PIL import Image

    image = Image.fromarray(np.ascontiguousarray(gray))
    if reduced > 1:
        image = image.reduce(reduced)
    content = io.BytesIO()
    image.save(content, "JPEG", quality=quality)
    return content.getvalue()
