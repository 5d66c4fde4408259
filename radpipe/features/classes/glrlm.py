"""Gray level run length matrix (IBSI 3.7), as PyRadiomics 3.0.1 defines it.

``R[i, j]`` of a direction is the number of runs of j consecutive voxels of gray level i. Features are computed for each
direction and averaged over the directions in which the ROI has more than one voxel on some line. Galloway MM. Comput.
Graph. Image Process. 4 (1975) 172-179.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from radpipe.features.inputs import GrayLevels, TextureOptions
from radpipe.features.matrices.emphases import Emphases, averaged, emphases_of
from radpipe.features.matrices.weights import direction_lengths_mm

__all__ = ["FEATURES", "measure_glrlm", "run_lengths"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def run_lengths(
    runs: npt.NDArray[np.int32],
    mask: npt.NDArray[np.bool_],
    gray: GrayLevels,
    options: TextureOptions,
    offsets: IntArray,
    spacing_zyx_mm: tuple[float, float, float],
) -> Emphases | None:
    """Reduce counted runs; None when no line of any direction holds two voxels.

    Parameters
    ----------
    runs
        From :func:`radpipe.kernels.runs.count_pairs_and_runs`, shape (A, n, longest).
    mask
        The ROI, shape (z, y, x).
    gray
        Its gray levels.
    options
        Weighting.
    offsets
        Of the directions, shape (A, 3), (z, y, x).
    spacing_zyx_mm
        Of voxels, for the weighting.
    """
    shared = _shares_lines(runs, mask, offsets)
    if not shared.any():
        return None
    used = runs if shared.all() else runs[shared]
    norm = options.weighting_norm
    if norm is None:
        table = used.astype(np.float64)
    else:
        weights = np.ones(len(used))
        if norm != "no_weighting":
            weights = direction_lengths_mm(offsets[shared], spacing_zyx_mm, norm)
        table = np.sum(used * weights[:, None, None], axis=0, keepdims=True)
    lengths = np.arange(1, table.shape[2] + 1, dtype=np.float64)
    return emphases_of(table, gray.present.astype(np.float64), lengths)


def _shares_lines(runs: npt.NDArray[np.int32], mask: npt.NDArray[np.bool_], offsets: IntArray) -> npt.NDArray[np.bool_]:
    """Tell for each direction whether some line holds two voxels of the ROI, next to each other or not."""
    shared: npt.NDArray[np.bool_] = np.asarray(runs[:, :, 1:].any(axis=(1, 2)))
    voxels = np.argwhere(mask) if not shared.all() else np.zeros((0, 3), dtype=np.int64)
    for a in np.flatnonzero(~shared):
        axis = int(np.flatnonzero(offsets[a])[0])
        steps = voxels[:, axis] * offsets[a][axis]
        lines = np.unique(voxels - steps[:, None] * offsets[a], axis=0)
        shared[a] = len(lines) < len(voxels)
    return shared


_SUMS_OVER_LENGTHS = ("RunEntropy", "RunVariance")
"""Features that divide by the number of runs before they sum."""

FEATURES: Mapping[str, Callable[[Emphases], FloatArray]] = {
    "GrayLevelNonUniformity": lambda s: s.level_squares / s.total,  # IBSI R5YN
    "GrayLevelNonUniformityNormalized": lambda s: s.level_squares / s.total**2,  # IBSI OVBL
    "GrayLevelVariance": lambda s: s.level_variance,  # IBSI 8CE5
    "HighGrayLevelRunEmphasis": lambda s: s.high,  # IBSI G3QZ
    "LongRunEmphasis": lambda s: s.large,  # IBSI W4KF
    "LongRunHighGrayLevelEmphasis": lambda s: s.large_high,  # IBSI 3KUM
    "LongRunLowGrayLevelEmphasis": lambda s: s.large_low,  # IBSI IVPO
    "LowGrayLevelRunEmphasis": lambda s: s.low,  # IBSI V3SW
    "RunEntropy": lambda s: s.entropy,  # IBSI HJ9O
    "RunLengthNonUniformity": lambda s: s.size_squares / s.total,  # IBSI W92Y
    "RunLengthNonUniformityNormalized": lambda s: s.size_squares / s.total**2,  # IBSI IC23
    "RunPercentage": lambda s: 1 / s.size_mean,  # IBSI 9ZK5: runs by voxels
    "RunVariance": lambda s: s.size_variance,  # IBSI SXLW
    "ShortRunEmphasis": lambda s: s.small,  # IBSI 22OV
    "ShortRunHighGrayLevelEmphasis": lambda s: s.small_high,  # IBSI GD3A
    "ShortRunLowGrayLevelEmphasis": lambda s: s.small_low,  # IBSI HTZT
}
"""Name -> function of the matrices, one value a direction; the mean over directions is the feature."""


def measure_glrlm(matrices: Emphases | None, names: Sequence[str], *, single: bool) -> dict[str, float]:
    """Average the named features over the directions.

    Parameters
    ----------
    matrices
        None when no line of any direction holds two voxels: features are NaN then, but for PyRadiomics' sums over no
        run length.
    names
        In the order wanted.
    single
        Whether there was only one direction, or one matrix for all.
    """
    if matrices is None:
        nothing = 0.0 if single else float("nan")
        return {name: nothing if name in _SUMS_OVER_LENGTHS else float("nan") for name in names}
    return averaged(matrices, FEATURES, names)
