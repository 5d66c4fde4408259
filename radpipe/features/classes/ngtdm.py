"""Neighbouring gray tone difference matrix (IBSI 3.10), as PyRadiomics 3.0.1 defines it.

A gray level's ``s`` is the sum, over its voxels, of the absolute difference to the mean of their neighbours in the ROI;
``p`` is its share of the voxels. Amadasun and King, IEEE Trans. Syst. Man Cybern. 19 (1989) 1264-1274.
"""

import numpy as np
import numpy.typing as npt

from radpipe.features.inputs import GrayLevels
from radpipe.kernels.neighbours import tone_pairs

__all__ = ["gray_tone_differences"]

_MOST_COARSE = 1e6
"""PyRadiomics' Coarseness of a ROI without differences."""


def gray_tone_differences(s: npt.NDArray[np.float64], gray: GrayLevels) -> dict[str, float]:
    """Compute the five features, in PyRadiomics' order.

    Parameters
    ----------
    s
        Summed difference of each gray level that occurs, shape (n,); from
        :func:`radpipe.kernels.neighbours.sum_tone_differences`.
    gray
        Gray levels of the ROI.

    Returns
    -------
    dict[str, float]
        Busyness (IBSI NQ30), Coarseness (QCDE), Complexity (HDEZ), Contrast (65HE) and Strength (1X9X).
    """
    number = int(gray.voxels.sum())
    n = len(gray.present)
    p = gray.voxels / number
    contrast, busyness, complexity, strength = tone_pairs(gray.present.astype(np.float64), p, s)
    coarse, total = float(np.sum(p * s)), float(np.sum(s))
    pairs = n * (n - 1)
    return {
        "Busyness": coarse / busyness if busyness else 0.0,
        "Coarseness": 1 / coarse if coarse else _MOST_COARSE,
        "Complexity": complexity / number,
        "Contrast": contrast * total / number / pairs if pairs else 0.0,
        "Strength": strength / total if total else 0.0,
    }
