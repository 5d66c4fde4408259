"""What the families of runs, zones, distances and dependences share: counts by grey level i and size j.

The numbers are those of :class:`radpipe.features.matrices.emphases.Emphases`, of one matrix.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.features.ibsi.record import IbsiFeature
from radpipe.features.matrices.emphases import Emphases, emphases_of

__all__ = ["SizeMatrix", "features_of_sizes", "size_matrices"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SizeMatrix:
    """One matrix, reduced.

    Parameters
    ----------
    emphases
        Numbers of several matrices.
    which
        The one that is meant.
    voxels
        Voxels that were counted, times the directions of a merged matrix.
    energy
        Sum of p^2.
    """

    emphases: Emphases
    which: int
    voxels: float
    energy: float

    def take(self, number: Callable[[Emphases], FloatArray]) -> float:
        """Return one of the numbers."""
        return float(number(self.emphases)[self.which])


def size_matrices(counts: FloatArray, levels: FloatArray, sizes: FloatArray, voxels: float) -> list[SizeMatrix]:
    """Reduce matrices that each count something.

    Parameters
    ----------
    counts
        Shape (A, n, s).
    levels, sizes
        Grey level of each row and size of each column, above 0; shapes (n,) and (s,).
    voxels
        That each matrix was counted on.
    """
    emphases = emphases_of(np.ascontiguousarray(counts, dtype=np.float64), levels, sizes)
    totals = counts.sum(axis=(1, 2))
    energy = (counts**2).sum(axis=(1, 2)) / totals**2
    return [SizeMatrix(emphases, a, voxels, float(energy[a])) for a in range(len(totals))]


Feature = IbsiFeature[SizeMatrix]


def features_of_sizes(
    prefix: str, size: str, tags: tuple[str, ...], codes: str, names: tuple[str, ...], count: str
) -> tuple[Feature, ...]:
    """Make the table of a family from the formulas that all four share.

    Parameters
    ----------
    prefix
        Of the tags: ``rlm``.
    size
        What j is: ``length of a run``.
    tags, codes, names
        Of the 16 features, in IBSI's order: emphases of small and large j, of low and high i, of both; grey level
        non-uniformity, plain and normalised; non-uniformity of j, plain and normalised; percentage; variances of i and
        of j; entropy.
    count
        What is counted: ``run``.
    """
    symbols = f"p = {count}s of level i and {size} j, by all N {count}s"
    formulas: tuple[tuple[str, Callable[[SizeMatrix], float]], ...] = (
        ("sum p / j^2", lambda s: s.take(lambda e: e.small)),
        ("sum p j^2", lambda s: s.take(lambda e: e.large)),
        ("sum p / i^2", lambda s: s.take(lambda e: e.low)),
        ("sum p i^2", lambda s: s.take(lambda e: e.high)),
        ("sum p / (i^2 j^2)", lambda s: s.take(lambda e: e.small_low)),
        ("sum p i^2 / j^2", lambda s: s.take(lambda e: e.small_high)),
        ("sum p j^2 / i^2", lambda s: s.take(lambda e: e.large_low)),
        ("sum p i^2 j^2", lambda s: s.take(lambda e: e.large_high)),
        ("N sum_i (sum_j p)^2", lambda s: s.take(lambda e: e.level_squares / e.total)),
        ("sum_i (sum_j p)^2", lambda s: s.take(lambda e: e.level_squares / e.total**2)),
        ("N sum_j (sum_i p)^2", lambda s: s.take(lambda e: e.size_squares / e.total)),
        ("sum_j (sum_i p)^2", lambda s: s.take(lambda e: e.size_squares / e.total**2)),
        ("N / voxels (times directions, where they are merged)", lambda s: s.take(lambda e: e.total) / s.voxels),
        ("sum p (i - mean)^2", lambda s: s.take(lambda e: e.level_variance)),
        ("sum p (j - mean)^2", lambda s: s.take(lambda e: e.size_variance)),
        ("- sum p log2 p", lambda s: s.take(lambda e: e.entropy)),
    )
    return tuple(
        Feature(f"{prefix}_{tag}", code, name, f"{formula}; {symbols}", "bit" if tag.endswith("entr") else "", of)
        for tag, code, name, (formula, of) in zip(tags, codes.split(), names, formulas, strict=True)
    )
