"""Gaps of clinical columns in one set of training patients: drawn with their outcome, filled without it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.survival.statistics.imputation import Filler, draw_missing, filler_of

__all__ = ["FOLD_IMPUTATIONS", "Gaps", "nelson_aalen"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

FOLD_IMPUTATIONS = 5
"""Drawn in each fold and bootstrap sample at most: chance of few draws averages out over the repeats."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """Which terms have gaps that are drawn, and how often.

    Parameters
    ----------
    places
        Of the terms, among a study's; at least one.
    beside
        Terms that help to predict them: the other declared ones, and volume.
    count
        How often each gap is drawn for the final models.
    seed
        Of the draws.
    """

    places: tuple[int, ...]
    beside: tuple[int, ...]
    count: int
    seed: int

    def filler(self, values: FloatArray) -> Filler:
        """Learn from training patients, shape (n, terms), to fill gaps of anybody, without any outcome."""
        places, beside = np.array(self.places), np.array(self.beside, dtype=np.int64)
        return filler_of(values, places, beside, count=self.count, rng=np.random.default_rng([self.seed, 0]))

    def draws(self, values: FloatArray, time_days: FloatArray, event: BoolArray) -> FloatArray:
        """Draw the gaps of training patients, their outcome known; shape (count, n, len(places)).

        Parameters
        ----------
        values
            Shape (n, terms).
        time_days, event
            Shape (n,).
        """
        outcome = np.column_stack([event.astype(np.float64), nelson_aalen(time_days, event)])
        places, beside = np.array(self.places), np.array(self.beside, dtype=np.int64)
        return draw_missing(values, places, beside, outcome, count=self.count,
                            rng=np.random.default_rng([self.seed, 1]))  # fmt: skip


def nelson_aalen(time_days: FloatArray, event: BoolArray) -> FloatArray:
    """Return the cumulative hazard until each patient's own time, shape (n,).

    Parameters
    ----------
    time_days, event
        Shape (n,).

    References
    ----------
    Aalen O. Ann Stat 1978;6:701.

    Examples
    --------
    Three at risk at day 1, one at day 3; the second leaves without the event.

    >>> nelson_aalen(np.array([1.0, 2.0, 3.0]), np.array([True, False, True])).round(4).tolist()
    [0.3333, 0.3333, 1.3333]
    """
    days, back = np.unique(time_days, return_inverse=True)
    deaths = np.bincount(back, event, len(days))
    at_risk = np.bincount(back, minlength=len(days))[::-1].cumsum()[::-1]
    return np.asarray(np.cumsum(deaths / at_risk)[back])
