"""Gray level run length matrix (IBSI 3.7), as PyRadiomics 3.0.1 defines it.

``R[i, j]`` of a direction is the number of runs of j consecutive voxels of gray level i. Features are computed for each
direction and averaged over the directions in which the ROI has more than one voxel on some line. Galloway MM. Comput.
Graph. Image Process. 4 (1975) 172-179.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.features.classes.inputs import GrayLevels, TextureOptions, direction_lengths_mm

__all__ = ["FEATURES", "RunLengths", "measure_glrlm", "run_lengths"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_EPSILON = float(np.spacing(1))
"""PyRadiomics adds it inside the logarithm of RunEntropy."""


@dataclass(frozen=True, slots=True, eq=False)
class RunLengths:
    """Run length matrices of A directions, n gray levels and r lengths that occur.

    Parameters
    ----------
    runs
        float64, shape (n, r, A): number of runs, weighted where a norm is set.
    i
        float64, shape (n, 1): gray levels.
    j
        float64, shape (r, 1): lengths in voxels.
    by_level, by_length
        float64, shapes (n, A) and (r, A): sums of ``runs``.
    total
        float64, shape (A,): all runs.
    """

    runs: FloatArray
    i: FloatArray
    j: FloatArray
    by_level: FloatArray
    by_length: FloatArray
    total: FloatArray


def run_lengths(
    runs: npt.NDArray[np.int32],
    mask: npt.NDArray[np.bool_],
    gray: GrayLevels,
    options: TextureOptions,
    offsets: IntArray,
    spacing_zyx_mm: tuple[float, float, float],
) -> RunLengths | None:
    """Arrange counted runs; None when no line of any direction holds two voxels.

    Parameters
    ----------
    runs
        From :func:`radpipe.kernels.runs.count_runs`, shape (A, n, longest).
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
    used = np.flatnonzero(_shares_lines(runs, mask, offsets))
    if not used.size:
        return None
    found = runs[used].transpose(1, 2, 0)
    lengths = np.flatnonzero(found.any(axis=(0, 2)))
    table = found[:, lengths].astype(np.float64)
    norm = options.weighting_norm
    if norm is not None:
        weights = np.ones(len(used))
        if norm != "no_weighting":
            weights = direction_lengths_mm(offsets[used], spacing_zyx_mm, norm)
        table = np.sum(table * weights, axis=2, keepdims=True)
    return RunLengths(
        runs=table,
        i=gray.present.astype(np.float64)[:, None],
        j=(lengths + 1).astype(np.float64)[:, None],
        by_level=table.sum(axis=1),
        by_length=table.sum(axis=0),
        total=table.sum(axis=(0, 1)),
    )


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


def _short_run_emphasis(s: RunLengths) -> FloatArray:
    """IBSI 22OV."""
    return np.asarray(np.sum(s.by_length / s.j**2, axis=0) / s.total)


def _long_run_emphasis(s: RunLengths) -> FloatArray:
    """IBSI W4KF."""
    return np.asarray(np.sum(s.by_length * s.j**2, axis=0) / s.total)


def _low_gray_level_run_emphasis(s: RunLengths) -> FloatArray:
    """IBSI V3SW."""
    return np.asarray(np.sum(s.by_level / s.i**2, axis=0) / s.total)


def _high_gray_level_run_emphasis(s: RunLengths) -> FloatArray:
    """IBSI G3QZ."""
    return np.asarray(np.sum(s.by_level * s.i**2, axis=0) / s.total)


def _short_run_low_gray_level_emphasis(s: RunLengths) -> FloatArray:
    """IBSI HTZT."""
    return np.asarray(np.sum(np.sum(s.runs / s.j**2, axis=1) / s.i**2, axis=0) / s.total)


def _short_run_high_gray_level_emphasis(s: RunLengths) -> FloatArray:
    """IBSI GD3A."""
    return np.asarray(np.sum(np.sum(s.runs / s.j**2, axis=1) * s.i**2, axis=0) / s.total)


def _long_run_low_gray_level_emphasis(s: RunLengths) -> FloatArray:
    """IBSI IVPO."""
    return np.asarray(np.sum(np.sum(s.runs * s.j**2, axis=1) / s.i**2, axis=0) / s.total)


def _long_run_high_gray_level_emphasis(s: RunLengths) -> FloatArray:
    """IBSI 3KUM."""
    return np.asarray(np.sum(np.sum(s.runs * s.j**2, axis=1) * s.i**2, axis=0) / s.total)


def _gray_level_non_uniformity(s: RunLengths) -> FloatArray:
    """IBSI R5YN."""
    return np.asarray(np.sum(s.by_level**2, axis=0) / s.total)


def _gray_level_non_uniformity_normalized(s: RunLengths) -> FloatArray:
    """IBSI OVBL."""
    return np.asarray(np.sum(s.by_level**2, axis=0) / s.total**2)


def _run_length_non_uniformity(s: RunLengths) -> FloatArray:
    """IBSI W92Y."""
    return np.asarray(np.sum(s.by_length**2, axis=0) / s.total)


def _run_length_non_uniformity_normalized(s: RunLengths) -> FloatArray:
    """IBSI IC23."""
    return np.asarray(np.sum(s.by_length**2, axis=0) / s.total**2)


def _run_percentage(s: RunLengths) -> FloatArray:
    """IBSI 9ZK5: runs by voxels."""
    return np.asarray(s.total / np.sum(s.by_length * s.j, axis=0))


def _gray_level_variance(s: RunLengths) -> FloatArray:
    """IBSI 8CE5."""
    p = s.by_level / s.total
    return np.asarray(np.sum(p * (s.i - np.sum(p * s.i, axis=0)) ** 2, axis=0))


def _run_variance(s: RunLengths) -> FloatArray:
    """IBSI SXLW."""
    p = s.by_length / s.total
    return np.asarray(np.sum(p * (s.j - np.sum(p * s.j, axis=0)) ** 2, axis=0))


def _run_entropy(s: RunLengths) -> FloatArray:
    """IBSI HJ9O, in bits."""
    p = s.runs / s.total
    return np.asarray(-np.sum(p * np.log2(p + _EPSILON), axis=(0, 1)))


_SUMS_OVER_LENGTHS = ("RunEntropy", "RunVariance")
"""Features that divide by the number of runs before they sum."""

FEATURES: Mapping[str, Callable[[RunLengths], FloatArray]] = {
    "GrayLevelNonUniformity": _gray_level_non_uniformity,
    "GrayLevelNonUniformityNormalized": _gray_level_non_uniformity_normalized,
    "GrayLevelVariance": _gray_level_variance,
    "HighGrayLevelRunEmphasis": _high_gray_level_run_emphasis,
    "LongRunEmphasis": _long_run_emphasis,
    "LongRunHighGrayLevelEmphasis": _long_run_high_gray_level_emphasis,
    "LongRunLowGrayLevelEmphasis": _long_run_low_gray_level_emphasis,
    "LowGrayLevelRunEmphasis": _low_gray_level_run_emphasis,
    "RunEntropy": _run_entropy,
    "RunLengthNonUniformity": _run_length_non_uniformity,
    "RunLengthNonUniformityNormalized": _run_length_non_uniformity_normalized,
    "RunPercentage": _run_percentage,
    "RunVariance": _run_variance,
    "ShortRunEmphasis": _short_run_emphasis,
    "ShortRunHighGrayLevelEmphasis": _short_run_high_gray_level_emphasis,
    "ShortRunLowGrayLevelEmphasis": _short_run_low_gray_level_emphasis,
}
"""Name -> function of the matrices, one value a direction; the mean over directions is the feature."""


def measure_glrlm(matrices: RunLengths | None, names: Sequence[str], *, single: bool) -> dict[str, float]:
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
    return {name: float(np.mean(FEATURES[name](matrices))) for name in names}
