"""Imputation, transformation, scaling and the redundancy filter: fitted to training patients, applied to any."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata, skew

from radpipe.errors import UsageError

__all__ = ["Encoded", "Preprocessor", "encode_features", "representatives"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

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
    """

    names: tuple[str, ...]
    columns: tuple[str, ...]
    codings: tuple[str, ...]
    values: FloatArray
    skewed: BoolArray

    def beside(self, other: "Encoded") -> "Encoded":
        """Return the terms of both, these first."""
        return Encoded(
            self.names + other.names,
            self.columns + other.columns,
            self.codings + other.codings,
            np.hstack([self.values, other.values]),
            np.concatenate([self.skewed, other.skewed]),
        )


def encode_features(frame: pd.DataFrame) -> Encoded:
    """Take numeric features as they are; infinite values count as missing.

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
    values = frame.to_numpy(dtype=np.float64, na_value=np.nan)
    names = tuple(map(str, frame.columns))
    values = np.where(np.isfinite(values), values, np.nan)
    return Encoded(names, names, ("identity",) * len(names), values, np.ones(len(names), dtype=np.bool_))


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
        bool, shape (terms,): False for a term that is constant, or missing too often, in the training patients; it is 0
        for everybody.
    lowest
        Shape (terms,): smallest training value; under a logarithm smaller ones are taken for it.
    """

    fill: FloatArray
    logged: BoolArray
    centre: FloatArray
    scale: FloatArray
    usable: BoolArray
    lowest: FloatArray

    @classmethod
    def fit(cls, values: FloatArray, may_log: BoolArray) -> "Preprocessor":
        """Learn from training patients.

        Parameters
        ----------
        values
            Shape (n, terms); NaN where missing.
        may_log
            bool, shape (terms,).
        """
        lacking = np.isnan(values)
        usable = lacking.mean(axis=0) <= TOO_MANY_MISSING
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
        scale = changed.std(axis=0, ddof=1)
        usable &= scale > CONSTANT
        return cls(fill, logged, changed.mean(axis=0), np.where(usable, scale, 1.0), usable, lowest)

    def apply(self, values: FloatArray) -> FloatArray:
        """Return terms of mean 0 and standard deviation 1 in the training patients.

        Parameters
        ----------
        values
            Shape (m, terms).

        Returns
        -------
        ndarray
            Shape (m, terms), finite.
        """
        found = np.where(np.isnan(values), self.fill, values)
        found[:, self.logged] = np.log(np.maximum(found[:, self.logged], self.lowest[self.logged]))
        return np.where(self.usable, (found - self.centre) / self.scale, 0.0)


def representatives(terms: FloatArray, usable: BoolArray, limit: float) -> npt.NDArray[np.int64]:
    """Keep, in their order, terms that are not almost the same as one kept before; outcomes are not looked at.

    Parameters
    ----------
    terms
        Shape (n, terms).
    usable
        bool, shape (terms,): the others are left out.
    limit
        A term whose absolute Spearman correlation with a kept one exceeds this is left out.

    Returns
    -------
    ndarray
        int64: places of those kept, rising.

    Examples
    --------
    >>> x = np.array([[1.0, 1.0, 5.0], [2.0, 4.0, 2.0], [3.0, 9.0, 4.0], [4.0, 16.0, 1.0]])
    >>> representatives(x, np.array([True, True, True]), 0.9).tolist()
    [0, 2]
    """
    places = np.flatnonzero(usable)
    ranks = rankdata(terms[:, places], axis=0)
    ranks -= ranks.mean(axis=0)
    ranks /= np.sqrt((ranks**2).sum(axis=0))
    alike = np.abs(ranks.T @ ranks) > limit
    free = np.ones(len(places), dtype=np.bool_)
    kept = []
    for number in range(len(places)):
        if free[number]:
            kept.append(number)
            free &= ~alike[number]
    return places[kept]
