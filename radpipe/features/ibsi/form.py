"""The form of a prepared ROI: mesh, principal axes, hull, shift of the centre, autocorrelation."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import ConvexHull

from radpipe.features.classes.shape3d import Shape, shape_of
from radpipe.features.ibsi.autocorrelation import spatial_autocorrelation
from radpipe.features.ibsi.prepare import IbsiRoi
from radpipe.features.inputs import RoiImage
from radpipe.volume import bounding_box

__all__ = ["Morphology", "morphology_of"]


FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Morphology:
    """What morphological features share.

    Parameters
    ----------
    shape
        Mesh, diameters, voxel volume.
    axes_mm
        Lengths of the principal axes, rising: 4 sqrt(eigenvalue), covariance with divisor N - 1.
    box_mm
        Edges of the mesh vertices' bounding box.
    hull_mm3, hull_mm2
        Volume and area of the vertices' convex hull.
    shift_mm
        From the mask's centre to the intensity-weighted centre of the intensity mask; NaN when intensities sum to 0.
    mean
        Mean intensity.
    moran, geary
        Spatial autocorrelation of the intensities.
    """

    shape: Shape
    axes_mm: tuple[float, float, float]
    box_mm: tuple[float, float, float]
    hull_mm3: float
    hull_mm2: float
    shift_mm: float
    mean: float
    moran: float
    geary: float

    @property
    def semi_axes_mm(self) -> tuple[float, float, float]:
        """Half the principal axes' lengths, falling."""
        least, minor, major = self.axes_mm
        return major / 2, minor / 2, least / 2


def morphology_of(roi: IbsiRoi) -> Morphology:
    """Measure the form of a prepared ROI."""
    spacing = np.array(roi.spacing_zyx_mm)
    box = bounding_box(roi.morphological)
    mask = np.ascontiguousarray(roi.morphological[box])
    shape = shape_of(RoiImage(roi.image[box], mask, roi.spacing_zyx_mm))
    count = int(np.count_nonzero(mask))
    spread = count / (count - 1) if count > 1 else float("nan")
    least, minor, major = (4 * math.sqrt(max(float(np.real(v)), 0.0) * spread) for v in shape.variances_mm2)
    hull = ConvexHull(_vertices(mask) * spacing)
    inside = np.argwhere(roi.intensity) * spacing
    values = roi.values
    total = float(values.sum())
    centre = np.mean(np.argwhere(roi.morphological), axis=0) * spacing
    shift = float(np.linalg.norm(centre - values @ inside / total)) if total else float("nan")
    moran, geary = spatial_autocorrelation(roi)
    z, y, x = (float(size) for size in np.array(mask.shape) * spacing)
    return Morphology(
        shape=shape,
        axes_mm=(least, minor, major),
        box_mm=(z, y, x),
        hull_mm3=float(hull.volume),
        hull_mm2=float(hull.area),
        shift_mm=shift,
        mean=float(np.mean(values)),
        moran=moran,
        geary=geary,
    )


def _vertices(mask: BoolArray) -> FloatArray:
    """Return the mesh's vertices in voxels, shape (n, 3): half-way between inside and outside along each axis."""
    wide = np.pad(mask, 1)
    corners = []
    for axis in range(3):
        places = np.argwhere(np.diff(wide, axis=axis)).astype(np.float64)
        places[:, axis] += 0.5
        corners.append(places)
    return np.concatenate(corners)
