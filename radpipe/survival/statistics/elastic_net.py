"""Cox's model with an L1 and an L2 penalty, by accelerated proximal gradient, for several penalties at once."""

import numpy as np
import numpy.typing as npt

from radpipe.survival.statistics.cox import RiskSets
from radpipe.survival.statistics.ridge import expected_events

__all__ = ["elastic_net_path"]

FloatArray = npt.NDArray[np.float64]

MOST_STEPS = 150
TOLERANCE = 3e-4


def elastic_net_path(
    sets: RiskSets, free: FloatArray, penalised: FloatArray, shares: FloatArray, mixing: float = 0.5
) -> FloatArray:
    """Minimise minus the log partial likelihood plus ``penalty * sum(mixing * |b| + (1 - mixing) / 2 * b ** 2)``.

    Parameters
    ----------
    sets
        Of the patients.
    free, penalised
        Shape (n, f) and (n, k): standardised columns without and with a penalty.
    shares
        Shape (m,): penalties as shares of the strongest, at which the first column enters.
    mixing
        1 is the lasso, 0 the ridge.

    Returns
    -------
    ndarray
        Shape (f + k, m): coefficients, many of them exactly 0.

    References
    ----------
    Zou H, Hastie T. J R Stat Soc B 2005;67:301. Simon N et al. J Stat Softw 2011;39(5) (for Cox). Beck A, Teboulle M.
    SIAM J Imaging Sci 2009;2:183 (acceleration, here with O'Donoghue and Candes' restart, Found Comput Math
    2015;15:715).
    """
    x = np.hstack([free, penalised])[sets.order]
    f = free.shape[1]
    dead = x[sets.died].sum(axis=0)[:, None]
    begin = _descend(x, sets, dead, np.zeros((x.shape[1], 1)), np.zeros((x.shape[1], 1)),
                     np.where(np.arange(x.shape[1]) < f, 0.0, np.inf)[:, None])  # fmt: skip
    _, expected = expected_events(sets, x @ begin)
    strongest = float(np.abs(dead - x.T @ expected)[f:].max(initial=0.0)) / max(mixing, 1e-3)
    penalty = strongest * np.asarray(shares)[None, :]
    inside = (np.arange(x.shape[1]) >= f)[:, None]
    start = np.repeat(begin, len(shares), axis=1)
    return _descend(x, sets, dead, start, inside * (1 - mixing) * penalty, inside * mixing * penalty)


def _descend(
    x: FloatArray, sets: RiskSets, dead: FloatArray, start: FloatArray, ridge: FloatArray, lasso: FloatArray
) -> FloatArray:
    """Go down from a start of shape (p, m); ridge and lasso have that shape, or (p, 1)."""
    beta, ahead = start, start
    momentum = np.ones(start.shape[1])
    _, expected = expected_events(sets, x @ start)
    bound = np.full(start.shape[1], float(np.linalg.norm((x * expected.mean(axis=1)[:, None]).T @ x, 2)) + 1e-12)
    for _ in range(MOST_STEPS if x.shape[1] else 0):
        loss, expected = expected_events(sets, x @ ahead)
        smooth = -loss + 0.5 * (ridge * ahead**2).sum(axis=0)
        gradient = x.T @ expected - dead + ridge * ahead
        for _ in range(30):
            raw = ahead - gradient / bound
            moved = np.sign(raw) * np.maximum(np.abs(raw) - lasso / bound, 0.0)
            change = moved - ahead
            reached = -expected_events(sets, x @ moved)[0] + 0.5 * (ridge * moved**2).sum(axis=0)
            allowed = smooth + (gradient * change).sum(axis=0) + 0.5 * bound * (change**2).sum(axis=0)
            above = reached > allowed + 1e-9 * (1 + np.abs(allowed))
            if not above.any():
                break
            bound = np.where(above, 2 * bound, bound)
        step = moved - beta
        if max(np.abs(step).max(initial=0.0), np.abs(change).max(initial=0.0)) < TOLERANCE:
            return np.asarray(moved)
        again = ((ahead - moved) * step).sum(axis=0) > 0  # Momentum that points uphill begins anew.
        following = np.where(again, 1.0, (1 + np.sqrt(1 + 4 * momentum**2)) / 2)
        ahead = np.where(again, moved, moved + (momentum - 1) / following * step)
        momentum, beta = following, moved
    return np.asarray(beta)
