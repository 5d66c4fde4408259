"""What the variants of one image share, each made when it is first asked for: digest, noise, voxels, spline."""

import math
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from radpipe.features.draws import image_digest, mask_digest
from radpipe.features.noise import noise_sd
from radpipe.features.params import Params
from radpipe.volume import Box, Mask, Volume

if TYPE_CHECKING:
    from radpipe.features.source import ImageSource
    from radpipe.features.spline import SplineImage
    from radpipe.features.supervoxels import Supervoxels

__all__ = ["SharedImage"]

MARGIN = 8
"""A spline is made so many voxels beyond what is asked for: another contour or place needs little more."""

MOST_VOXELS = 2**24
"""Of a spline that is kept: 134 MB. One of a larger region is made each time."""

MOST_LABELS = 2**25
"""Voxels of supervoxels that are kept: 134 MB."""


class SharedImage:
    """What the variants of one image share; it belongs to who measures them one after the other.

    Parameters
    ----------
    volume
        As read.
    """

    def __init__(self, volume: Volume) -> None:
        self.volume = volume
        self.forget()

    def forget(self) -> None:
        """Let go of everything: it is made again where it is asked for."""
        self._digest: int | None = None
        self._noise: dict[int, float] = {}
        self._cells: dict[int, Supervoxels] = {}
        self._source: ImageSource | None = None
        self._settings: object = None
        self._spline: SplineImage | None = None

    @property
    def digest(self) -> int:
        """Of voxels and grid."""
        if self._digest is None:
            self._digest = image_digest(self.volume)
        return self._digest

    def noise_sd(self, mask: Mask) -> float:
        """Return the estimate of the noise around a ROI, in the image's unit."""
        key = mask_digest(mask)
        if key not in self._noise:
            self._noise[key] = noise_sd(self.volume, mask)
        return self._noise[key]

    def supervoxels(self, mask: Mask) -> "Supervoxels":
        """Return the supervoxels around a ROI; those of ROIs that were asked last are kept."""
        from radpipe.features.supervoxels import supervoxels

        key = mask_digest(mask)
        if key not in self._cells:
            made = supervoxels(self.volume, mask)
            if made.labels.size + sum(cells.labels.size for cells in self._cells.values()) > MOST_LABELS:
                self._cells.clear()
            self._cells[key] = made
        return self._cells[key]

    def source(self, params: Params) -> "ImageSource":
        """Return the image as it is measured, with a spline that grows to what is asked of it.

        Parameters
        ----------
        params
            Settings; others than the last ones begin anew.
        """
        from radpipe.features.source import ImageSource  # numba, which the process that plans does not need

        if self._source is None or self._settings != params.settings:
            self._spline = self._source = None
            self._source, self._settings = ImageSource.growing(self.volume, params, self._spline_in), params.settings
        return self._source

    def _spline_in(self, voxels: npt.NDArray[Any], region: Box) -> "SplineImage":
        """Return the spline through the voxels of the image, known in a region at least."""
        from radpipe.features.spline import SplineImage

        if self._spline is not None and self._spline.covers(region):
            return self._spline
        held = [region] if self._spline is None else [region, self._spline.region]
        z, y, x = (
            slice(max(min(span.start for span in spans) - MARGIN, 0), min(max(span.stop for span in spans) + MARGIN, n))
            for spans, n in zip(zip(*held, strict=True), self.volume.geometry.size_zyx, strict=True)
        )
        self._spline = None  # before the larger one is made: both need not fit into memory
        if math.prod(span.stop - span.start for span in (z, y, x)) > MOST_VOXELS:
            return SplineImage.of(voxels, self.volume.geometry, region)
        self._spline = SplineImage.of(voxels, self.volume.geometry, (z, y, x))
        return self._spline
