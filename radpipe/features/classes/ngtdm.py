"""Neighbouring gray tone difference matrix (IBSI 3.10), as PyRadiomics 3.0.1 defines it.

A gray level's ``s`` is the sum, over its voxels, of the absolute difference to the mean of their neighbours in the ROI;
``p`` is its share of the voxels. Amadasun and King, IEEE Trans. Syst. Man Cybern. 19 (1989) 1264-1274.
"""

import numpy as np
import numpy.typing as npt

from radpipe.kernels.neighbours import tone_pairs

__all__ = ["gray_tone_differences"]

_MOST_COARSE = 1e6
"""PyRadiomics' Coarseness of a ROI without differences."""


def gray_tone_differences(voxels: npt.NDArray[np.int64], difference: npt.NDArray[np.float64]) -> dict[str, float]:
    """Compute the five features, in PyRadiomics' order.

    Parameters
    ----------
    voxels, difference
        By gray level, from :func:`radpipe.kernels.neighbours.count_neighbours`; at least one voxel.

    Returns
    -------
    dict[str, float]
        Busyness (IBSI NQ30), Coarseness (QCDE), Complexity (HDEZ), Contrast (65HE) and Strength (1X9X).
    """
    occupied = np.flatnonzero(voxels)
    number = int(voxels.sum())
    p = voxels[occupied] / number
    s = difference[occupied]
    contrast, busyness, complexity, strength = tone_pairs((occupied + 1).astype(np.float64), p, s)
    coarse, total = float(np.sum(p * s)), float(np.sum(s))
    pairs = occupied.size * (occupied.size - 1)
    return {
        "Busyness": coarse / busyness if busyness else 0.0,
        "Coarseness": 1 / coarse if coarse else _MOST_COARSE,
        "Complexity": complexity / number,
        "Contrast": contrast * total / number / pairs if pairs else 0.0,
        "Strength": strength / total if total else 0.0,
    }
