"""Scanners and centres as batches: ComBat inside the folds, learnt from training patients only.

Features that scanners change are harmonised; size and form, clinical columns and volume are not, since their
difference between batches is that of the patients.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from radpipe.errors import UsageError
from radpipe.survival.design.lesions import VOLUME_COLUMNS
from radpipe.survival.design.preprocess import Encoded
from radpipe.survival.statistics.combat import ComBat, ComBatForm, fit_combat

__all__ = ["FEW", "FEWEST", "UNKNOWN", "Batches", "Harmonised", "batches_of", "is_harmonised"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

FEWEST = 10
"""A batch of fewer training patients teaches nothing: its patients stay as measured (as R's combat.enigma has it)."""

FEW = 20
"""A batch of fewer patients is told of."""

UNKNOWN = ""
"""The batch of a patient whose batch is not known; nothing is learnt of it."""

_OF_THE_PATIENT = re.compile(r"(^|_)(shape|shape2D|morph)_|^diag_")


def is_harmonised(feature: str) -> bool:
    """Tell whether scanners change a feature: everything but size, form and diagnostics.

    Examples
    --------
    >>> is_harmonised("original_glcm_Contrast"), is_harmonised("original_shape_Sphericity")
    (True, False)
    """
    return feature not in VOLUME_COLUMNS and _OF_THE_PATIENT.search(feature) is None


@dataclass(frozen=True, slots=True, eq=False)
class Batches:
    """Which patient is of which batch; the harmonizer of :class:`~radpipe.survival.design.preprocess.Steps`.

    Parameters
    ----------
    column
        Where batches come from, for readers.
    labels
        Of each patient of the cohort; ``UNKNOWN`` where the batch is not known.
    terms
        bool, shape (terms,): what is harmonised.
    covariates
        Shape (cohort, q): what ComBat leaves in: differences between batches that are differences of patients.
    covariate_names
        Of the columns.
    form
        Of ComBat.
    """

    column: str
    labels: tuple[str, ...]
    terms: BoolArray
    covariates: FloatArray
    covariate_names: tuple[str, ...] = ()
    form: ComBatForm = field(default_factory=ComBatForm)

    @property
    def sizes(self) -> Mapping[str, int]:
        """Patients of each batch, by name; ``UNKNOWN`` last."""
        names = sorted(set(self.labels), key=lambda name: (name == UNKNOWN, name))
        return {name: self.labels.count(name) for name in names}

    @property
    def strata(self) -> IntArray:
        """Number of each patient's batch, for dealing folds."""
        names = list(self.sizes)
        return np.array([names.index(label) for label in self.labels], dtype=np.int64)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What must be known of batches before anything is fitted."""
        remarks = []
        unknown = self.sizes.get(UNKNOWN, 0)
        if unknown:
            remarks.append(f"the batch ({self.column}) of {unknown} patients is not known; they stay as measured")
        for name, size in self.sizes.items():
            if name != UNKNOWN and size < FEWEST:
                remarks.append(
                    f"batch {name} has {size} patients, fewer than {FEWEST}: nothing is learnt of it, and they "
                    f"stay as measured{', which is not the common scale' if self.form.reference else ''}"
                )
            elif name != UNKNOWN and size < FEW:
                remarks.append(f"batch {name} has {size} patients, fewer than {FEW}: what is learnt of it is unsure")
        return tuple(remarks)

    def fit(self, values: FloatArray, rows: IntArray, usable: BoolArray) -> "Harmonised":
        """Learn from training patients.

        Parameters
        ----------
        values
            Shape (n, terms): imputed, logged.
        rows
            int64, shape (n,): places of the patients in the cohort; persons may repeat.
        usable
            bool, shape (terms,).

        Returns
        -------
        Harmonised
            A batch of fewer than ten persons, and a covariate that these patients cannot tell from their batches, are
            left out.
        """
        terms = np.flatnonzero(self.terms & usable)
        labels = np.array(self.labels, dtype=object)
        persons = labels[np.unique(rows)]
        known = [name for name in self.sizes if name != UNKNOWN and int((persons == name).sum()) >= FEWEST]
        inside = np.flatnonzero(np.isin(labels[rows], np.array(known, dtype=object)))
        form = self.form if self.form.reference in (None, *known) else replace(self.form, reference=None)
        if len(known) < 2 or not len(terms) or form is not self.form:
            return Harmonised(self, terms, np.zeros(0, dtype=np.int64), None)
        own = labels[rows][inside]
        members = np.array([own == name for name in known], dtype=np.float64).T
        kept = _told_apart(members, self.covariates[rows][inside])
        learnt = fit_combat(
            values[np.ix_(inside, terms)], own.tolist(), covariates=self.covariates[rows][inside][:, kept], form=form
        )
        return Harmonised(self, terms, kept, learnt)


@dataclass(frozen=True, slots=True, eq=False)
class Harmonised:
    """What was learnt of training patients' batches.

    Parameters
    ----------
    batches
        Of the cohort that it is applied to.
    terms
        int64: places of the harmonised terms.
    covariates
        int64: places of the covariates that were told apart from the batches.
    combat
        None where fewer than two batches had enough patients: nothing is changed.
    """

    batches: Batches
    terms: IntArray
    covariates: IntArray
    combat: ComBat | None

    def apply(self, values: FloatArray, rows: IntArray) -> FloatArray:
        """Return harmonised values, shape (m, terms), each patient by his own batch and covariates.

        Parameters
        ----------
        values
            Shape (m, terms).
        rows
            int64, shape (m,): places in the cohort.
        """
        if self.combat is None:
            return values
        harmonised = values.copy()
        labels = [self.batches.labels[place] for place in rows]
        harmonised[:, self.terms] = self.combat.apply(
            values[:, self.terms], labels, self.batches.covariates[np.ix_(rows, self.covariates)]
        )
        return harmonised

    @property
    def as_measured(self) -> tuple[str, ...]:
        """Batches of the cohort that nothing was learnt of: their patients stay as measured."""
        known = () if self.combat is None else self.combat.batches
        return tuple(name for name in self.batches.sizes if name not in known)


def _told_apart(members: FloatArray, covariates: FloatArray) -> IntArray:
    """Return places of the covariates that neither batches nor covariates before them explain."""
    kept: list[int] = []
    for place in range(covariates.shape[1]):
        design = np.hstack([members, covariates[:, [*kept, place]]])
        if np.linalg.matrix_rank(design) == design.shape[1]:
            kept.append(place)
    return np.array(kept, dtype=np.int64)


def batches_of(
    labels: Mapping[str, str],
    patient_ids: Sequence[str],
    clinical: Encoded,
    features: Sequence[str],
    *,
    column: str,
    covariates: Sequence[str] = (),
    form: ComBatForm | None = None,
) -> Batches:
    """Set batches up for a cohort.

    Parameters
    ----------
    labels
        Patient -> batch.
    patient_ids
        The cohort.
    clinical
        Terms of the clinical model, of which covariates are taken.
    features
        Names of the feature columns.
    column
        Where batches come from.
    covariates
        Columns of the clinical model whose effect ComBat leaves in.
    form
        Of ComBat.

    Raises
    ------
    UsageError
        There are not two batches of ten patients, the reference is none of them, a covariate is no column of the
        clinical model, misses a value, or cannot be told apart from the batches; no feature is one that scanners
        change.
    """
    form = form or ComBatForm()
    own = tuple(labels.get(patient, UNKNOWN) for patient in patient_ids)
    absent = [name for name in covariates if name not in clinical.columns]
    if absent:
        message = (
            f"covariate {', '.join(absent)} is no column of the clinical model; it has "
            f"{', '.join(dict.fromkeys(clinical.columns))}"
        )
        raise UsageError(message)
    places = [place for place, name in enumerate(clinical.columns) if name in covariates]
    values = clinical.values[:, places]
    lacking = [str(patient_ids[int(row)]) for row in np.flatnonzero(np.isnan(values).any(axis=1))]
    if lacking:
        message = f"a covariate of harmonisation is missing in patient {', '.join(lacking[:5])}; it needs every value"
        raise UsageError(message)
    terms = np.array([False] * len(clinical.names) + [is_harmonised(name) for name in sorted(map(str, features))])
    batches = Batches(column, own, terms, values, tuple(clinical.names[place] for place in places), form)
    _refuse(batches)
    return batches


def _refuse(batches: Batches) -> None:
    large = [name for name, size in batches.sizes.items() if name != UNKNOWN and size >= FEWEST]
    if len(large) < 2:
        listed = ", ".join(f"{name or 'not known'} {size}" for name, size in batches.sizes.items())
        message = (
            f"batch {batches.column}: harmonising needs two batches of {FEWEST} patients or more; there are {listed}"
        )
        raise UsageError(message)
    if batches.form.reference is not None and batches.form.reference not in large:
        message = (
            f"batch {batches.column}: the reference {batches.form.reference!r} is none of the batches with {FEWEST} "
            f"patients or more: {', '.join(large)}"
        )
        raise UsageError(message)
    if not batches.terms.any():
        message = f"batch {batches.column}: no feature is one that scanners change; size and form are not harmonised"
        raise UsageError(message)
    rows = np.array([label in large for label in batches.labels])
    own = np.array(batches.labels, dtype=object)[rows]
    members = np.array([own == name for name in large], dtype=np.float64).T
    kept = _told_apart(members, batches.covariates[rows])
    lost = [name for place, name in enumerate(batches.covariate_names) if place not in kept]
    if lost:
        message = (
            f"batch {batches.column} and covariate {', '.join(lost)} cannot be told apart: one explains the other, or "
            "the covariate is constant; take it away, or do not harmonise"
        )
        raise UsageError(message)
