"""Cox models with a ridge on many columns, for many ridges at once.

All ridges of a path share one quasi-Newton matrix, the information at the model without the penalised columns, in its
eigenvectors: adding a ridge to it and inverting it is a division. Effects that a ridge allows are small, so that the
information hardly moves, and every ridge costs two products of matrices a step.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.survival.statistics.cox import RiskSets, fit_cox

__all__ = ["Curvature", "expected_events", "many_log_likelihoods", "ridge_path"]

FloatArray = npt.NDArray[np.float64]

MOST_STEPS = 60
LEAST_GAIN = 1e-9

TINY = 1e-10
"""Eigenvalues below this share of the largest are rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Curvature:
    """Information on penalised columns beside free ones, at the model of the free ones alone.

    Parameters
    ----------
    free
        Shape (f, f): inverse information on the free columns.
    carried
        Shape (f, k): how much of each penalised column the free ones carry.
    vectors, values
        Shape (k, r) and (r,): eigenvectors and eigenvalues of the information on the penalised columns that the free
        ones leave over.
    events
        Of the patients it was made from.
    """

    free: FloatArray
    carried: FloatArray
    vectors: FloatArray
    values: FloatArray
    events: int

    @classmethod
    def of(cls, sets: RiskSets, free: FloatArray, penalised: FloatArray) -> "Curvature":
        """Measure.

        Parameters
        ----------
        sets
            Of the patients.
        free, penalised
            Shape (n, f) and (n, k), of the same patients; f may be 0.
        """
        x = np.hstack([free, penalised])[sets.order]
        start = fit_cox(sets, free, _safety(sets, free)).coefficients
        weights, sums = _weights(sets, (x[:, : free.shape[1]] @ start)[:, None])
        expected = weights[:, 0] * sets.spread(1.0 / sums[:, 0])
        means = sets.sums(weights * x) / sums
        information = (x * expected[:, None]).T @ x - means.T @ means
        f = free.shape[1]
        own = information[:f, :f] + np.diag(_safety(sets, free))
        inverse = np.asarray(np.linalg.inv(own), dtype=np.float64) if f else np.zeros((0, 0))
        carried = inverse @ information[:f, f:]
        left = information[f:, f:] - information[f:, :f] @ carried
        values, vectors = np.linalg.eigh((left + left.T) / 2)
        real = values > TINY * max(float(values.max(initial=0.0)), 1e-300)
        return cls(inverse, carried, vectors[:, real], values[real], len(sets.died))

    def step(self, score: FloatArray, ridges: FloatArray, events: int) -> FloatArray:
        """Return quasi-Newton steps, shape (f + k, ridges), of scores of that shape, for so many events."""
        f = len(self.free)
        grown = events / self.events
        left = score[f:] - self.carried.T @ score[:f]
        scaled = (self.vectors.T @ left) / (grown * self.values[:, None] + ridges)
        penalised = self.vectors @ scaled
        free = self.free @ score[:f] / grown - self.carried @ penalised
        return np.vstack([free, penalised])


def _safety(sets: RiskSets, free: FloatArray) -> FloatArray:
    """Return a ridge on free columns that no estimate feels, and that keeps separated ones from running away."""
    return np.full(free.shape[1], 1e-4 * len(sets.died))


def _weights(sets: RiskSets, risk: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return exp(risk), by its maximum, and its sums over risk sets; risk is (n, m) in the order of the sets."""
    weights = np.exp(np.maximum(risk - risk.max(axis=0), -600.0))
    return weights, sets.sums(weights)


def many_log_likelihoods(sets: RiskSets, risks: FloatArray) -> FloatArray:
    """Return Cox's log partial likelihood, Efron's ties, of many log hazard ratios.

    Parameters
    ----------
    sets
        Of the patients.
    risks
        Shape (n, m).

    Returns
    -------
    ndarray
        Shape (m,).
    """
    return expected_events(sets, risks[sets.order])[0]


def expected_events(sets: RiskSets, risk: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return log likelihoods, shape (m,), and expected events, shape (n, m); risk in the order of the sets."""
    weights, sums = _weights(sets, risk)
    top = risk.max(axis=0)
    value = (risk[sets.died] - top).sum(axis=0) - np.log(sums).sum(axis=0)
    return value, weights * sets.spread(1.0 / sums)


def ridge_path(
    sets: RiskSets,
    free: FloatArray,
    penalised: FloatArray,
    ridges: FloatArray,
    curvature: Curvature,
    start: FloatArray | None = None,
    *,
    least_gain: float = LEAST_GAIN,
) -> FloatArray:
    """Fit a model for each ridge.

    Parameters
    ----------
    sets
        Of the patients.
    free, penalised
        Shape (n, f) and (n, k): standardised columns without and with a penalty.
    ridges
        Shape (m,), > 0: ``ridge / 2 * coefficient ** 2`` on each penalised column.
    curvature
        Of the same columns, of these patients or of a cohort that they are a part of.
    start
        Shape (f + k, m): where to begin; None begins at 0.
    least_gain
        A fit ends where a step would raise the penalised log likelihood by less than this.

    Returns
    -------
    ndarray
        Shape (f + k, m): coefficients.

    References
    ----------
    Verweij PJM, van Houwelingen HC. Stat Med 1994;13:2427.
    """
    x = np.hstack([free, penalised])[sets.order]
    f, events = free.shape[1], len(sets.died)
    ridges = np.asarray(ridges, dtype=np.float64)
    penalty = np.vstack([np.repeat(_safety(sets, free)[:, None], len(ridges), axis=1),
                         np.repeat(ridges[None, :], penalised.shape[1], axis=0)])  # fmt: skip
    beta = np.zeros((f + penalised.shape[1], len(ridges))) if start is None else start.copy()
    value, expected = expected_events(sets, x @ beta)
    value = value - 0.5 * (penalty * beta**2).sum(axis=0)
    dead = x[sets.died].sum(axis=0)[:, None]
    open_ = np.ones(len(ridges), dtype=np.bool_)
    for _ in range(MOST_STEPS):
        score = dead - x.T @ expected - penalty * beta
        step = curvature.step(score, ridges, events)
        open_ &= (score * step).sum(axis=0) > least_gain
        if not open_.any():
            break
        share = open_.astype(np.float64)
        for _ in range(20):
            moved = beta + share * step
            new, reached = expected_events(sets, x @ moved)
            new = new - 0.5 * (penalty * moved**2).sum(axis=0)
            worse = open_ & ~(new >= value - 1e-12 * (1 + np.abs(value)))
            if not worse.any():
                break
            share = np.where(worse, share / 2, share)
        else:
            break
        beta, value, expected = moved, new, reached
    return beta
