"""ComBat: differences of mean and spread between batches, learnt from some patients and taken off any.

A batch is a scanner, a centre, a kernel: whatever measures otherwise. What is learnt is applied to a patient with that
patient's own batch and covariates; nothing is estimated from whom it is applied to.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.errors import UsageError

__all__ = ["ComBat", "ComBatForm", "fit_combat"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

TOLERANCE = 1e-4
"""The priors' iteration ends when no value moves by a larger share; that of R's and Python's references."""

MOST_STEPS = 1000

FLAT = 1e-12
"""A feature whose residual variance is below this share of its variance is constant beside batch and covariates."""


@dataclass(frozen=True, slots=True)
class ComBatForm:
    """Which form of ComBat.

    Parameters
    ----------
    empirical_bayes
        Whether batches are drawn towards what is usual over features; needs two features.
    mean_only
        Leave the spread of each batch as it is.
    reference
        A batch that stays as it is, towards which the others are moved; None moves all towards their mean.
    """

    empirical_bayes: bool = True
    mean_only: bool = False
    reference: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ComBat:
    """What was learnt of batches.

    Parameters
    ----------
    batches
        Names, in the order of the rows of ``shift`` and ``spread``.
    mean
        Shape (p,): grand mean of each feature, or that of the reference batch.
    effects
        Shape (q, p): of the covariates.
    scale
        Shape (p,): residual standard deviation; 0 for a feature that is constant and stays as it is.
    shift, spread
        Shape (batches, p): of each batch, in residual standard deviations; spread is a variance.
    reference
        The batch that stays as it is, or None.
    settled
        Whether the priors' iteration ended before its limit in every batch.
    """

    batches: tuple[str, ...]
    mean: FloatArray
    effects: FloatArray
    scale: FloatArray
    shift: FloatArray
    spread: FloatArray
    reference: str | None = None
    settled: bool = True

    def apply(self, values: FloatArray, batch: Sequence[str], covariates: FloatArray | None = None) -> FloatArray:
        """Take the differences off.

        Parameters
        ----------
        values
            Shape (m, p).
        batch
            Of each patient; one that was not learnt leaves the patient as measured.
        covariates
            Shape (m, q): the patients' own; None where there were none.

        Returns
        -------
        ndarray
            Shape (m, p).
        """
        harmonised = np.array(values, dtype=np.float64)
        z = np.zeros((len(harmonised), 0)) if covariates is None else covariates
        names = np.asarray(batch, dtype=object)
        varies = self.scale > 0
        for place, name in enumerate(self.batches):
            rows = np.flatnonzero(names == name)
            if name == self.reference or not len(rows):
                continue
            expected = self.mean[varies] + z[rows] @ self.effects[:, varies]
            scale = self.scale[varies]
            standard = (harmonised[np.ix_(rows, varies)] - expected) / scale
            moved = (standard - self.shift[place, varies]) / np.sqrt(self.spread[place, varies])
            harmonised[np.ix_(rows, varies)] = moved * scale + expected
        return harmonised


def fit_combat(
    values: FloatArray,
    batch: Sequence[str],
    *,
    covariates: FloatArray | None = None,
    covariate_names: Sequence[str] = (),
    form: ComBatForm | None = None,
) -> ComBat:
    """Learn the differences between batches.

    Parameters
    ----------
    values
        Shape (n, p), finite.
    batch
        Of each patient; each batch has two or more.
    covariates
        Shape (n, q): what patients differ in beside their batch, known before the outcome; categories as columns of 0
        and 1 without their first level.
    covariate_names
        Of the columns, for messages.
    form
        Which form.

    Returns
    -------
    ComBat
        With one batch only, nothing is changed.

    Raises
    ------
    UsageError
        A batch has one patient, the reference is no batch, batch and covariates cannot be told apart, or values are
        missing.

    References
    ----------
    Johnson WE, Li C, Rabinovic A. Biostatistics 2007;8:118. Fortin JP et al. NeuroImage 2018;167:104. The reference
    batch: Zhang Y et al. BMC Bioinformatics 2018;19:262.

    Examples
    --------
    >>> learnt = fit_combat(np.array([[1.0], [3.0], [11.0], [13.0]]), list("aabb"), form=ComBatForm(False))
    >>> learnt.apply(np.array([[2.0], [12.0], [2.0]]), list("abc")).ravel().round(9).tolist()
    [7.0, 7.0, 2.0]
    """
    form = form or ComBatForm()
    names = np.asarray(batch, dtype=object)
    batches = tuple(sorted(set(names.tolist())))
    z = np.zeros((len(values), 0)) if covariates is None else np.asarray(covariates, dtype=np.float64)
    members: FloatArray = np.array([names == name for name in batches], dtype=np.float64).T
    _refuse(values, batches, members, z, covariate_names, form.reference)
    if len(batches) < 2 or not values.size:
        nothing = np.zeros((len(batches), values.shape[1]))
        none = np.zeros((z.shape[1], values.shape[1]))
        return ComBat(batches, nothing[0], none, nothing[0], nothing, nothing + 1.0, form.reference)
    coefficients = np.asarray(np.linalg.lstsq(np.hstack([members, z]), values, rcond=None)[0], dtype=np.float64)
    means, effects = coefficients[: len(batches)], coefficients[len(batches) :]
    residuals = values - members @ means - z @ effects
    mean: FloatArray
    if form.reference is None:
        mean = members.mean(axis=0) @ means
        variance = (residuals**2).mean(axis=0)
    else:
        place = batches.index(form.reference)
        mean = means[place]
        variance = (residuals[members[:, place] > 0] ** 2).mean(axis=0)
    varies = variance > FLAT * np.maximum(values.var(axis=0), 1e-300)
    scale = np.sqrt(np.where(varies, variance, 0.0))
    standard = (values - mean - z @ effects)[:, varies] / scale[varies]
    shift, spread, settled = np.zeros_like(means), np.ones_like(means), True
    for place in range(len(batches) if varies.any() else 0):
        rows = standard[members[:, place] > 0]
        shift[place, varies], spread[place, varies], ended = _batch(rows, form)
        settled &= ended
    return ComBat(batches, mean, effects, scale, shift, spread, form.reference, settled)


def _batch(rows: FloatArray, form: ComBatForm) -> tuple[FloatArray, FloatArray, bool]:
    """Return shift and spread of one batch from its standardised rows, and whether the iteration settled."""
    size, features = rows.shape
    mean = rows.mean(axis=0)
    variance = rows.var(axis=0, ddof=1)
    if form.mean_only:
        variance = np.ones(features)
    if not form.empirical_bayes or features < 2:
        return mean, np.where(variance > 0, variance, 1.0), True
    prior, prior_spread = float(mean.mean()), float(mean.var(ddof=1))
    if form.mean_only:
        return (prior_spread * mean + prior) / (prior_spread + 1.0), variance, True
    m, v = float(variance.mean()), float(variance.var(ddof=1))
    if v == 0.0 or prior_spread == 0.0:  # the features have all one shift, or one spread: the prior is they
        return np.full(features, prior), np.full(features, m if m > 0 else 1.0), True
    shape, rate = (2.0 * v + m * m) / v, (m * v + m**3) / v
    shift, spread = mean, variance
    for _ in range(MOST_STEPS):
        new_shift = (prior_spread * size * mean + spread * prior) / (prior_spread * size + spread)
        squares = ((rows - new_shift) ** 2).sum(axis=0)
        new_spread = (0.5 * squares + rate) / (size / 2.0 + shape - 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            moved = max(
                float(np.nanmax(np.abs(new_shift - shift) / shift)),  # by the shift with its sign, as the references do
                float(np.nanmax(np.abs(new_spread - spread) / spread)),
            )
        shift, spread = new_shift, new_spread
        if moved <= TOLERANCE:
            return shift, spread, True
    return shift, spread, False


def _refuse(
    values: FloatArray, batches: tuple[str, ...], members: FloatArray, covariates: FloatArray,
    covariate_names: Sequence[str], reference: str | None,
) -> None:  # fmt: skip
    """Refuse what has no answer."""
    if not np.isfinite(values).all() or not np.isfinite(covariates).all():
        message = "ComBat: a value or covariate is missing; impute before harmonising"
        raise UsageError(message)
    if reference is not None and reference not in batches:
        message = f"ComBat: the reference batch {reference} is not one of {', '.join(batches)}"
        raise UsageError(message)
    counts = members.sum(axis=0)
    alone = [name for name, count in zip(batches, counts, strict=True) if count < 2]
    if alone:
        message = f"ComBat: batch {', '.join(alone)} has one patient, of whom no spread can be learnt"
        raise UsageError(message)
    design = members
    for place in range(covariates.shape[1]):
        wider = np.hstack([design, covariates[:, [place]]])
        if np.linalg.matrix_rank(wider) < wider.shape[1]:
            name = covariate_names[place] if covariate_names else f"number {place + 1}"
            message = (
                f"ComBat: the covariate {name} cannot be told apart from the batches {', '.join(batches)} (one "
                "explains the other, or it is constant); take the covariate away, or do not harmonise"
            )
            raise UsageError(message)
        design = wider
