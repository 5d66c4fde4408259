"""Stray planes of a ROI: a few voxels far above or below the rest."""

from collections.abc import Mapping

import numpy as np

from radpipe.imaging.gaps import BoolArray

__all__ = ["find_strays"]


STRAY_SHARE = 0.01
"""Planes apart from the rest with no more than this share of the voxels are strays, clicks on another slice ..."""

STRAY_STEPS = 2.5
"""... when they are further from it than this many times the median distance of planes."""


def find_strays(filled: Mapping[int, BoolArray]) -> tuple[int, ...]:
    """Find slices with a few voxels far above or below the rest of the ROI.

    Parameters
    ----------
    filled
        As in :func:`find_gaps`.

    Returns
    -------
    tuple of int
        Slices of runs that hold at most ``STRAY_SHARE`` of the voxels and lie more than ``STRAY_STEPS`` median plane
        distances away from the others.
    """
    used = list(filled)
    if len(used) < 3:
        return ()
    steps = np.diff(used)
    runs = np.split(np.array(used), np.flatnonzero(steps > STRAY_STEPS * np.median(steps)) + 1)
    sizes = [sum(int(np.count_nonzero(filled[z])) for z in run) for run in runs]
    return tuple(
        int(z) for run, size in zip(runs, sizes, strict=True) if 0 < size <= STRAY_SHARE * sum(sizes) for z in run
    )
