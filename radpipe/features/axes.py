"""Lengths of a ROI's principal axes, from the covariance of its voxel centres (IBSI 3.1.7 to 3.1.11)."""

import numpy as np
import numpy.typing as npt

from radpipe.kernels.moments import coordinate_sums

__all__ = ["axis_ratio", "axis_variances", "full_axis"]

_FLAT = 1e-6
"""Smallest by largest variance below which the smallest may be rounding; PyRadiomics' own operations decide then."""


def axis_variances(mask: npt.NDArray[np.bool_], spacing_mm: tuple[float, ...]) -> npt.NDArray[np.float64]:
    """Return the eigenvalues of the covariance of voxel centres in mm2, rising.

    Parameters
    ----------
    mask
        In two or three dimensions, at least one voxel.
    spacing_mm
        In the order of the mask's axes.
    """
    solid = mask[(None,) * (3 - mask.ndim)]
    count, sums, products = coordinate_sums(solid)
    # In whole numbers until the last division, so that nothing cancels.
    centred = count * products - np.outer(sums, sums)
    spacing = np.array(spacing_mm)
    covariance = centred[-mask.ndim :, -mask.ndim :] / count**2 * np.outer(spacing, spacing)
    values = np.linalg.eigvalsh(covariance)
    if values[0] > _FLAT * values[-1]:
        return np.asarray(values)
    return _as_pyradiomics(mask, spacing, count)


def _as_pyradiomics(
    mask: npt.NDArray[np.bool_], spacing: npt.NDArray[np.float64], count: int
) -> npt.NDArray[np.float64]:
    """Repeat PyRadiomics' operations, whose rounding is all that is left of the variance across a flat ROI.

    Rounding may make the covariance's eigenvalues complex; like PyRadiomics, features take the real part in the end.
    """
    places = np.array(np.where(mask), dtype="int").transpose((1, 0)) + 1
    centres = places * spacing[None, :]
    centres -= np.mean(centres, axis=0)
    centres /= np.sqrt(count)
    values = np.linalg.eigvals(np.dot(centres.T.copy(), centres))
    values[(values < 0) & (values > -1e-10)] = 0
    values.sort()
    return np.asarray(values)


def full_axis(variance: float) -> float:
    """Return the length of the axis, 4 standard deviations; NaN for a negative variance."""
    return float(np.real(np.sqrt(variance) * 4)) if variance >= 0 else float("nan")


def axis_ratio(smaller: float, largest: float) -> float:
    """Return the ratio of two axes' lengths; NaN for a negative variance."""
    return float(np.real(np.sqrt(smaller / largest))) if smaller >= 0 and largest >= 0 else float("nan")
