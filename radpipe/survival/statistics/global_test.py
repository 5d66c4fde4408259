"""Do many columns together say anything about survival that a few do not: one test, by permutation."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.survival.statistics.cox import CoxFit, RiskSets

__all__ = ["GlobalTest", "global_test", "martingale_residuals"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

CHUNK = 500
"""Permutations that are computed at once."""


@dataclass(frozen=True, slots=True)
class GlobalTest:
    """What the test says.

    Parameters
    ----------
    statistic
        Sum of squared scores of the standardised residual columns, divided by its mean over permutations.
    p
        Share of permutations, the data themselves counted in, with a statistic as large.
    error
        Standard error of p, as permutations are drawn: another seed gives another p within about twice this.
    permutations
        How many.
    columns
        How many columns were tested together.
    """

    statistic: float
    p: float
    error: float
    permutations: int
    columns: int


def martingale_residuals(sets: RiskSets, event: BoolArray, risk: FloatArray) -> FloatArray:
    """Return events less expected events, shape (n,), of log hazard ratios.

    Parameters
    ----------
    sets
        Of the patients.
    event
        bool, shape (n,).
    risk
        Shape (n,).

    References
    ----------
    Therneau TM, Grambsch PM, Fleming TR. Biometrika 1990;77:147.
    """
    ordered = risk[sets.order]
    weights = np.exp(ordered - ordered.max())
    expected = np.empty(len(risk))
    expected[sets.order] = weights * sets.spread(1.0 / sets.sums(weights))
    return np.asarray(event - expected)


def global_test(
    sets: RiskSets,
    event: BoolArray,
    base: FloatArray,
    fit: CoxFit,
    columns: FloatArray,
    *,
    permutations: int,
    rng: np.random.Generator,
) -> GlobalTest:
    """Test whether columns say more than the base together.

    What the base's columns explain of each column is taken off (least squares), rests are scaled alike, and the sum of
    their squared scores at the base's fit is compared with that of the same rests dealt to patients at random.

    Parameters
    ----------
    sets, event
        Of the patients.
    base, fit
        Columns of the model that is in, shape (n, b), and its fit.
    columns
        Shape (n, q): what is tested; those that the base explains wholly are left out.
    permutations
        How many.
    rng
        Deals.

    Returns
    -------
    GlobalTest
        p is 1 where no column is left.

    References
    ----------
    Goeman JJ, van de Geer SA, van Houwelingen HC. J R Stat Soc B 2006;68:477 (sum of squared scores as the score test
    of a ridge). Freedman D, Lane D. J Bus Econ Stat 1983;1:292 (permuting rests beside covariates).
    """
    n = len(event)
    known = np.hstack([np.ones((n, 1)), base])
    rest = columns - known @ np.linalg.lstsq(known, columns, rcond=None)[0]
    length = np.sqrt((rest**2).sum(axis=0))
    own = length > 1e-6 * np.sqrt((columns**2).sum(axis=0) + 1e-300)
    rest = rest[:, own] / length[own]
    if not rest.shape[1]:
        return GlobalTest(0.0, 1.0, 0.0, permutations, 0)
    martingale = martingale_residuals(sets, event, base @ fit.coefficients)
    if rest.shape[1] > n:  # The sum needs inner products of patients only: n columns carry them.
        values, vectors = np.linalg.eigh(rest @ rest.T)
        rest = vectors * np.sqrt(np.clip(values, 0.0, None))
    statistic = float(((rest.T @ martingale) ** 2).sum())
    statistics = np.empty(permutations)
    for start in range(0, permutations, CHUNK):
        size = min(CHUNK, permutations - start)
        dealt = rng.permuted(np.repeat(martingale[:, None], size, axis=1), axis=0)
        statistics[start : start + size] = ((rest.T @ dealt) ** 2).sum(axis=0)
    p = (1 + int(np.count_nonzero(statistics >= statistic * (1 - 1e-12)))) / (1 + permutations)
    mean = float(statistics.mean())
    return GlobalTest(statistic / mean if mean > 0 else 0.0, p, float(np.sqrt(p * (1 - p) / (1 + permutations))),
                      permutations, int(own.sum()))  # fmt: skip
