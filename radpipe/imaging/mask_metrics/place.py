"""Where a mask lies: its middle, the borders of the image that it reaches, and the middle of the body."""

import numpy as np

from radpipe.imaging.mask_metrics.thresholds import AIR_BELOW_HU
from radpipe.volume import Mask, Volume

__all__ = ["body_x_of", "mean_index", "touches_of"]


def mean_index(mask: Mask) -> list[float]:
    """Return the mean index of a mask's voxels within its box, along z, y and x.

    Parameters
    ----------
    mask
        An outline.
    """
    from radpipe.kernels.moments import coordinate_sums  # numba, which the process that plans does not need

    count, sums, _ = coordinate_sums(mask.crop.copy())  # of one memory layout
    return [float(total / count) for total in sums]


def touches_of(mask: Mask) -> str:
    """Say which borders of the image a mask reaches: ``first slice``, ``last slice``, ``edge``, joined by a semicolon.

    Parameters
    ----------
    mask
        An outline on the image's grid; axes with one voxel do not count.
    """
    sizes = mask.geometry.size_zyx
    ends = [(span.start == 0, span.stop == size) for span, size in zip(mask.box, sizes, strict=True)]
    edge = any(any(ends[axis]) for axis in (1, 2) if sizes[axis] > 1)
    words = {"first slice": sizes[0] > 1 and ends[0][0], "last slice": sizes[0] > 1 and ends[0][1], "edge": edge}
    return "; ".join(word for word, meets in words.items() if meets)


def body_x_of(volume: Volume, z: int) -> float | None:
    """Return the mean x in mm of what is no air in a slice; None where all is air.

    Parameters
    ----------
    volume
        An image in HU.
    z
        Index of the slice.
    """
    inside = volume.array[z] > AIR_BELOW_HU
    count = int(np.count_nonzero(inside))
    if count == 0:
        return None
    columns = inside.sum(axis=0, dtype=np.float64)
    rows = inside.sum(axis=1, dtype=np.float64)
    y, x = rows @ np.arange(rows.size) / count, columns @ np.arange(columns.size) / count
    return float(volume.geometry.index_to_mm([z, y, x])[0])
