"""Gray level co-occurrence features (IBSI 3.6), as PyRadiomics 3.0.1 defines them.

Each is computed for each direction and averaged over the directions that have pairs. Haralick RM, Shanmugam K,
Dinstein I. IEEE Trans. Syst. Man Cybern. 3 (1973) 610-621.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from radpipe.features.inputs import EPSILON, GrayLevels
from radpipe.features.matrices.cooccurrence import Cooccurrence

__all__ = ["FEATURES", "measure_glcm"]

FloatArray = npt.NDArray[np.float64]


def _correlation(s: Cooccurrence) -> FloatArray:
    """IBSI NI2N; 1 in a direction with one gray level only."""
    spread = s.moments.xx**0.5 * s.moments.yy**0.5
    return np.where(spread == 0, 1.0, s.moments.xy / (spread + EPSILON))


def _k(s: Cooccurrence) -> FloatArray:
    """Return the differences 0 ... Ng - 1, shape (Ng, 1)."""
    return np.arange(s.highest, dtype=np.float64)[:, None]


def _difference_average(s: Cooccurrence) -> FloatArray:
    """IBSI TF7R."""
    return np.asarray(np.sum(_k(s) * s.p_difference, axis=0))


def _difference_entropy(s: Cooccurrence) -> FloatArray:
    """IBSI NTRS, in bits."""
    return np.asarray(-np.sum(s.p_difference * np.log2(s.p_difference + EPSILON), axis=0))


def _difference_variance(s: Cooccurrence) -> FloatArray:
    """IBSI D3YU."""
    return np.asarray(np.sum(s.p_difference * (_k(s) - _difference_average(s)) ** 2, axis=0))


def _inverse_difference(s: Cooccurrence) -> FloatArray:
    """IBSI IB1Z."""
    return np.asarray(np.sum(s.p_difference / (1 + _k(s)), axis=0))


def _inverse_difference_normalised(s: Cooccurrence) -> FloatArray:
    """IBSI NDRX."""
    return np.asarray(np.sum(s.p_difference / (1 + _k(s) / s.highest), axis=0))


def _inverse_difference_moment(s: Cooccurrence) -> FloatArray:
    """IBSI WF0Z."""
    return np.asarray(np.sum(s.p_difference / (1 + _k(s) ** 2), axis=0))


def _inverse_difference_moment_normalised(s: Cooccurrence) -> FloatArray:
    """IBSI 1QCO."""
    return np.asarray(np.sum(s.p_difference / (1 + _k(s) ** 2 / s.highest**2), axis=0))


def _inverse_variance(s: Cooccurrence) -> FloatArray:
    """IBSI E8JP."""
    return np.asarray(np.sum(s.p_difference[1:] / _k(s)[1:] ** 2, axis=0))


def _information_1(s: Cooccurrence) -> FloatArray:
    """IBSI R8DG, first measure of information correlation; 0 in a direction with one gray level only."""
    hx = -np.sum(s.px * np.log2(s.px + EPSILON), axis=0)
    hy = -np.sum(s.py * np.log2(s.py + EPSILON), axis=0)
    gain = s.entropy - s.cross_entropy()
    largest = np.fmax(hx, hy)
    return np.where(largest == 0, 0.0, gain / np.where(largest == 0, 1.0, largest))


def _information_2(s: Cooccurrence) -> FloatArray:
    """IBSI JN9H, second measure of information correlation; NaN where rounding makes the root's argument negative."""
    independent = s.entropy_of_product()
    correlation = (1 - np.e ** (-2 * (independent - s.entropy))) ** 0.5
    return np.where(independent == s.entropy, 0.0, correlation)


def _sum_average(s: Cooccurrence) -> FloatArray:
    """IBSI ZGXS."""
    k = np.arange(2, 2 * s.highest + 1, dtype=np.float64)[:, None]
    return np.asarray(np.sum(k * s.p_sum, axis=0))


def _sum_entropy(s: Cooccurrence) -> FloatArray:
    """IBSI P6QZ, in bits."""
    return np.asarray(-np.sum(s.p_sum * np.log2(s.p_sum + EPSILON), axis=0))


FEATURES: Mapping[str, Callable[[Cooccurrence], FloatArray]] = {
    "Autocorrelation": lambda s: s.moments.product,  # IBSI QWB0: sum p i j
    "ClusterProminence": lambda s: s.moments.fourth,  # IBSI AE86: sum p (i + j - ux - uy)^4
    "ClusterShade": lambda s: s.moments.third,  # IBSI 7NFM
    "ClusterTendency": lambda s: s.moments.second,  # IBSI DG8W
    "Contrast": lambda s: s.moments.squared_gap,  # IBSI ACUI: sum p (i - j)^2
    "Correlation": _correlation,
    "DifferenceAverage": _difference_average,
    "DifferenceEntropy": _difference_entropy,
    "DifferenceVariance": _difference_variance,
    "Id": _inverse_difference,
    "Idm": _inverse_difference_moment,
    "Idmn": _inverse_difference_moment_normalised,
    "Idn": _inverse_difference_normalised,
    "Imc1": _information_1,
    "Imc2": _information_2,
    "InverseVariance": _inverse_variance,
    "JointAverage": lambda s: s.ux,  # IBSI 60VM
    "JointEnergy": lambda s: s.moments.energy,  # IBSI 8ZQL, angular second moment: sum p^2
    "JointEntropy": lambda s: s.entropy,  # IBSI TU9B
    "MCC": lambda s: s.maximal_correlation(),  # Haralick's f14; IBSI does not define it
    "MaximumProbability": lambda s: s.moments.largest,  # IBSI GYBY, joint maximum
    "SumAverage": _sum_average,
    "SumEntropy": _sum_entropy,
    "SumSquares": lambda s: s.moments.xx,  # IBSI UR99, joint variance: sum p (i - ux)^2
}
"""Name -> function of the matrices, one value a direction; the mean over directions is the feature."""


def measure_glcm(
    matrices: Cooccurrence | None, names: Sequence[str], gray: GrayLevels, *, single: bool
) -> dict[str, float]:
    """Average the named features over the directions.

    Parameters
    ----------
    matrices
        Normalised matrices; None when no two voxels are neighbours: all features are NaN then, but for two of
        PyRadiomics' sums over nothing.
    names
        In the order wanted.
    gray
        Gray levels of the ROI.
    single
        Whether there was only one direction, or one matrix for all.
    """
    if matrices is None:
        empty = dict.fromkeys(names, float("nan"))
        if len(gray.present) == 1 and not single:
            empty["MCC"] = 1.0
        if len(gray.present) == 1 and single:
            empty["InverseVariance"] = 0.0
        return {name: empty[name] for name in names}
    values = np.array([FEATURES[name](matrices) for name in names]).reshape(len(names), matrices.px.shape[1])
    defined = ~np.isnan(values)
    sums, counts = np.where(defined, values, 0.0).sum(axis=1), defined.sum(axis=1)
    means = sums / np.where(counts == 0, np.nan, counts)
    return dict(zip(names, means.tolist(), strict=True))
