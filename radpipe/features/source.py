"""What of an image is made once when it is measured many times: its normalised voxels and its spline."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.features.number_type import as_measured
from radpipe.features.params import Params
from radpipe.features.resample import as_array, as_itk, is_cubic_spline, normalize, one_thread
from radpipe.features.spline import SplineImage
from radpipe.volume import Box, Volume

__all__ = ["ImageSource", "normalized"]


@dataclass(frozen=True, slots=True, eq=False)
class ImageSource:
    """An image that is ready to be measured again and again, with other masks or on other grids.

    Parameters
    ----------
    volume
        The image as read.
    image
        Its voxels as they are measured: in their number type, normalised where the settings say so; (z, y, x).
    spline
        Through these voxels; None where the settings do not resample by splines, or where ``splines`` makes it.
    splines
        Makes the spline through the voxels in a region at least, and may keep it for the next time. None: it is made
        anew where ``spline`` does not cover the region.

    Notes
    -----
    The value is held by who measures, and passed on: nothing is kept behind the caller's back. For perturbed images,
    evaluate ``spline.on`` a shifted or turned grid, make a :class:`~radpipe.volume.Volume` of the result, and measure
    it.

    Examples
    --------
    >>> from radpipe.features.params_file import load_params
    >>> from radpipe.geometry import Geometry
    >>> volume = Volume(np.zeros((9, 9, 9), dtype=np.int16), Geometry((9, 9, 9), (3.0, 1.0, 1.0)), "HU")
    >>> source = ImageSource.of(volume, load_params("ct_head_neck"))
    >>> source.spline.on(Geometry((9, 9, 9), (1.0, 1.0, 1.0), (0.25, 0.25, 8.5))).shape
    (9, 9, 9)
    """

    volume: Volume
    image: npt.NDArray[Any]
    spline: SplineImage | None
    splines: Callable[[npt.NDArray[Any], Box], SplineImage] | None = None

    @classmethod
    def of(cls, volume: Volume, params: Params, region: Box | None = None) -> "ImageSource":
        """Make what many measurements with these settings share.

        Parameters
        ----------
        volume
            The image.
        params
            Settings; those of another source may differ in all that comes after resampling.
        region
            Where the spline is wanted, in indices of the image; everywhere without it. A ROI that needs more has a
            spline of its own made when it is measured.
        """
        image = _voxels(volume, params)
        interpolator = params.settings.interpolator
        splined = params.settings.resampling_xyz_mm is not None and interpolator is not None
        spline = None
        if splined and interpolator is not None and is_cubic_spline(interpolator):
            spline = SplineImage.of(image, volume.geometry, region)
        return cls(volume, image, spline)

    @classmethod
    def growing(
        cls, volume: Volume, params: Params, splines: Callable[[npt.NDArray[Any], Box], SplineImage]
    ) -> "ImageSource":
        """Make what measurements share whose regions are not known before.

        Parameters
        ----------
        volume, params
            As of :meth:`of`.
        splines
            As of the class.
        """
        return cls(volume, _voxels(volume, params), None, splines)

    def spline_in(self, region: Box) -> SplineImage:
        """Return the spline, known in a region of the image at least.

        Parameters
        ----------
        region
            In indices of the image.
        """
        if self.spline is not None and self.spline.covers(region):
            return self.spline
        if self.splines is not None:
            return self.splines(self.image, region)
        return SplineImage.of(self.image, self.volume.geometry, region)

    def refuse_other(self, volume: Volume) -> None:
        """Refuse to stand for another image.

        Raises
        ------
        ValueError
            The source was made of another volume.
        """
        if volume is not self.volume:
            message = "the source was made of another volume"
            raise ValueError(message)


def _voxels(volume: Volume, params: Params) -> npt.NDArray[Any]:
    with one_thread(), np.errstate(all="ignore"):
        return normalized(as_measured(volume, params), params)


def normalized(volume: Volume, params: Params) -> npt.NDArray[Any]:
    """Return the voxels of an image, centred and scaled where the settings say so."""
    settings = params.settings
    if not settings.normalize:
        return volume.array
    return as_array(
        normalize(as_itk(volume.array, volume.geometry), settings.normalize_scale, settings.remove_outliers)
    )
