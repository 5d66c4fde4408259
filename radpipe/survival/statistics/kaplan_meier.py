"""Kaplan and Meier's estimate: the one place where survival is estimated without a model."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.survival.statistics.constants import NORMAL_95
from radpipe.survival.statistics.interval import Interval

__all__ = ["KaplanMeier"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class KaplanMeier:
    """The estimate of one group: a step at each time an event was seen.

    Parameters
    ----------
    time_days
        float64, shape (steps,): times of events, rising.
    at_risk, events
        float64, shape (steps,): patients (or their weights) under observation just before, and with the event then.
    survival
        float64, shape (steps,): after each step; 0 to 1.
    greenwood
        float64, shape (steps,): Greenwood's sum ``d / (n (n - d))`` up to each step; infinite once nobody is left.
    last_day
        Longest observation; behind it nothing is known.
    """

    time_days: FloatArray
    at_risk: FloatArray
    events: FloatArray
    survival: FloatArray
    greenwood: FloatArray
    last_day: float

    @classmethod
    def of(
        cls,
        time_days: FloatArray,
        event: BoolArray,
        *,
        weight: FloatArray | None = None,
        leaves_before: BoolArray | None = None,
    ) -> "KaplanMeier":
        """Estimate.

        Parameters
        ----------
        time_days, event
            Shape (n,), n > 0.
        weight
            Shape (n,): how often each patient counts; None is once.
        leaves_before
            bool, shape (n,): patients who are not at risk any more of an event on their own last day. Where the event
            is a censoring, these are those who died: a death and a censoring on one day happened in this order.

        References
        ----------
        Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457. Greenwood M, 1926.

        Examples
        --------
        >>> KaplanMeier.of(np.array([1.0, 2.0, 3.0]), np.array([True, False, True])).survival.round(4).tolist()
        [0.6667, 0.0]
        """
        order = np.argsort(time_days, kind="stable")
        time, seen = time_days[order], event[order]
        counted = np.ones(len(time)) if weight is None else np.asarray(weight, dtype=np.float64)[order]
        behind = np.concatenate([np.cumsum(counted[::-1])[::-1], [0.0]])
        when = np.unique(time[seen & (counted > 0)])
        first, end = np.searchsorted(time, when, side="left"), np.searchsorted(time, when, side="right")
        summed = np.concatenate([[0.0], np.cumsum(counted * seen)])
        events = summed[end] - summed[first]
        at_risk = behind[first]
        if leaves_before is not None:
            gone = np.concatenate([[0.0], np.cumsum(counted * leaves_before[order])])
            at_risk = at_risk - (gone[end] - gone[first])
        left = at_risk - events
        share = np.where(left > 0, events / (at_risk * np.where(left > 0, left, 1.0)), np.inf)
        survival = np.cumprod(np.clip(1.0 - events / np.maximum(at_risk, 1e-300), 0.0, 1.0))
        return cls(when, at_risk, events, survival, np.cumsum(share), float(time[-1]))

    def at(self, days: FloatArray | float, *, before: bool = False) -> FloatArray:
        """Return the estimate at given times, shape of ``days``; after the last step it stays as it was.

        Parameters
        ----------
        days
            Times.
        before
            Just before each of them, S(t-), instead of S(t).
        """
        steps = np.concatenate([[1.0], self.survival])
        return np.asarray(steps[np.searchsorted(self.time_days, days, side="left" if before else "right")])

    def event_probability(self, horizon_days: float) -> Interval:
        """Return 1 - S at a horizon (events at exactly the horizon count), with its 95 % interval.

        The interval is on the complementary log-log scale; there is none at 0 and 1.

        References
        ----------
        Kalbfleisch JD, Prentice RL. The Statistical Analysis of Failure Time Data, 1980.
        """
        low, high = self.band()
        place = int(np.searchsorted(self.time_days, horizon_days, side="right")) - 1
        if place < 0:
            return Interval(0.0, 0.0, 0.0)
        return Interval(float(1 - self.survival[place]), float(1 - high[place]), float(1 - low[place]))

    def band(self) -> tuple[FloatArray, FloatArray]:
        """Return the 95 % interval of the survival after each step, shape (steps,) each, complementary log-log."""
        survival, inside = self.survival, (self.survival > 0) & (self.survival < 1)
        log_log = np.log(-np.log(np.where(inside, survival, 0.5)))
        error = np.sqrt(np.where(inside, self.greenwood, 0.0)) / np.abs(np.log(np.where(inside, survival, 0.5)))
        low = np.exp(-np.exp(log_log + NORMAL_95 * error))
        high = np.exp(-np.exp(log_log - NORMAL_95 * error))
        return np.where(inside, low, survival), np.where(inside, high, survival)

    @property
    def median_days(self) -> float:
        """First time at which the estimate is 0.5 or less; infinite where it was not reached."""
        reached = np.flatnonzero(self.survival <= 0.5 + 1e-12)
        return float(self.time_days[reached[0]]) if len(reached) else float("inf")
