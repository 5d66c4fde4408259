"""A ROI with another contour that follows the image: it is put together of supervoxels, each by its share in the ROI.

Definition and numbers are those of MIRP 2.7 (Zwanenburg et al. 2019, doi 10.1038/s41598-018-36938-4, which uses them
for its contour randomisation). Supervoxels are scikit-image's SLIC.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.features.crop import widened
from radpipe.volume import Box, Mask, Volume

__all__ = ["COARSE_MM3", "Supervoxels", "share_of", "supervoxels", "with_supervoxels"]

FloatArray = npt.NDArray[np.float64]

WINDOW_MM = 25.0
"""Supervoxels are made in the ROI's box and so far around it."""

SIZE_MM3 = 500.0
LEAST_VOXELS = 20
"""Of a supervoxel, on average."""

COMPACTNESS = 0.05
"""Of SLIC, with intensities from 0 to 1: supervoxels follow edges."""

RANGE_SHARE = 0.1
"""Intensities beyond the ROI's range, widened by so much of it at both ends, are all alike."""

SURE, NEVER = 0.90, 0.20
"""Share of a supervoxel in the ROI from which it always enters, and below which it never does."""

COARSE_MM3 = 5000.0
"""Below ten supervoxels the draw is coarse."""


@dataclass(frozen=True, slots=True, eq=False)
class Supervoxels:
    """Supervoxels around a ROI.

    Parameters
    ----------
    box
        Where, in indices of the image.
    labels
        Number of the supervoxel of each voxel of the box, from 0.
    """

    box: Box
    labels: npt.NDArray[np.int32]


def supervoxels(volume: Volume, mask: Mask) -> Supervoxels:
    """Divide the surroundings of a ROI into supervoxels; the same image and ROI give the same.

    Parameters
    ----------
    volume, mask
        As read, on one grid.

    References
    ----------
    Achanta et al. 2012, IEEE TPAMI 34:2274 (SLIC).
    """
    from skimage.segmentation import slic  # type: ignore[import-not-found,unused-ignore]

    box = widened(mask, WINDOW_MM)
    inside = volume.array[mask.box][mask.crop]
    low, high = float(inside.min()), float(inside.max())
    margin = RANGE_SHARE * (high - low)
    low, high = low - margin, high + margin
    window = np.clip(volume.array[box].astype(np.float32), low, high)
    scaled = (window - np.float32(low)) / np.float32(high - low) if high > low else np.zeros_like(window)
    voxels = max(float(LEAST_VOXELS), SIZE_MM3 / mask.geometry.voxel_volume_mm3)
    labels = slic(  # type: ignore[no-untyped-call,unused-ignore]
        scaled,
        n_segments=max(int(window.size / voxels), 1),
        sigma=min(mask.geometry.spacing_zyx_mm),
        spacing=mask.geometry.spacing_zyx_mm,
        compactness=COMPACTNESS,
        enforce_connectivity=True,
        start_label=0,
        channel_axis=None,
    )
    return Supervoxels(box, np.ascontiguousarray(labels, dtype=np.int32))


def share_of(cells: Supervoxels, mask: Mask) -> FloatArray:
    """Return with which probability each supervoxel enters a ROI.

    Parameters
    ----------
    cells
        Around the ROI.
    mask
        The ROI.

    Returns
    -------
    ndarray
        By number: its share in the ROI; 1 from 0.90 on and of the largest share, 0 below 0.20.
    """
    inside = mask.part(cells.box)
    size = np.bincount(cells.labels.ravel())
    share = np.bincount(cells.labels[inside], minlength=size.size) / np.maximum(size, 1)
    entering = np.where(share >= SURE, 1.0, np.where(share < NEVER, 0.0, share))
    entering[np.argmax(share)] = 1.0
    return entering


def with_supervoxels(mask: Mask, cells: Supervoxels, rng: np.random.Generator) -> Mask:
    """Put a ROI together of supervoxels, each drawn by its share in the ROI; gaps of a voxel are closed.

    Parameters
    ----------
    mask
        The ROI.
    cells
        Around it.
    rng
        Draws one number for each supervoxel.

    Returns
    -------
    Mask
        At least one supervoxel.
    """
    from scipy.ndimage import binary_closing

    entering = share_of(cells, mask)
    union = (rng.random(entering.size) < entering)[cells.labels]
    closed = union | binary_closing(union)  # which takes away what lies at the border of the image
    return Mask.within(cells.box, closed, mask.geometry, mask.notes)
