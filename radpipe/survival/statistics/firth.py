"""Cox's model with Firth's penalty: an estimate, an interval and a p where a term separates those with the event."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.stats import chi2

from radpipe.survival.statistics.cox import RiskSets

__all__ = ["FirthFit", "firth_likelihood", "fit_firth"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

MAX_STEPS = 60
LONGEST_STEP = 2.0
"""In standard deviations of a column."""

GAIN = 1e-10
REACH = 15.0
"""Ends of an interval are looked for within so many log hazard ratios."""

CRITICAL = float(chi2.ppf(0.95, 1))


@dataclass(frozen=True, slots=True, eq=False)
class FirthFit:
    """A fitted model.

    Parameters
    ----------
    coefficients
        Shape (p,): log hazard ratios.
    low, high
        Shape (p,): ends of the 95 % intervals by the profile of the penalised likelihood.
    p
        Shape (p,): of the penalised likelihood ratio test.
    settled
        False where the columns are collinear, so that there is no estimate either.
    """

    coefficients: FloatArray
    low: FloatArray
    high: FloatArray
    p: FloatArray
    settled: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    value: float
    score: FloatArray
    information: FloatArray


def firth_likelihood(sets: RiskSets, columns: FloatArray, coefficients: FloatArray) -> float:
    """Return the penalised log partial likelihood, half the log determinant of the information added.

    Parameters
    ----------
    sets
        Of the patients.
    columns
        Shape (n, p).
    coefficients
        Shape (p,).
    """
    return _point(sets, columns[sets.order], coefficients).value


def _point(sets: RiskSets, x: FloatArray, beta: FloatArray) -> _Point:
    """Return penalised likelihood, its score and the information; x in the order of the sets, Efron's ties."""
    risk = x @ beta
    weights = np.exp(risk - risk.max())
    pairs = (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)
    triples = (pairs[:, :, None] * x[:, None, :]).reshape(len(x), -1)
    p, total = x.shape[1], sets.sums(weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        first = sets.sums(weights[:, None] * x) / total[:, None]
        second = (sets.sums(weights[:, None] * pairs) / total[:, None]).reshape(-1, p, p)
        third = (sets.sums(weights[:, None] * triples) / total[:, None]).reshape(-1, p, p, p)
        value = float((risk[sets.died] - risk.max()).sum() - np.log(total).sum())
    crossed = first[:, :, None] * first[:, None, :]
    information = (second - crossed).sum(axis=0)
    mixed = (
        second[:, :, :, None] * first[:, None, None, :]
        + second[:, :, None, :] * first[:, None, :, None]
        + second[:, None, :, :] * first[:, :, None, None]
    )
    slope = (third - mixed + 2 * crossed[:, :, :, None] * first[:, None, None, :]).sum(axis=0)
    sign, logarithm = np.linalg.slogdet(information)
    if not (sign > 0 and np.isfinite(value + logarithm)):
        return _Point(-np.inf, np.zeros(p), information)
    score = x[sets.died].sum(axis=0) - first.sum(axis=0)
    score = score + 0.5 * np.einsum("st,str->r", np.linalg.inv(information), slope)
    return _Point(value + 0.5 * float(logarithm), score, information)


def _maximum(sets: RiskSets, x: FloatArray, start: FloatArray, free: BoolArray) -> tuple[FloatArray, _Point, bool]:
    """Climb to the maximum over the free coefficients by Newton's method with halved steps."""
    beta, point = start.copy(), _point(sets, x, start)
    spread = x.std(axis=0)
    for _ in range(MAX_STEPS):
        if not np.isfinite(point.value):
            return beta, point, False
        step = np.zeros(len(beta))
        if free.any():
            step[free] = np.linalg.solve(point.information[np.ix_(free, free)], point.score[free])
        if abs(float(point.score @ step)) < GAIN:
            return beta, point, True
        step *= min(1.0, LONGEST_STEP / max(float(np.abs(step * spread).max()), 1e-300))
        for _ in range(30):
            moved = _point(sets, x, beta + step)
            if moved.value >= point.value - 1e-12 * abs(point.value):
                break
            step /= 2
        else:
            return beta, point, True
        beta, point = beta + step, moved
    return beta, point, False


def fit_firth(sets: RiskSets, columns: FloatArray) -> FirthFit:
    """Fit, with intervals and tests by the profile of the penalised likelihood.

    Parameters
    ----------
    sets
        Of the patients.
    columns
        Shape (n, p): standardised; p of a dozen at most, as third moments of all columns are made.

    Returns
    -------
    FirthFit
        NaN where columns are collinear.

    References
    ----------
    Firth D. Biometrika 1993;80:27. Heinze G, Schemper M. Biometrics 2001;57:114 (Cox's model; profile intervals).
    """
    x, p = np.ascontiguousarray(columns[sets.order]), columns.shape[1]
    everything = np.ones(p, dtype=np.bool_)
    beta, best, settled = _maximum(sets, x, np.zeros(p), everything)
    nothing = np.full(p, np.nan)
    if not settled or not np.isfinite(best.value):
        return FirthFit(nothing, nothing, nothing, nothing, False)
    low, high, test = nothing.copy(), nothing.copy(), nothing.copy()
    errors = np.sqrt(np.diag(np.linalg.inv(best.information)))
    for place in range(p):
        free = everything.copy()
        free[place] = False

        def lost(value: float, place: int = place, free: BoolArray = free) -> float:
            start = beta.copy()
            start[place] = value
            return 2 * (best.value - _maximum(sets, x, start, free)[1].value) - CRITICAL

        test[place] = float(chi2.sf(max(lost(0.0) + CRITICAL, 0.0), 1))
        low[place] = _end(lost, float(beta[place]), -float(errors[place]))
        high[place] = _end(lost, float(beta[place]), float(errors[place]))
    return FirthFit(beta, low, high, test, True)


def _end(lost: Callable[[float], float], middle: float, error: float) -> float:
    """Return where the likelihood has fallen enough, on the side of the error's sign; infinite where it never does."""
    near, far = middle, middle + 1.5 * error
    while lost(far) < 0:
        near, far = far, far + error
        if abs(far - middle) > REACH:
            return float(np.copysign(np.inf, error))
    return float(brentq(lost, near, far, xtol=1e-6))
