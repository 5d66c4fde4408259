"""Do hazard ratios stay the same over time: the score test, and the residuals that show how they move."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2

from radpipe.survival.statistics.cox import RiskSets
from radpipe.survival.statistics.kaplan_meier import KaplanMeier

__all__ = ["HazardsTest", "proportional_hazards"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Transform = Literal["km", "log"]


@dataclass(frozen=True, slots=True, eq=False)
class HazardsTest:
    """Test of each column, of all together, and residuals.

    Parameters
    ----------
    statistic, p
        Shape (p + 1,): of each column, and last of all together; NaN where it cannot be given.
    event_days
        Shape (events,), rising.
    residuals
        Shape (events, p): scaled Schoenfeld residuals plus the coefficient.
    """

    statistic: FloatArray
    p: FloatArray
    event_days: FloatArray
    residuals: FloatArray


def proportional_hazards(
    time_days: FloatArray, event: BoolArray, columns: FloatArray, coefficients: FloatArray, transform: Transform = "km"
) -> HazardsTest:
    """Test whether coefficients move with time, as ``cox.zph`` of R's survival 3.0 and later.

    Parameters
    ----------
    time_days, event
        Shape (n,).
    columns, coefficients
        Shape (n, p) and (p,): of a plain Cox fit to these patients.
    transform
        What time is taken as: ``km``, one minus Kaplan-Meier just before; or ``log``.

    References
    ----------
    Therneau TM. cox.zph of R's package survival, since version 3.0: score test of ``coefficient + theta * g(time)``.
    Grambsch PM, Therneau TM. Biometrika 1994;81:515 (residuals).
    """
    sets = RiskSets.of(time_days, event)
    x = columns[sets.order]
    weights = np.exp(x @ coefficients - float((x @ coefficients).max()))
    sums = sets.sums(weights)
    means = sets.sums(weights[:, None] * x) / sums[:, None]
    products = (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)
    second = (sets.sums(weights[:, None] * products) / sums[:, None]).reshape(len(sums), x.shape[1], x.shape[1])
    variance = second - means[:, :, None] * means[:, None, :]
    schoenfeld = _tied_mean(sets, x[sets.died] - means)
    if transform == "log":
        clock = np.log(np.maximum(sets.time_days, 1e-9))
    else:
        clock = 1 - KaplanMeier.of(time_days, event).at(sets.time_days, before=True)
    clock = clock - clock.mean()
    score = clock @ schoenfeld
    own, crossed = np.einsum("e,eij->ij", clock**2, variance), np.einsum("e,eij->ij", clock, variance)
    whole = variance.sum(axis=0)
    left = own - crossed @ np.linalg.solve(whole, crossed.T)
    with np.errstate(invalid="ignore", divide="ignore"):
        single = score**2 / np.diag(left)
        together = float(score @ np.linalg.solve(left, score))
    statistic = np.append(single, together)
    p = np.asarray(chi2.sf(statistic, np.append(np.ones(len(score)), len(score))))
    scaled = coefficients + len(sums) * schoenfeld @ np.linalg.inv(whole)
    return HazardsTest(statistic, p, sets.time_days[::-1], scaled[::-1])


def _tied_mean(sets: RiskSets, residuals: FloatArray) -> FloatArray:
    """Share the residuals of events on one day evenly."""
    summed = np.add.reduceat(residuals, sets.starts, axis=0)
    size = np.diff(np.append(sets.starts, len(sets.died)))[:, None]
    return np.asarray((summed / size)[sets.tie])
