"""Cox's proportional hazards with Efron's ties and a ridge, in numpy: quick enough to be fitted thousands of times.

Tests hold it to lifelines and R.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.linalg.lapack import dpocon

from radpipe.errors import UsageError

__all__ = ["CoxFit", "RiskSets", "baseline_hazard", "fit_cox", "partial_log_likelihood", "score_statistics"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MAX_STEPS = 60
MAX_HALVINGS = 30
GAIN = 1e-13
"""Newton ends where a step would raise the log likelihood by less than this share of it."""

VANISHED = 1e-8
"""Information on a coefficient, as a share of what events could give, below which there is none."""

SINGULAR = 1e-11
"""Reciprocal condition number of the scaled information below which columns are collinear."""

LIMIT = 15.0
"""A log hazard ratio per standard deviation beyond this is taken as separation, not as an estimate."""


@dataclass(frozen=True, slots=True, eq=False)
class RiskSets:
    """Who was at risk at each event: all that Cox's likelihood needs of times and events.

    Parameters
    ----------
    order
        int64, shape (n,): patients by falling time.
    died
        int64, shape (events,): places in ``order`` of the events.
    last
        int64, shape (events,): place in ``order`` of the last one at risk at each event.
    share
        float64, shape (events,): Efron's l / m of the event among m at the same time.
    tie, starts
        int64: number of the tied group of each event, shape (events,), and where each group begins.
    time_days
        float64, shape (events,): of the events, falling.
    entered
        int64, shape (n,): for each place in ``order`` the number of the first event that it was at risk of.
    """

    order: IntArray
    died: IntArray
    last: IntArray
    share: FloatArray
    tie: IntArray
    starts: IntArray
    time_days: FloatArray
    entered: IntArray

    @classmethod
    def of(cls, time_days: FloatArray, event: npt.NDArray[np.bool_]) -> "RiskSets":
        """Order patients.

        Parameters
        ----------
        time_days, event
            Shape (n,).

        Raises
        ------
        UsageError
            There is no event.
        """
        if not event.any():
            message = "a Cox model needs at least one event"
            raise UsageError(message)
        order = np.lexsort((~event, -time_days))
        time, dead = time_days[order], event[order]
        died = np.flatnonzero(dead)
        when = time[died]
        last = np.searchsorted(-time, -when, side="right") - 1
        first = np.concatenate([[True], when[1:] != when[:-1]])
        starts = np.flatnonzero(first)
        tie = np.cumsum(first) - 1
        size = np.diff(np.append(starts, len(died)))
        share = (np.arange(len(died)) - starts[tie]) / size[tie]
        entered = np.searchsorted(last, np.arange(len(order)), side="left")
        return cls(order, died, last, share, tie, starts, when, entered)

    def sums(self, values: FloatArray) -> FloatArray:
        """Sum over the risk set of each event, Efron's share of the tied taken off.

        Parameters
        ----------
        values
            Shape (n,) or (n, columns), in the order of ``order``.

        Returns
        -------
        ndarray
            Shape (events,) or (events, columns).
        """
        at_risk = np.cumsum(values, axis=0)[self.last]
        if len(self.starts) == len(self.died):
            return at_risk
        tied = np.add.reduceat(values[self.died], self.starts, axis=0)[self.tie]
        share = self.share if values.ndim == 1 else self.share[:, None]
        return np.asarray(at_risk - share * tied)

    def spread(self, weights: FloatArray) -> FloatArray:
        """Give every patient the sum of the weights of the events he was at risk for: the transpose of ``sums``.

        Parameters
        ----------
        weights
            Shape (events,) or (events, columns).

        Returns
        -------
        ndarray
            Shape (n,) or (n, columns), in the order of ``order``.
        """
        # Events fall in time, so that those a patient was at risk for are all from the first one onwards.
        behind = np.concatenate([np.cumsum(weights[::-1], axis=0)[::-1], np.zeros((1, *weights.shape[1:]))])
        spread = behind[self.entered]
        if len(self.starts) < len(self.died):
            share = self.share if weights.ndim == 1 else self.share[:, None]
            spread[self.died] -= np.add.reduceat(share * weights, self.starts, axis=0)[self.tie]
        return np.asarray(spread, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class CoxFit:
    """A fitted Cox model.

    Parameters
    ----------
    coefficients
        Shape (p,): log hazard ratios.
    log_likelihood
        Partial, without the penalty.
    information
        Shape (p, p): of the partial likelihood plus the ridge.
    ridge
        Shape (p,): penalty of each coefficient, ``ridge / 2 * coefficient ** 2``.
    event_days, hazard_steps
        Shape (events,): times, rising, and the steps of the cumulative hazard of a patient whose columns are 0.
    settled
        False where Newton did not converge or a coefficient ran away.
    """

    coefficients: FloatArray
    log_likelihood: float
    information: FloatArray
    ridge: FloatArray
    event_days: FloatArray
    hazard_steps: FloatArray
    settled: bool

    def risk(self, columns: FloatArray) -> FloatArray:
        """Return the log hazard ratio, shape (m,), of columns of shape (m, p)."""
        return np.asarray(columns @ self.coefficients)

    def probability(self, risk: FloatArray, horizon_days: float) -> FloatArray:
        """Return the probability of the event until a horizon, shape (m,), of log hazard ratios of shape (m,)."""
        hazard = self.hazard_steps[self.event_days <= horizon_days].sum()
        return np.asarray(-np.expm1(-hazard * np.exp(np.clip(risk, -50, 50))))

    @property
    def standard_errors(self) -> FloatArray:
        """Square roots of the diagonal of the inverse information, shape (p,)."""
        return np.asarray(np.sqrt(np.diag(np.linalg.inv(self.information))))


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """The likelihood at one point: weights exp(risk), their risk-set sums, and the patients' expected events."""

    log_likelihood: float
    weights: FloatArray
    sums: FloatArray
    expected: FloatArray


def _state(sets: RiskSets, risk: FloatArray) -> _State:
    shift = float(risk.max())
    weights = np.exp(risk - shift)
    sums = sets.sums(weights)
    if not (sums > 0).all():  # Risks so far apart that weights vanish: no place to be.
        return _State(-np.inf, weights, sums, weights)
    log_likelihood = float((risk[sets.died] - shift).sum() - np.log(sums).sum())
    return _State(log_likelihood, weights, sums, weights * sets.spread(1.0 / sums))


def partial_log_likelihood(sets: RiskSets, risk: FloatArray) -> float:
    """Return Cox's log partial likelihood, Efron's ties, of log hazard ratios of shape (n,).

    Examples
    --------
    Two of two die, risks equal: log(1 / 2) + log(1).

    >>> sets = RiskSets.of(np.array([1.0, 2.0]), np.array([True, True]))
    >>> round(partial_log_likelihood(sets, np.zeros(2)), 4)
    -0.6931
    """
    return _state(sets, risk[sets.order]).log_likelihood


def fit_cox(sets: RiskSets, columns: FloatArray, ridge: float | FloatArray = 0.0) -> CoxFit:
    """Fit by Newton's method with halved steps.

    Parameters
    ----------
    sets
        Of the same patients.
    columns
        Shape (n, p), of any order of patients that ``sets`` was made with; p may be 0.
    ridge
        Penalty of all, or of each, coefficient: ``ridge / 2 * coefficient ** 2``, as in R's ``ridge(theta=)``.

    Returns
    -------
    CoxFit
        ``settled`` is False where it did not converge, or a coefficient times its column's standard deviation exceeds
        15, which is separation.

    References
    ----------
    Cox DR. J R Stat Soc B 1972;34:187. Efron B. J Am Stat Assoc 1977;72:557. Verweij PJM, van Houwelingen HC. Stat Med
    1994;13:2427 (ridge).

    Examples
    --------
    Two patients, the one with x = 1 first: the likelihood rises for ever, so there is no estimate without a ridge.

    >>> sets = RiskSets.of(np.array([1.0, 2.0]), np.array([True, True]))
    >>> fit_cox(sets, np.array([[1.0], [0.0]])).settled
    False

    With a ridge of 1 the score is 1 - e^b / (e^b + 1) - b = 0.

    >>> fit_cox(sets, np.array([[1.0], [0.0]]), 1.0).coefficients.round(4).tolist()
    [0.4011]
    """
    x = np.ascontiguousarray(columns[sets.order])
    penalty = np.broadcast_to(np.asarray(ridge, dtype=np.float64), (x.shape[1],)).copy()
    beta = np.zeros(x.shape[1])
    state = _state(sets, x @ beta)
    information = np.zeros((x.shape[1], x.shape[1]))
    settled = x.shape[1] == 0
    for _ in range(MAX_STEPS if x.shape[1] else 0):
        score, information = _derivatives(sets, x, state)
        score -= penalty * beta
        information += np.diag(penalty)
        step = _solve(information, score)
        if step is None:
            break
        if score @ step <= GAIN * (1 + abs(state.log_likelihood)):
            last = _state(sets, x @ (beta + step))
            if np.isfinite(last.log_likelihood):
                beta, state = beta + step, last  # No gain to be seen, but the square root of it in the coefficients.
            settled = True
            break
        moved = _advance(sets, x, beta, step, penalty, state)
        if moved is None:
            settled = True
            break
        beta, state = moved
        if np.abs(beta * x.std(axis=0)).max() > LIMIT:
            break
    if x.shape[1] and (np.diag(information) < VANISHED * len(sets.died) * x.var(axis=0)).any():
        settled = False  # The likelihood rises for ever, too little to be seen: separation.
    days, steps, _ = baseline_hazard(sets, columns @ beta)
    return CoxFit(beta, state.log_likelihood, information, penalty, days, steps, settled)


def baseline_hazard(sets: RiskSets, risk: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """Return what a risk taken as it is says of the patients.

    Parameters
    ----------
    sets
        Of the patients.
    risk
        Shape (n,): log hazard ratios.

    Returns
    -------
    tuple
        Times of the events, rising, and steps of the cumulative hazard at a risk of 0, shape (events,) each; and the
        log partial likelihood.

    References
    ----------
    Breslow NE. Biometrics 1974;30:89; ties by Efron's shares.
    """
    ordered = risk[sets.order]
    state = _state(sets, ordered)
    steps = 1.0 / (state.sums * np.exp(float(ordered.max())))
    return sets.time_days[::-1], steps[::-1], state.log_likelihood


def _derivatives(sets: RiskSets, x: FloatArray, state: _State) -> tuple[FloatArray, FloatArray]:
    """Return score, shape (p,), and information, shape (p, p)."""
    means = sets.sums(state.weights[:, None] * x) / state.sums[:, None]
    score = x[sets.died].sum(axis=0) - state.expected @ x
    return score, (x * state.expected[:, None]).T @ x - means.T @ means


def _solve(information: FloatArray, score: FloatArray) -> FloatArray | None:
    """Return the Newton step, or None where the information is singular."""
    scale = np.sqrt(np.clip(np.diag(information), 0, None))
    if not (scale > 0).all():
        return None
    scaled = information / np.outer(scale, scale)
    try:
        factor = cho_factor(scaled)
    except np.linalg.LinAlgError:
        return None
    near, _ = dpocon(factor[0], float(np.abs(scaled).sum(axis=0).max()), uplo="L" if factor[1] else "U")
    return np.asarray(cho_solve(factor, score / scale) / scale) if near > SINGULAR else None


def _advance(
    sets: RiskSets, x: FloatArray, beta: FloatArray, step: FloatArray, penalty: FloatArray, state: _State
) -> tuple[FloatArray, _State] | None:
    """Go the step, or a half of it as often as needed to rise; None where rounding stands against any rise."""
    before = state.log_likelihood - 0.5 * float(penalty @ beta**2)
    for _ in range(MAX_HALVINGS):
        moved = beta + step
        moved_state = _state(sets, x @ moved)
        if moved_state.log_likelihood - 0.5 * float(penalty @ moved**2) > before:
            return moved, moved_state
        step = step / 2
    return None


def score_statistics(
    sets: RiskSets, candidates: FloatArray, base: FloatArray | None = None, fit: CoxFit | None = None
) -> FloatArray:
    """Test every candidate column at once for what it adds to the columns already in the model.

    Parameters
    ----------
    sets
        Of the same patients.
    candidates
        Shape (n, q).
    base, fit
        Columns in the model, shape (n, p), and their fit; None for the empty model.

    Returns
    -------
    ndarray
        Shape (q,): Rao's score statistics, chi-squared with 1 degree of freedom each under the null; 0 for a column
        that the model holds already.

    References
    ----------
    Rao CR. Proc Camb Phil Soc 1948;44:50. For the empty model and a group this is the log-rank test.
    """
    z = np.ascontiguousarray(candidates[sets.order])
    empty = base is None or fit is None or base.shape[1] == 0
    x = np.zeros((len(z), 0)) if base is None or empty else np.ascontiguousarray(base[sets.order])
    state = _state(sets, np.zeros(len(z)) if fit is None or empty else x @ fit.coefficients)
    means = sets.sums(state.weights[:, None] * z) / state.sums[:, None]
    score = z[sets.died].sum(axis=0) - state.expected @ z
    raw = state.expected @ z**2 - (means**2).sum(axis=0)
    left = raw
    if fit is not None and not empty:
        inner = sets.sums(state.weights[:, None] * x) / state.sums[:, None]
        crossed = (z * state.expected[:, None]).T @ x - means.T @ inner
        solved = np.linalg.solve(fit.information, crossed.T)
        left = raw - np.einsum("qp,pq->q", crossed, solved)
    usable = left > 1e-8 * np.maximum(raw, 1e-300)
    return np.where(usable, score**2 / np.where(usable, left, 1.0), 0.0)
