"""IBSI's processing of one ROI: interpolate, round, two masks, range and outliers, grey levels."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError
from radpipe.features.ibsi.grid import axes_of, interpolate, window_of
from radpipe.features.ibsi.settings import Discretisation, IbsiSettings
from radpipe.volume import Box, Mask, Volume, bounding_box

__all__ = ["Bins", "IbsiRoi", "discretise", "prepare_roi", "reach_of"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_TIE = 1e-9
"""A mask's share that rounding left this much below the threshold lies on it."""


@dataclass(frozen=True, slots=True, eq=False)
class IbsiRoi:
    """A ROI after IBSI's processing, in a window of the interpolation grid.

    Parameters
    ----------
    image
        Intensities in the window, also outside the ROI, shape (z, y, x).
    morphological
        The morphological mask (G5KJ), same shape.
    intensity
        The intensity mask (SEFI), part of the morphological one.
    spacing_zyx_mm
        Of the interpolation grid.
    """

    image: FloatArray
    morphological: BoolArray
    intensity: BoolArray
    spacing_zyx_mm: tuple[float, float, float]

    @property
    def values(self) -> FloatArray:
        """Intensities of the intensity mask, shape (N,), in (z, y, x) order."""
        return self.image[self.intensity]

    @property
    def box(self) -> Box:
        """Of the intensity mask."""
        return bounding_box(self.intensity)


def prepare_roi(volume: Volume, mask: Mask, settings: IbsiSettings, margin_mm: float = 0.0) -> IbsiRoi:
    """Bring an image and a ROI to what IBSI's families are measured on.

    Parameters
    ----------
    volume, mask
        On one grid.
    settings
        The processing.
    margin_mm
        How far around the ROI intensities are wanted.

    Raises
    ------
    InputError
        ``E_EMPTY_ROI`` when interpolation leaves no voxel, ``E_INTENSITY`` when the range or outliers do.
    """
    axes = axes_of(volume.geometry.size_zyx, volume.geometry.spacing_zyx_mm, settings.spacing_zyx_mm)
    spacing = (axes[0].spacing_mm, axes[1].spacing_mm, axes[2].spacing_mm)
    window = window_of(axes, mask.box, reach_of(spacing, margin_mm))
    image = interpolate(lambda box: volume.array[box], axes, window, settings.interpolation)
    if settings.rounded:
        image = np.round(image)
    share = interpolate(mask.part, axes, window, "linear")
    morphological = share >= settings.mask_threshold - _TIE
    if not morphological.any():
        raise InputError("E_EMPTY_ROI")
    intensity = _resegmented(image, morphological, settings)
    return IbsiRoi(image, morphological, intensity, spacing)


def reach_of(spacing_zyx_mm: tuple[float, float, float], margin_mm: float) -> tuple[int, int, int]:
    """Return the voxels along z, y and x that a margin in mm takes."""
    z, y, x = (math.ceil(margin_mm / step) for step in spacing_zyx_mm)
    return z, y, x


def _resegmented(image: FloatArray, mask: BoolArray, settings: IbsiSettings) -> BoolArray:
    """Keep the voxels within the range and, of those, within so many standard deviations of the ROI's mean."""
    low, high = settings.range
    kept = mask.copy()
    if low is not None:
        kept &= image >= low
    if high is not None:
        kept &= image <= high
    if settings.outlier_sigma is not None:
        values = image[mask]
        centre, spread = float(np.mean(values)), settings.outlier_sigma * float(np.std(values))
        kept &= (image >= centre - spread) & (image <= centre + spread)
    voxels = int(np.count_nonzero(kept))
    if not voxels:
        what = f"re-segmentation leaves none of {int(np.count_nonzero(mask))} voxels"
        raise InputError("E_INTENSITY", what=what)
    return kept


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """Grey levels of a ROI's voxels.

    Parameters
    ----------
    levels
        int64, shape (N,), from 1.
    first_edge, width
        Of the bins in image units; of ``none`` 0.5 and 1, so that a level is its bin's centre.
    """

    levels: npt.NDArray[np.int64]
    first_edge: float
    width: float

    @property
    def centres(self) -> FloatArray:
        """The centre of each voxel's bin, shape (N,)."""
        return np.asarray(self.first_edge + (self.levels - 0.5) * self.width)


def discretise(values: FloatArray, how: Discretisation, lowest: float | None) -> Bins:
    """Turn intensities into grey levels.

    Parameters
    ----------
    values
        Intensities of the intensity mask, shape (N,).
    how
        The method.
    lowest
        Lower limit of the re-segmentation range, where the first bin of a fixed size begins; the smallest value when
        there is none.

    Raises
    ------
    InputError
        ``E_INTENSITY`` when intensities that shall be levels already are not whole numbers from 1.

    References
    ----------
    IBSI Q3RU (fixed bin size), K15C (fixed bin number).

    Examples
    --------
    >>> discretise(np.array([-939.0, 400.0]), Discretisation("FBS", width=25.0), -1000.0).levels
    array([ 3, 57])
    """
    low, high = float(values.min()), float(values.max())
    if how.method == "none":
        whole = np.round(values)
        if low < 1 or not np.array_equal(whole, values):
            raise InputError("E_INTENSITY", what="intensities are not grey levels (whole numbers from 1)")
        return Bins(whole.astype(np.int64), 0.5, 1.0)
    if how.width is not None:
        first = low if lowest is None else lowest
        return Bins(np.floor((values - first) / how.width).astype(np.int64) + 1, first, how.width)
    bins = how.bins or 1
    if high == low:
        return Bins(np.ones(values.size, dtype=np.int64), low - 0.5, 1.0)
    levels = np.floor(bins * (values - low) / (high - low)).astype(np.int64) + 1
    return Bins(np.minimum(levels, bins), low, (high - low) / bins)
