"""Fine and Gray's model: how columns go with the cumulative incidence of an event that another one competes with."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.errors import UsageError
from radpipe.survival.statistics.kaplan_meier import KaplanMeier

__all__ = ["FineGrayFit", "fit_fine_gray"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

MAX_STEPS = 50
LIMIT = 15.0


@dataclass(frozen=True, slots=True, eq=False)
class FineGrayFit:
    """A fitted model.

    Parameters
    ----------
    coefficients
        Shape (p,): log subdistribution hazard ratios.
    standard_errors
        Shape (p,): robust (sandwich), the weights taken as known.
    settled
        False where there is no estimate.
    """

    coefficients: FloatArray
    standard_errors: FloatArray
    settled: bool


def fit_fine_gray(
    time_days: FloatArray, event: BoolArray, competing: BoolArray, columns: FloatArray, ridge: float = 0.0
) -> FineGrayFit:
    """Fit by Newton's method; a patient with the competing event stays at risk, weighted by the chance to be followed.

    Parameters
    ----------
    time_days, event, competing
        Shape (n,).
    columns
        Shape (n, p).
    ridge
        On every coefficient, ``ridge / 2 * coefficient ** 2``.

    Raises
    ------
    UsageError
        There is no event.

    References
    ----------
    Fine JP, Gray RJ. J Am Stat Assoc 1999;94:496; ties by Breslow.
    """
    if not event.any():
        message = "Fine and Gray's model needs at least one event"
        raise UsageError(message)
    when = np.unique(time_days[event])
    counts = np.array([np.count_nonzero(event & (time_days == day)) for day in when], dtype=np.float64)
    censoring = KaplanMeier.of(time_days, ~(event | competing), leaves_before=event | competing)
    follow = censoring.at(when, before=True)
    own = np.maximum(censoring.at(time_days, before=True), 1e-12)
    weight = (time_days[:, None] >= when[None, :]).astype(np.float64)
    gone = competing[:, None] & (time_days[:, None] < when[None, :])
    weight = np.where(gone, follow[None, :] / own[:, None], weight)
    beta = np.zeros(columns.shape[1])
    settled = False
    summed = columns[event].sum(axis=0)
    for _ in range(MAX_STEPS):
        hazard = weight * np.exp(columns @ beta - (columns @ beta).max())[:, None]
        sums = hazard.sum(axis=0)
        means = (hazard.T @ columns) / sums[:, None]
        expected = hazard @ (counts / sums)
        information = (columns * expected[:, None]).T @ columns - (means * counts[:, None]).T @ means
        information += ridge * np.eye(len(beta))
        score = summed - columns.T @ expected - ridge * beta
        try:
            step = np.linalg.solve(information, score)
        except np.linalg.LinAlgError:
            break
        beta = beta + step * min(1.0, 2.0 / max(float(np.abs(step).max(initial=0.0)), 1e-300))
        if np.abs(beta * columns.std(axis=0)).max(initial=0.0) > LIMIT:
            break
        if np.abs(step).max(initial=0.0) < 1e-9:
            settled = True
            break
    if not settled:
        return FineGrayFit(beta, np.full(len(beta), np.nan), False)
    residual = np.where(event[:, None], columns - means[np.minimum(np.searchsorted(when, time_days), len(when) - 1)], 0)
    increments = hazard * (counts / sums)
    residual = residual - (columns * increments.sum(axis=1)[:, None] - increments @ means)
    inverse = np.linalg.inv(information)
    robust = inverse @ (residual.T @ residual) @ inverse
    return FineGrayFit(beta, np.sqrt(np.diag(robust)), True)
