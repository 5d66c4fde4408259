"""Filling gaps, logarithm, harmonisation, scaling and filters: fitted to training patients, applied to any.

The order is fixed: impute, logarithm, harmonise (:class:`Harmonizer`), scale, filter (:class:`TermFilter`). Harmonising
before the logarithm would make values negative; what comes after it sees harmonised values.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import skew

from radpipe.errors import UsageError
from radpipe.survival.statistics.imputation import Filler

__all__ = ["Encoded", "Harmonized", "Harmonizer", "Preprocessor", "Steps", "TermFilter", "encode_features"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

TOO_MANY_MISSING = 0.2
"""A feature that is missing in a larger share of the training patients is not used."""

SKEWED = 1.0
"""Positive features whose skewness in the training patients exceeds this are taken by their logarithm."""

CONSTANT = 1e-10
"""A standard deviation below this share of the mean is rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Columns as numbers, before anything is estimated from them.

    Parameters
    ----------
    names
        Of the terms; unique.
    columns
        The table column that each term comes from.
    codings
        ``identity``, or how a word became a number: ``is LEVEL``.
    values
        float64, shape (n, terms); NaN where missing.
    skewed
        bool, shape (terms,): whether the term may be taken by its logarithm.
    units
        Of each term: how much of it a hazard ratio is told for, and that in words; empty where none is declared, and
        ratios are per standard deviation.
    drawn
        Of each term: whether missing values of it are drawn (multiple imputation); empty where none is.
    """

    names: tuple[str, ...]
    columns: tuple[str, ...]
    codings: tuple[str, ...]
    values: FloatArray
    skewed: BoolArray
    units: tuple[tuple[float, str], ...] = ()
    drawn: tuple[bool, ...] = ()

    @property
    def imputed(self) -> tuple[int, ...]:
        """Places of terms whose missing values are drawn, and that miss some."""
        return tuple(place for place, one in enumerate(self.drawn) if one and np.isnan(self.values[:, place]).any())

    def unit(self, place: int) -> tuple[float, str]:
        """Return the unit of a term: its size (NaN: a standard deviation), and words."""
        return self.units[place] if self.units else (float("nan"), "one standard deviation")

    def beside(self, other: "Encoded") -> "Encoded":
        """Return the terms of both, these first."""
        return Encoded(
            self.names + other.names,
            self.columns + other.columns,
            self.codings + other.codings,
            np.hstack([self.values, other.values]),
            np.concatenate([self.skewed, other.skewed]),
            tuple(self.unit(place) for place in range(len(self.names)))
            + tuple(other.unit(place) for place in range(len(other.names))),
            (self.drawn or (False,) * len(self.names)) + (other.drawn or (False,) * len(other.names)),
        )


def encode_features(frame: pd.DataFrame) -> Encoded:
    """Take numeric features as they are, in the order of their names; infinite values count as missing.

    The order of a table's columns is nobody's decision, so that no number may depend on it.

    Parameters
    ----------
    frame
        Index: patient ids; numeric columns.

    Raises
    ------
    UsageError
        A column is not numeric.
    """
    words = [str(name) for name, kind in frame.dtypes.items() if not pd.api.types.is_numeric_dtype(kind)]
    if words:
        message = f"features must be numbers; not so in column {', '.join(words[:5])}"
        raise UsageError(message)
    ordered = sorted((str(name), place) for place, name in enumerate(frame.columns))
    names = tuple(name for name, _ in ordered)
    values = frame.to_numpy(dtype=np.float64, na_value=np.nan)[:, [place for _, place in ordered]]
    values = np.where(np.isfinite(values), values, np.nan)
    return Encoded(names, names, ("identity",) * len(names), values, np.ones(len(names), dtype=np.bool_))


class Harmonized(Protocol):
    """What a harmonizer learnt from training patients."""

    def apply(self, values: FloatArray, rows: IntArray) -> FloatArray:
        """Return harmonised values, shape (m, terms), of patients at places ``rows`` of the cohort."""


class Harmonizer(Protocol):
    """Takes differences between scanners or centres out of values, learning from training patients only."""

    def fit(self, values: FloatArray, rows: IntArray, usable: BoolArray) -> Harmonized:
        """Learn from values, shape (n, terms), imputed and logged, of patients at places ``rows`` of the cohort.

        Terms that are not ``usable``, shape (terms,), are constant or missing too often: nothing is learnt from them.
        """


class TermFilter(Protocol):
    """Says which terms may be used, looking at training patients only and at no outcome."""

    def __call__(self, prepared: "Preprocessor", rows: IntArray) -> BoolArray:
        """Return shape (terms,): usable or not, by training patients at places ``rows`` of the cohort.

        ``prepared`` is what was learnt of them so far, so that other measurements of theirs can be brought to the scale
        that the model sees.
        """


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """What preprocessing does beside imputing, taking logarithms and scaling.

    Parameters
    ----------
    harmonizer
        Between logarithm and scaling; None where there is nothing to harmonise.
    term_filter
        After scaling; None keeps every term.
    strata
        int64, shape (cohort,): patients are dealt into folds so that each stratum is in every fold, beside the events;
        None has no strata.
    """

    harmonizer: Harmonizer | None = None
    term_filter: TermFilter | None = None
    strata: IntArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Preprocessor:
    """What was learnt from training patients to make columns comparable.

    Parameters
    ----------
    fill
        Shape (terms,): training medians, for missing values.
    logged
        bool, shape (terms,): whether the logarithm is taken.
    centre, scale
        Shape (terms,): mean and standard deviation (ddof 1) after that, of the training patients.
    usable
        bool, shape (terms,): False for a term that is constant, missing too often, or filtered out in the training
        patients; it is 0 for everybody.
    lowest
        Shape (terms,): smallest training value; under a logarithm smaller ones are taken for it.
    harmonized
        Applied between logarithm and scaling; None where nothing is.
    filler
        Fills gaps of declared terms by regressions on other terms, before anything else; None where none is drawn.
    """

    fill: FloatArray
    logged: BoolArray
    centre: FloatArray
    scale: FloatArray
    usable: BoolArray
    lowest: FloatArray
    harmonized: Harmonized | None = None
    filler: Filler | None = None

    @classmethod
    def fit(
        cls,
        values: FloatArray,
        may_log: BoolArray,
        *,
        declared: BoolArray | None = None,
        rows: IntArray | None = None,
        steps: Steps | None = None,
        filler: Filler | None = None,
    ) -> "Preprocessor":
        """Learn from training patients.

        Parameters
        ----------
        values
            Shape (n, terms); NaN where missing.
        may_log
            bool, shape (terms,).
        declared
            bool, shape (terms,): terms that somebody declared; however many of their values are missing, they stay.
        rows
            int64, shape (n,): places of the patients in the cohort, which ``steps`` may ask for; None counts from 0.
        steps
            Harmonising and filtering; None does neither.
        filler
            Learnt from the same patients; None leaves gaps to the median.
        """
        values = values if filler is None else filler.filled(values)
        rows = np.arange(len(values)) if rows is None else rows
        steps = steps or Steps()
        lacking = np.isnan(values)
        known = ~lacking.all(axis=0)
        usable = known & (lacking.mean(axis=0) <= TOO_MANY_MISSING)
        if declared is not None:
            usable |= known & declared
        fill = np.zeros(values.shape[1])
        if lacking.any():
            fill[usable] = np.nanmedian(values[:, usable], axis=0)
            values = np.where(lacking, fill, values)
        lowest = values.min(axis=0)
        spread = values.std(axis=0)
        usable &= spread > CONSTANT * np.maximum(np.abs(values).max(axis=0), 1e-300)
        logged = usable & may_log & (lowest > 0)
        logged[logged] = skew(values[:, logged], axis=0) > SKEWED
        changed = values.copy()
        changed[:, logged] = np.log(values[:, logged])
        harmonized = None
        if steps.harmonizer is not None:
            harmonized = steps.harmonizer.fit(changed, rows, usable)
            changed = harmonized.apply(changed, rows)
        scale = changed.std(axis=0, ddof=1)
        usable &= scale > CONSTANT
        centre, scale = changed.mean(axis=0), np.where(usable, scale, 1.0)
        prepared = cls(fill, logged, centre, scale, usable, lowest, harmonized, filler)
        if steps.term_filter is None:
            return prepared
        return replace(prepared, usable=usable & steps.term_filter(prepared, rows))

    def apply(
        self, values: FloatArray, rows: IntArray | None = None, places: Sequence[int] | None = None
    ) -> FloatArray:  # fmt: skip
        """Return terms of mean 0 and standard deviation 1 in the training patients.

        Parameters
        ----------
        values
            Shape (m, terms).
        rows
            int64, shape (m,): places of the patients in the cohort; None counts from 0.
        places
            Which terms are wanted; None wants all.

        Returns
        -------
        ndarray
            Shape (m, terms wanted), finite.
        """
        every = np.arange(values.shape[1])
        wanted = every if places is None else np.asarray(places, dtype=np.int64)
        used = wanted if self.harmonized is None else every  # Harmonising takes them together.
        filled = values.copy() if used is every else values[:, used]
        if self.filler is not None and np.isin(used, self.filler.places).any():
            for place, column in zip(self.filler.places, self.filler.columns(values).T, strict=True):
                filled[:, used == place] = column[:, None]
        filled = np.where(np.isnan(filled), self.fill[used], filled)
        logged = self.logged[used]
        filled[:, logged] = np.log(np.maximum(filled[:, logged], self.lowest[used][logged]))
        if self.harmonized is not None:
            filled = self.harmonized.apply(filled, np.arange(len(values)) if rows is None else rows)
            filled = filled if wanted is every else filled[:, wanted]
        return np.where(self.usable[wanted], (filled - self.centre[wanted]) / self.scale[wanted], 0.0)
