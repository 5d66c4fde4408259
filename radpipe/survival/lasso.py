"""Cox's model with an L1 penalty, by accelerated proximal gradient; it puts features in order."""

import numpy as np
import numpy.typing as npt

from radpipe.survival.cox import RiskSets

__all__ = ["fit_lasso", "lasso_order", "strongest_penalty"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

STEPS = 400
TOLERANCE = 1e-6
PATH = 24
"""Penalties tried, from the strongest down to 5 % of it."""


def _score(sets: RiskSets, x: FloatArray, beta: FloatArray) -> tuple[float, FloatArray]:
    """Return minus the log partial likelihood and its gradient; x in the order of the risk sets."""
    risk = x @ beta
    shift = float(risk.max())
    weights = np.exp(risk - shift)
    sums = sets.sums(weights)
    loss = float(np.log(sums).sum() - (risk[sets.died] - shift).sum())
    return loss, (weights * sets.spread(1.0 / sums)) @ x - x[sets.died].sum(axis=0)


def fit_lasso(
    sets: RiskSets, columns: FloatArray, penalty: FloatArray, start: FloatArray | None = None, *, steps: int = STEPS
) -> FloatArray:
    """Minimise minus the log partial likelihood plus ``sum(penalty * |coefficient|)``.

    Parameters
    ----------
    sets
        Of the same patients.
    columns
        Shape (n, p), standardised.
    penalty
        Shape (p,), >= 0; 0 leaves a coefficient free.
    start
        Shape (p,): where to begin.
    steps
        At most so many.

    Returns
    -------
    ndarray
        Shape (p,): coefficients, many of them exactly 0.

    References
    ----------
    Tibshirani R. Stat Med 1997;16:385 (lasso for Cox). Beck A, Teboulle M. SIAM J Imaging Sci 2009;2:183 (FISTA, here
    with O'Donoghue and Candes' restart, Found Comput Math 2015;15:715).
    """
    x = np.ascontiguousarray(columns[sets.order])
    beta = np.zeros(x.shape[1]) if start is None else start.copy()
    ahead, momentum = beta.copy(), 1.0
    bound = max(1.0, 0.1 * len(sets.died))
    for _ in range(steps):
        loss, gradient = _score(sets, x, ahead)
        while True:
            raw = ahead - gradient / bound
            moved = np.sign(raw) * np.maximum(np.abs(raw) - penalty / bound, 0.0)
            change = moved - ahead
            reached, _ = _score(sets, x, moved)
            if reached <= loss + float(gradient @ change) + 0.5 * bound * float(change @ change) + 1e-10:
                break
            bound *= 2.0
        step = moved - beta
        if np.abs(step).max(initial=0.0) < TOLERANCE and np.abs(change).max(initial=0.0) < TOLERANCE:
            return moved
        if float((ahead - moved) @ step) > 0:
            momentum, ahead = 1.0, moved
        else:
            following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
            ahead = moved + (momentum - 1) / following * step
            momentum = following
        beta = moved
    return beta


def strongest_penalty(sets: RiskSets, columns: FloatArray, free: FloatArray) -> float:
    """Return the penalty at which the first column enters beside the free ones.

    Parameters
    ----------
    sets
        Of the same patients.
    columns
        Shape (n, p).
    free
        Shape (n, q): columns without penalty.
    """
    x = np.hstack([free, columns])
    size = free.shape[1]
    penalty = np.concatenate([np.zeros(size), np.full(columns.shape[1], np.inf)])
    beta = fit_lasso(sets, x, penalty) if size else np.zeros(x.shape[1])
    _, gradient = _score(sets, x[sets.order], beta)
    return float(np.abs(gradient[size:]).max(initial=0.0))


def lasso_order(sets: RiskSets, columns: FloatArray, free: FloatArray, most: int) -> IntArray:
    """Return the columns that enter first as the penalty falls.

    Parameters
    ----------
    sets
        Of the same patients.
    columns
        Shape (n, p), standardised.
    free
        Shape (n, q): columns that are in without penalty.
    most
        How many are wanted.

    Returns
    -------
    ndarray
        int64, at most ``most`` places; those that enter at the same penalty by the size of their coefficients.
    """
    size = free.shape[1]
    top = strongest_penalty(sets, columns, free)
    entered: list[int] = []
    beta = np.zeros(size + columns.shape[1])
    x = np.hstack([free, columns])
    for penalty in np.geomspace(top, 0.05 * top, PATH)[1:] if top > 0 else ():
        weights = np.concatenate([np.zeros(size), np.full(columns.shape[1], penalty)])
        beta = fit_lasso(sets, x, weights, beta)
        inside = np.abs(beta[size:])
        new = [place for place in np.argsort(-inside, kind="stable") if inside[place] > 0 and place not in entered]
        entered.extend(int(place) for place in new)
        if len(entered) >= most:
            break
    return np.array(entered[:most], dtype=np.int64)
