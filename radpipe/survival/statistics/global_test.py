"""Do many columns together say anything about survival that a few do not: one test, by permutation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.survival.statistics.cox import CoxFit, RiskSets
from radpipe.survival.statistics.interval import share_interval

__all__ = ["NEARLY_SURE", "GlobalTest", "global_test", "martingale_residuals"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

CHUNK = 500
"""Permutations that are computed at once."""

MOST_ROUNDS = 10
"""So many times the permutations are drawn where p lies near a level."""

NEARLY_SURE = 0.999
"""Coverage of the interval of p, by chance of permutations, that must exclude a level before drawing ends."""


@dataclass(frozen=True, slots=True)
class GlobalTest:
    """What the test says.

    Parameters
    ----------
    statistic
        Sum of squared scores of the standardised residual columns, divided by its mean over permutations.
    p
        Share of permutations, the data themselves counted in, with a statistic as large.
    permutations
        How many were drawn: p is one more than their number with such a statistic, divided by one more than this.
    columns
        How many columns were tested together.
    """

    statistic: float
    p: float
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
    levels: Sequence[float] = (),
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
    levels
        What p is compared with. Permutations are drawn again, up to ten times as many, while chance of permutations
        leaves open on which side of one of these p lies: another seed then hardly turns the answer.

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
        return GlobalTest(0.0, 1.0, permutations, 0)
    martingale = martingale_residuals(sets, event, base @ fit.coefficients)
    if rest.shape[1] > n:  # The sum needs inner products of patients only: n columns carry them.
        values, vectors = np.linalg.eigh(rest @ rest.T)
        rest = vectors * np.sqrt(np.clip(values, 0.0, None))
    statistic = float(((rest.T @ martingale) ** 2).sum())
    as_large = drawn = 0
    total = 0.0
    while not drawn or (drawn < MOST_ROUNDS * permutations and _open(as_large, drawn, levels)):
        statistics = _permuted_statistics(rest, martingale, permutations, rng)
        as_large += int(np.count_nonzero(statistics >= statistic * (1 - 1e-12)))
        total += float(statistics.sum())
        drawn += permutations
    return GlobalTest(statistic * drawn / total if total > 0 else 0.0, (1 + as_large) / (1 + drawn), drawn,
                      int(own.sum()))  # fmt: skip


def _permuted_statistics(
    rest: FloatArray, martingale: FloatArray, permutations: int, rng: np.random.Generator
) -> FloatArray:
    """Return the statistic of so many deals of the martingale residuals to patients."""
    statistics = np.empty(permutations)
    for start in range(0, permutations, CHUNK):
        size = min(CHUNK, permutations - start)
        dealt = rng.permuted(np.repeat(martingale[:, None], size, axis=1), axis=0)
        statistics[start : start + size] = ((rest.T @ dealt) ** 2).sum(axis=0)
    return statistics


def _open(as_large: int, drawn: int, levels: Sequence[float]) -> bool:
    """Return whether chance of permutations leaves open on which side of a level p lies."""
    chance = share_interval(as_large, drawn, NEARLY_SURE)
    return any(chance.low <= level <= chance.high for level in levels)
