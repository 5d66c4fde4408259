"""Whether batches can be told apart by features: an area under the curve, and the share of features that differ."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["differing_share", "mean_auc", "telling_scores"]

FloatArray = npt.NDArray[np.float64]

RIDGE = 1.0
"""Penalty of the discriminant, as a share of the mean squared length of a patient's features."""


def telling_scores(training: FloatArray, batch: Sequence[str], held: FloatArray) -> FloatArray:
    """Tell the batch of held-out patients by a ridge discriminant of training patients.

    Parameters
    ----------
    training
        Shape (n, p): standardised features.
    batch
        Of the training patients.
    held
        Shape (m, p), of patients not seen.

    Returns
    -------
    ndarray
        Shape (m, batches): the higher, the likelier; batches in the order of their names.

    References
    ----------
    Ridge regression on the indicators of the batches, in its dual form: Hastie T, Tibshirani R. Biostatistics
    2004;5:329.
    """
    names = np.asarray(batch, dtype=object)
    wanted = np.array([names == name for name in sorted(set(batch))], dtype=np.float64).T
    centre = training.mean(axis=0)
    own = training - centre
    kernel = own @ own.T
    penalty = RIDGE * max(float(np.trace(kernel)) / len(own), 1e-12)
    weights = np.linalg.solve(kernel + penalty * np.eye(len(own)), wanted - wanted.mean(axis=0))
    return np.asarray((held - centre) @ own.T @ weights)


def mean_auc(scores: FloatArray, batch: Sequence[str], batches: Sequence[str]) -> float:
    """Return the mean over batches of the area under the curve of one batch against the others.

    Parameters
    ----------
    scores
        Shape (m, batches).
    batch
        Of the patients.
    batches
        Names of the columns of ``scores``.

    Returns
    -------
    float
        0.5 where batches cannot be told; NaN where all patients are of one.

    Examples
    --------
    >>> mean_auc(np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]), ["a", "b", "b"], ["a", "b"])
    1.0
    """
    from scipy.stats import rankdata

    names = np.asarray(batch, dtype=object)
    areas = []
    for place, name in enumerate(batches):
        own = names == name
        inside, outside = int(own.sum()), int((~own).sum())
        if inside and outside:
            above = rankdata(scores[:, place])[own].sum() - inside * (inside + 1) / 2
            areas.append(float(above) / (inside * outside))
    return float(np.mean(areas)) if areas else float("nan")


def differing_share(values: FloatArray, batch: Sequence[str], *, level: float = 0.05) -> float:
    """Return the share of features whose distribution differs between batches.

    Parameters
    ----------
    values
        Shape (n, p).
    batch
        Of the patients; at least two different ones.
    level
        Of the false discovery rate.

    References
    ----------
    Kruskal WH, Wallis WA. JASA 1952;47:583. Benjamini Y, Hochberg Y. J R Stat Soc B 1995;57:289.
    """
    from scipy.stats import chi2, rankdata

    n, names = len(values), np.asarray(batch, dtype=object)
    if not values.shape[1]:
        return 0.0
    ranks = rankdata(values, axis=0) - (n + 1) / 2
    groups = sorted(set(batch))
    between = np.zeros(values.shape[1])
    for name in groups:
        own = ranks[names == name]
        between += own.sum(axis=0) ** 2 / len(own)
    spread = (ranks**2).sum(axis=0)
    statistic = np.where(spread > 0, (n - 1) * between / np.where(spread > 0, spread, 1.0), 0.0)
    p = np.sort(chi2.sf(statistic, len(groups) - 1))
    below = np.flatnonzero(p <= level * np.arange(1, len(p) + 1) / len(p))
    return float((below[-1] + 1) / len(p)) if len(below) else 0.0
