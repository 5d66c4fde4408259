"""Layers: what a slice is shown as, one after the other: an image by its windows, another one, and both in squares."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.drawing.picture_values import Box2D
from radpipe.drawing.planes import Plane
from radpipe.drawing.windows import Window, windows_for
from radpipe.volume import Mask, Volume

__all__ = ["SQUARE_MM", "Beside", "Checkerboard", "Layer", "Layers", "layers_of"]

SQUARE_MM = 20.0
"""Edge of a square of the checkerboard: a few lie over every ROI and its surroundings."""

Grays = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Beside:
    """Another image of the patient, brought to the grid of the one that is drawn.

    Parameters
    ----------
    volume
        On that grid.
    name, modality
        Of the other image, and DICOM's modality.
    """

    volume: Volume
    name: str
    modality: str


@dataclass(frozen=True, slots=True)
class Layer:
    """An image by one window.

    Parameters
    ----------
    volume, window
        The image, and which of its values are black and white.
    name
        Of the image where it is not the one that is measured, else empty.
    """

    volume: Volume
    window: Window
    name: str = ""

    @property
    def told(self) -> str:
        """What is seen, in words with its limits."""
        window = self.window.told(self.volume.unit)
        return f"{self.name}, brought here by the registration: {window}" if self.name else window

    def gray(self, plane: Plane, index: int, box: Box2D) -> Grays:
        """Return gray values, shape (height, width), of a part of a slice."""
        x, y, width, height = box
        return self.window.gray(plane.shown(self.volume.array, index)[y : y + height, x : x + width])


@dataclass(frozen=True, slots=True)
class Checkerboard:
    """Two images in squares of ``SQUARE_MM``, in turn.

    Parameters
    ----------
    first, second
        The image that is measured, which has the square at the patient's first corner of the plane, and the other one.
    """

    first: Layer
    second: Layer

    @property
    def told(self) -> str:
        """What is seen, in words."""
        return f"checkerboard of this image and {self.second.name}, squares of {SQUARE_MM:.0f} mm"

    def gray(self, plane: Plane, index: int, box: Box2D) -> Grays:
        """Return gray values, shape (height, width), of a part of a slice."""
        x, y, width, height = box
        across, down = (max(1, round(SQUARE_MM / mm)) for mm in plane.pixel_xy_mm)
        odd = ((x + np.arange(width)) // across + (y + np.arange(height))[:, None] // down) % 2 == 1
        squares: Grays = np.where(odd, self.second.gray(plane, index, box), self.first.gray(plane, index, box))
        return squares


Layers = tuple[Layer | Checkerboard, ...]
"""The usual one first."""


def layers_of(volume: Volume, modality: str, roi: str, mask: Mask, beside: Beside | None = None) -> Layers:
    """Choose what the slices of a ROI are shown as, the usual one first.

    Parameters
    ----------
    volume, modality
        The image that is measured, and DICOM's modality.
    roi, mask
        Name and voxels of the ROI.
    beside
        Another image that lies on it by a registration; it and a checkerboard of both come last.
    """
    own = tuple(Layer(volume, window) for window in windows_for(volume, modality, roi, mask))
    if beside is None:
        return own
    other = Layer(beside.volume, windows_for(beside.volume, beside.modality, roi, mask)[0], beside.name)
    return (*own, other, Checkerboard(own[0], other))
