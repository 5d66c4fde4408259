"""The voxels of a ROI on a resampled grid, by ITK's nearest neighbour, from its box alone."""

from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.volume import Mask

__all__ = ["nearest_inside"]

FloatArray = npt.NDArray[np.float64]


def nearest_inside(mask: Mask, image: Any, resampled: Any) -> npt.NDArray[np.bool_]:
    """Tell which voxels of a resampled image lie in a ROI: those whose nearest voxel of the image does.

    Voxel centres half way between two are common (1 mm to 2 mm has nothing else), so the sums are ITK's own, in its
    order: the first and the last point of each row are mapped, what lies between is interpolated.

    Parameters
    ----------
    mask
        The ROI on the image's grid.
    image, resampled
        SimpleITK images of one direction; only their grids are looked at.

    Returns
    -------
    npt.NDArray[np.bool_]
        Shape (z, y, x) of the resampled image; what ``ResampleImageFilter`` gives for the whole mask.

    References
    ----------
    ITK 5.4, ``itk::ResampleImageFilter::LinearThreadedGenerateData``,
    ``itk::NearestNeighborInterpolateImageFunction``, ``itk::ImageBase``.
    """
    columns, rows, planes = resampled.GetSize()
    inside = np.zeros((planes, rows, columns), dtype=np.bool_)
    to_mm, to_index = _to_mm(resampled), _to_index(image)
    origin, new_origin = image.GetOrigin(), resampled.GetOrigin()
    y = np.arange(rows, dtype=np.float64)[:, None]
    share = np.arange(columns, dtype=np.float64) / columns
    for z in range(planes):
        ends = []
        for x in (0.0, float(columns)):
            point = [
                new_origin[i] + to_mm[i, 0] * x + to_mm[i, 1] * y + to_mm[i, 2] * float(z) - origin[i] for i in range(3)
            ]
            ends.append(
                [to_index[i, 0] * point[0] + to_index[i, 1] * point[1] + to_index[i, 2] * point[2] for i in range(3)]
            )
        known = np.ones((rows, columns), dtype=np.bool_)
        places = []
        for span, first, last in zip(mask.box[::-1], *ends, strict=True):
            nearest = np.floor(first + (last - first) * share + 0.5)
            known &= (nearest >= span.start) & (nearest < span.stop)
            places.append(nearest - span.start)
        if known.any():
            inside[z][known] = mask.crop[tuple(place[known].astype(np.int64) for place in places[::-1])]
    return inside


def _to_mm(image: Any) -> FloatArray:
    """ITK's own matrix from indices to mm, shape (3, 3), order x, y, z; read from an image of one voxel."""
    probe = _probe(image)
    return np.array([probe.TransformContinuousIndexToPhysicalPoint(axis) for axis in np.eye(3).tolist()]).T


def _to_index(image: Any) -> FloatArray:
    """ITK's own matrix from mm to indices, shape (3, 3), order x, y, z."""
    probe = _probe(image)
    return np.array([probe.TransformPhysicalPointToContinuousIndex(axis) for axis in np.eye(3).tolist()]).T


def _probe(image: Any) -> Any:
    import SimpleITK as sitk  # noqa: N813

    probe = sitk.Image(1, 1, 1, sitk.sitkUInt8)
    probe.SetSpacing(image.GetSpacing())
    probe.SetDirection(image.GetDirection())
    return probe
