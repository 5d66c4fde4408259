"""Local intensity peaks (IBSI 3.2, 9ST6): means of a ball of 1 cm3 around voxels of the intensity mask."""

import math
from dataclasses import dataclass

import numpy as np

from radpipe.features.ibsi.prepare import IbsiRoi
from radpipe.features.ibsi.record import IbsiFeature
from radpipe.kernels.ball import ball_means

__all__ = ["FEATURES", "RADIUS_MM", "Peaks", "peaks_of"]

RADIUS_MM = 10 * (3 / (4 * math.pi)) ** (1 / 3)
"""Of a ball of 1 cm3: 6.2035 mm."""


@dataclass(frozen=True, slots=True)
class Peaks:
    """Highest means in image units: at the brightest voxel, and of all voxels."""

    local: float
    highest: float


def peaks_of(roi: IbsiRoi) -> Peaks:
    """Find the peaks; a ball's voxels outside the image do not count, those outside the ROI do.

    Parameters
    ----------
    roi
        Prepared with a margin of :data:`RADIUS_MM`.
    """
    reach = [int(RADIUS_MM / step) for step in roi.spacing_zyx_mm]
    z, y, x = np.meshgrid(*(np.arange(-n, n + 1) for n in reach), indexing="ij")
    distance = sum((axis * step) ** 2 for axis, step in zip((z, y, x), roi.spacing_zyx_mm, strict=True))
    inside = distance <= RADIUS_MM**2 * (1 + 1e-12)
    rows = np.argwhere(inside.any(axis=2))
    halves = inside[rows[:, 0], rows[:, 1]].sum(axis=1) // 2
    lines = np.column_stack([rows - [reach[0], reach[1]], halves]).astype(np.int64)
    voxels = np.argwhere(roi.intensity)
    means = ball_means(roi.image, voxels, lines)
    values = roi.values
    return Peaks(float(means[values == values.max()].max()), float(means.max()))


Feature = IbsiFeature[Peaks]

FEATURES: tuple[Feature, ...] = (
    Feature(
        "loc_peak_loc",
        "VJGA",
        "Local intensity peak",
        "mean of the ball of 1 cm3 at the voxel of the maximum (the highest of several)",
        "image",
        lambda s: s.local,
    ),
    Feature(
        "loc_peak_glob",
        "0F91",
        "Global intensity peak",
        "highest mean of a ball of 1 cm3 at any voxel",
        "image",
        lambda s: s.highest,
    ),
)
"""In IBSI's order."""
