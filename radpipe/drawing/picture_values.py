"""Pictures of the ROIs of an image as values: tiles, ROIs, and the outlines over them."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from radpipe.drawing.planes import Plane

__all__ = ["Box2D", "ImagePictures", "RoiPictures", "Tile"]


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
