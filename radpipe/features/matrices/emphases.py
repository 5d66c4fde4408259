"""What features of run length, size zone and dependence matrices are made of: they share their formulas.

A matrix counts runs, zones or voxels by gray level i and size j: the length of a run, the voxels of a zone, the
dependent voxels of a neighbourhood. p is a cell's share of all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.features.inputs import EPSILON
from radpipe.kernels import emphases as kernels

__all__ = ["Emphases", "averaged", "emphases_of"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Emphases:
    """Numbers of A matrices, shape (A,) each.

    Parameters
    ----------
    total
        All runs, zones or voxels, N.
    small, large
        sum p / j^2 and sum p j^2.
    low, high
        sum p / i^2 and sum p i^2.
    small_low, small_high, large_low, large_high
        sum p / (i^2 j^2), sum p i^2 / j^2, sum p j^2 / i^2 and sum p i^2 j^2.
    level_squares, size_squares
        sum over i of the squared count of level i, and over j of that of size j.
    level_variance, size_variance
        sum p (i - mean)^2 and sum p (j - mean)^2.
    entropy
        - sum p log2(p + epsilon), in bits.
    level_mean, size_mean
        sum p i and sum p j.
    """

    total: FloatArray
    small: FloatArray
    large: FloatArray
    low: FloatArray
    high: FloatArray
    small_low: FloatArray
    small_high: FloatArray
    large_low: FloatArray
    large_high: FloatArray
    level_squares: FloatArray
    size_squares: FloatArray
    level_variance: FloatArray
    size_variance: FloatArray
    entropy: FloatArray
    level_mean: FloatArray
    size_mean: FloatArray


def emphases_of(counts: FloatArray, levels: FloatArray, sizes: FloatArray) -> Emphases:
    """Reduce matrices of shape (A, n, s) whose rows are gray levels, shape (n,), and columns sizes, shape (s,)."""
    return Emphases(*kernels.emphases(counts, levels, sizes, EPSILON))


def averaged(
    matrices: Emphases, features: Mapping[str, Callable[[Emphases], FloatArray]], names: Sequence[str]
) -> dict[str, float]:
    """Compute the named features; each is the mean over the matrices."""
    values = np.array([features[name](matrices) for name in names]).reshape(len(names), len(matrices.total))
    return dict(zip(names, values.mean(axis=1).tolist(), strict=True))
