"""Missing values drawn from what is known of other patients: chained equations with predictive mean matching.

Training patients' gaps are drawn with their outcome among the predictors, as a model that is fitted to them wants it.
The outcome of a patient who is to be predicted is not known: his gaps are filled by regressions that never saw one.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Filler", "draw_missing", "filler_of"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

CYCLES = 5
"""Times that every column is drawn anew, given the others; one column alone needs one."""

DONORS = 5
"""A missing value is that of one of so many patients whose predicted value is nearest."""

RIDGE = 1e-5
"""Share of each predictor's sum of squares that is added to it, so that collinear ones do no harm."""


@dataclass(frozen=True, slots=True, eq=False)
class Filler:
    """Regressions of columns on each other, drawn m times, that fill gaps of any patient by their mean.

    Parameters
    ----------
    places
        int64, shape (c,): columns that may have gaps.
    beside
        int64, shape (b,): columns that help to predict.
    centre, scale
        Shape (c + b,): mean and standard deviation of the known values.
    coefficients
        Shape (m, c, 1 + c + b): of each draw and column, the constant first, of standardised columns.
    low, high
        Shape (c,): smallest and largest known value; nothing is filled beyond them.
    """

    places: IntArray
    beside: IntArray
    centre: FloatArray
    scale: FloatArray
    coefficients: FloatArray
    low: FloatArray
    high: FloatArray

    def filled(self, values: FloatArray) -> FloatArray:
        """Return the values, shape (n, columns), gaps of ``places`` filled with the mean over the draws.

        Each draw fills by its own regressions, several gaps of a patient in turn until they agree; chance about a
        regression is left out, as it has mean 0. No patient's filling depends on another row.
        """
        found = values.copy()
        found[:, self.places] = self.columns(values)
        return found

    def columns(self, values: FloatArray) -> FloatArray:
        """Return the columns ``places`` alone of :meth:`filled`, shape (n, c)."""
        lacking = np.isnan(values[:, self.places])
        rows = np.flatnonzero(lacking.any(axis=1))
        found = values[:, self.places]
        if not len(rows):
            return found
        gaps = lacking[rows]
        known = _standardised(values[rows][:, np.r_[self.places, self.beside]], self.centre, self.scale)
        c = len(self.places)
        low, high = ((end - self.centre[:c]) / self.scale[:c] for end in (self.low, self.high))
        mean = np.zeros((len(rows), c))
        for drawn in self.coefficients:
            guess = known.copy()
            for _ in range(CYCLES if c > 1 else 1):
                for column in range(c):
                    at = gaps[:, column]
                    told = drawn[column, 0] + guess[at] @ drawn[column, 1:]
                    guess[at, column] = np.clip(told, low[column], high[column])
            mean += guess[:, :c] / len(self.coefficients)
        raw = mean * self.scale[:c] + self.centre[:c]
        found[rows] = np.where(gaps, raw, found[rows])
        return found


def filler_of(
    values: FloatArray, places: IntArray, beside: IntArray, *, count: int, rng: np.random.Generator
) -> Filler:
    """Learn from training patients to fill gaps without any outcome.

    Parameters
    ----------
    values
        Shape (n, columns); NaN where missing.
    places, beside
        Columns that may have gaps, and others that help to predict; none of them is an outcome.
    count
        Draws.
    rng
        Draws.
    """
    columns = np.r_[places, beside]
    centre, scale, low, high = _extent(values[:, columns])
    c = len(places)
    _, regressions = _chained(values[:, columns], c, np.zeros((len(values), 0)), count, rng)
    return Filler(places, beside, centre, scale, regressions, low[:c], high[:c])


def draw_missing(
    values: FloatArray, places: IntArray, beside: IntArray, outcome: FloatArray, *, count: int,
    rng: np.random.Generator,
) -> FloatArray:  # fmt: skip
    """Draw the gaps of training patients several times.

    Parameters
    ----------
    values
        Shape (n, columns); NaN where missing.
    places, beside
        Columns whose gaps are drawn, and others that help to predict.
    outcome
        Shape (n, k): what is known of the outcome of the same patients: event and cumulative hazard.
    count
        Draws.
    rng
        Draws.

    Returns
    -------
    ndarray
        Shape (count, n, len(places)): known values as they are; each gap the value of another patient.

    References
    ----------
    van Buuren S, Groothuis-Oudshoorn K. J Stat Softw 2011;45(3) (chained equations, predictive mean matching of type
    1). White IR, Royston P. Stat Med 2009;28:1982 (event and Nelson-Aalen's hazard as predictors).
    """
    return _chained(values[:, np.r_[places, beside]], len(places), outcome, count, rng)[0]


def _extent(values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return mean, standard deviation, least and largest known value of each column; 0 and 1 where none is known."""
    known = ~np.isnan(values)
    some = known.any(axis=0)
    filled = np.where(known, values, np.nan)
    filled[:, ~some] = 0.0
    spread = np.nanstd(filled, axis=0)
    return (
        np.nanmean(filled, axis=0),
        np.where(spread > 0, spread, 1.0),
        np.nanmin(filled, axis=0),
        np.nanmax(filled, axis=0),
    )


def _standardised(values: FloatArray, centre: FloatArray, scale: FloatArray) -> FloatArray:
    """Return columns of mean 0 and standard deviation 1, gaps at the mean."""
    found = (values - centre) / scale
    return np.where(np.isnan(found), 0.0, found)


def _chained(
    values: FloatArray, c: int, outcome: FloatArray, count: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Draw the gaps of the first c columns; return draws, shape (count, n, c), and the last regressions of each.

    Regressions are those of :class:`Filler`, with the outcome's coefficients behind.
    """
    n, width = len(values), values.shape[1]
    gaps = np.isnan(values[:, :c])
    centre, scale, _, _ = _extent(values)
    spread = outcome.std(axis=0)
    told = (outcome - outcome.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    start = np.hstack([_standardised(values, centre, scale), told])
    order = [column for column in np.argsort(gaps.sum(axis=0), kind="stable") if not gaps[:, column].all()]
    draws, regressions = np.empty((count, n, c)), np.zeros((count, c, 1 + width + told.shape[1]))
    for number in range(count):
        table = start.copy()
        for column in order:
            known = np.flatnonzero(~gaps[:, column])
            table[gaps[:, column], column] = table[rng.choice(known, int(gaps[:, column].sum())), column]
        for _ in range(CYCLES if len(order) > 1 else 1):
            for column in order:
                regressions[number, column] = _drawn_column(table, column, gaps[:, column], rng)
        draws[number] = np.where(gaps, table[:, :c] * scale[:c] + centre[:c], values[:, :c])
    draws[:, :, gaps.all(axis=0)] = 0.0  # Nothing is known of it: constant, so that no model takes it.
    return draws, regressions


def _drawn_column(table: FloatArray, column: int, gaps: BoolArray, rng: np.random.Generator) -> FloatArray:
    """Draw a regression of one column on the others and its gaps by it, in place; return its coefficients.

    The coefficients are drawn from their posterior under a flat prior; the column's own stands as 0.
    """
    others = np.delete(np.arange(table.shape[1]), column)
    design = np.hstack([np.ones((len(table), 1)), table[:, others]])
    known = np.flatnonzero(~gaps)
    x, y = design[known], table[known, column]
    squares = x.T @ x
    inverse = np.linalg.inv(squares + RIDGE * np.diag(np.diag(squares)) + 1e-12 * np.eye(len(squares)))
    mean = inverse @ (x.T @ y)
    freedom = max(len(known) - x.shape[1], 1)
    sigma = float(np.sqrt(((y - x @ mean) ** 2).sum() / rng.chisquare(freedom)))
    drawn = mean + sigma * (np.linalg.cholesky((inverse + inverse.T) / 2) @ rng.normal(size=len(mean)))
    where = np.flatnonzero(gaps)
    if len(where):
        apart = np.abs((design[where] @ drawn)[:, None] - (x @ mean)[None, :])
        near = np.argpartition(apart, min(DONORS, len(known)) - 1, axis=1)[:, : min(DONORS, len(known))]
        chosen = near[np.arange(len(where)), rng.integers(0, near.shape[1], len(where))]
        table[where, column] = y[chosen]
    found = np.zeros(1 + table.shape[1])
    found[0], found[1 + others] = drawn[0], drawn[1:]
    return found
