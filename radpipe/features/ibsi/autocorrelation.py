"""Moran's I and Geary's C (IBSI N365, NPT7), exactly: sums over pairs of voxels are correlations with 1 / distance."""

import numpy as np
import numpy.typing as npt
from scipy import fft

from radpipe.features.ibsi.prepare import IbsiRoi

__all__ = ["spatial_autocorrelation"]

FloatArray = npt.NDArray[np.float64]


def spatial_autocorrelation(roi: IbsiRoi) -> tuple[float, float]:
    """Return Moran's I and Geary's C of the intensity mask; NaN with one voxel or equal intensities.

    With w the mask, y = w (x - mean) and F the correlation with 1/d (0 at the voxel itself): sum_ij w_ij y_i y_j is
    sum y F(y), and sum_ij w_ij (y_i - y_j)^2 is 2 sum y^2 F(w) - 2 sum y F(y).
    """
    box = roi.box
    mask = roi.intensity[box]
    values = roi.values
    count = values.size
    centred = values - np.mean(values)
    variance = float(np.sum(centred**2))
    if count < 2 or variance == 0:
        return float("nan"), float("nan")
    y = np.zeros(mask.shape)
    y[mask] = centred
    near_mask, near_y = _correlated(mask.astype(np.float64), y, roi.spacing_zyx_mm)
    weights = float(np.sum(near_mask[mask]))
    product = float(np.sum(y * near_y))
    squares = 2 * float(np.sum(centred**2 * near_mask[mask])) - 2 * product
    return count / weights * product / variance, (count - 1) / (2 * weights) * squares / variance


def _correlated(
    first: FloatArray, second: FloatArray, spacing_zyx_mm: tuple[float, float, float]
) -> tuple[FloatArray, FloatArray]:
    """Correlate two arrays of one shape with the inverse distance in mm."""
    size = [fft.next_fast_len(2 * n - 1, real=True) for n in first.shape]
    square = np.zeros(size)
    for axis, (n, spacing) in enumerate(zip(size, spacing_zyx_mm, strict=True)):
        steps = np.minimum(np.arange(n), n - np.arange(n)) * spacing
        square += (steps**2).reshape([-1 if k == axis else 1 for k in range(3)])
    square[0, 0, 0] = np.inf
    kernel = fft.rfftn(1 / np.sqrt(square))
    z, y, x = first.shape
    sums = [fft.irfftn(fft.rfftn(array, size) * kernel, size)[:z, :y, :x] for array in (first, second)]
    return sums[0], sums[1]
