"""A locked model: everything that another centre needs to compute a patient's risk, and nothing that it may change."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.errors import UsageError
from radpipe.survival.design.clinical_model import ClinicalModel
from radpipe.survival.design.measuring import Measuring
from radpipe.survival.procedure.absolute import incidence
from radpipe.survival.signatures.signature import Signature
from radpipe.survival.statistics.combat import ComBat
from radpipe.survival.statistics.spline import restricted_cubic_spline

__all__ = ["Baseline", "LockedModel", "LockedTerm", "Origin", "from_signature"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LockedTerm:
    """One term of a locked model: ``coefficient * (transform(value) - centre) / scale``.

    Parameters
    ----------
    name
        Of the term.
    column
        Of the feature table, or of the clinical table.
    clinical
        Whether it is of the clinical table.
    coefficient
        Log hazard ratio per ``scale``.
    log
        Whether the logarithm is taken; values below ``floor`` count as ``floor``.
    floor
        Least value that the logarithm is taken of; 0 where values are positive anyway.
    missing
        What stands for a missing value, before the transform; NaN refuses patients that lack it.
    centre, scale
        Mean and standard deviation of the transformed values of the patients that the model was made from.
    knots
        Of a restricted cubic spline of the standardised term; None for the term itself.
    """

    name: str
    column: str
    clinical: bool
    coefficient: float
    log: bool = False
    floor: float = 0.0
    missing: float = float("nan")
    centre: float = 0.0
    scale: float = 1.0
    knots: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """Cumulative hazard of a patient whose terms are all 0.

    Parameters
    ----------
    days, hazard
        Shape (steps,): times, rising, and cumulative hazard up to each; empty where it was not published.
    other_days, other_hazard
        The same of the competing event; empty without one.
    other
        Shape (k,): coefficients of the competing event on the first k terms.
    """

    days: FloatArray = field(default_factory=lambda: np.zeros(0))
    hazard: FloatArray = field(default_factory=lambda: np.zeros(0))
    other_days: FloatArray = field(default_factory=lambda: np.zeros(0))
    other_hazard: FloatArray = field(default_factory=lambda: np.zeros(0))
    other: FloatArray = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, slots=True)
class Origin:
    """The patients that a model was made from, as far as another centre must know them.

    Parameters
    ----------
    text
        In words.
    endpoint, origin, roi
        What was predicted, what time counts from, and whose features.
    patients, events
        How many; 0 where that was not published.
    follow_up_years
        Median, reverse Kaplan-Meier.
    last_day
        Longest observation; behind it the baseline says nothing.
    c_index, c_low, c_high, slope
        Cross-validated; NaN where not known.
    index_mean, index_sd
        Of the linear predictor.
    years, risk
        Horizons, and the share of patients with the event until then.
    """

    text: str
    endpoint: str = ""
    origin: str = ""
    roi: str = ""
    patients: int = 0
    events: int = 0
    follow_up_years: float = float("nan")
    last_day: float = float("inf")
    c_index: float = float("nan")
    c_low: float = float("nan")
    c_high: float = float("nan")
    slope: float = float("nan")
    index_mean: float = float("nan")
    index_sd: float = float("nan")
    years: tuple[float, ...] = ()
    risk: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class LockedModel:
    """A model that is applied, never fitted.

    Parameters
    ----------
    name, title
        For the command line, and for readers.
    terms
        In the order of the linear predictor.
    measuring
        The way of measuring that the coefficients belong to.
    made_from
        Whose patients.
    clinical
        How clinical columns become terms; None without clinical terms.
    baseline
        For absolute risks.
    thresholds
        Of the linear predictor, rising: risk groups.
    batch_column
        Where batches come from; empty without harmonisation.
    combat
        What was learnt of batches, for the terms ``harmonised``; covariates are ``covariates``.
    harmonised
        Names of terms, in the order of ``combat``.
    covariates
        Names of clinical terms that ComBat leaves in.
    notes
        What a user must know.
    """

    name: str
    title: str
    terms: tuple[LockedTerm, ...]
    measuring: Measuring
    made_from: Origin
    clinical: ClinicalModel | None = None
    baseline: Baseline = field(default_factory=Baseline)
    thresholds: tuple[float, ...] = ()
    batch_column: str = ""
    combat: ComBat | None = None
    harmonised: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def values(self, features: pd.DataFrame, clinical: pd.DataFrame) -> FloatArray:
        """Return the terms' values as the tables have them, shape (n, terms).

        Parameters
        ----------
        features, clinical
            Index: patients, the same.

        Raises
        ------
        UsageError
            A column is not there, or a value is missing where that is refused.
        """
        found = pd.DataFrame(index=features.index)
        if self.clinical is not None:
            encoded = self.clinical.encode(clinical)
            found = pd.DataFrame(encoded.values, index=features.index, columns=list(encoded.names))
        absent = [term.column for term in self.terms if not term.clinical and term.column not in features.columns]
        if absent:
            message = f"model {self.name} does not fit this table: column {', '.join(absent[:5])} is missing"
            raise UsageError(message)
        columns = []
        for term in self.terms:
            if term.clinical:  # a level that nobody here has, or a gap that nobody has
                column = found[term.name] if term.name in found else pd.Series(0.0, index=features.index)
            else:
                column = features[term.column]
            columns.append(column.to_numpy(dtype=np.float64))
        values = np.column_stack(columns) if columns else np.zeros((len(features), 0))
        values = np.where(np.isfinite(values), values, np.nan)
        stands = np.array([term.missing for term in self.terms])
        lost = np.isnan(values) & np.isnan(stands)
        if lost.any():
            row, place = np.argwhere(lost)[0]
            message = (
                f"model {self.name}: {self.terms[place].column} is missing in patient {features.index[row]}"
                f"{f' and {int(lost.any(axis=1).sum()) - 1} more' if lost.any(axis=1).sum() > 1 else ''}"
            )
            raise UsageError(message)
        return np.where(np.isnan(values), stands, values)

    def design(self, features: pd.DataFrame, clinical: pd.DataFrame, batch: Mapping[str, str]) -> FloatArray:
        """Return the standardised terms, shape (n, terms).

        Parameters
        ----------
        features, clinical
            Index: patients, the same.
        batch
            Patient -> batch; a patient of an unknown one stays as measured.
        """
        values = self.values(features, clinical)
        for place, term in enumerate(self.terms):
            if term.log:
                values[:, place] = np.log(np.maximum(values[:, place], max(term.floor, 1e-300)))
        if self.combat is not None:
            names = [term.name for term in self.terms]
            places = [names.index(name) for name in self.harmonised]
            own = [batch.get(str(patient), "") for patient in features.index]
            values[:, places] = self.combat.apply(values[:, places], own, self._covariates(clinical))
        values = (values - [term.centre for term in self.terms]) / [term.scale for term in self.terms]
        for place, term in enumerate(self.terms):
            if term.knots is not None:
                values[:, place] = restricted_cubic_spline(values[:, place], np.array(term.knots))
        return np.asarray(values, dtype=np.float64)

    def _covariates(self, clinical: pd.DataFrame) -> FloatArray | None:
        if not self.covariates or self.clinical is None:
            return None
        encoded = self.clinical.encode(clinical)
        values = [
            encoded.values[:, encoded.names.index(name)] if name in encoded.names else np.zeros(len(clinical))
            for name in self.covariates
        ]
        covariates = np.column_stack(values)
        if np.isnan(covariates).any():
            patient = clinical.index[int(np.flatnonzero(np.isnan(covariates).any(axis=1))[0])]
            message = f"model {self.name}: a covariate of its harmonisation is missing in patient {patient}"
            raise UsageError(message)
        return covariates

    def index(self, design: FloatArray) -> FloatArray:
        """Return the linear predictor, shape (n,), of standardised terms; higher is a higher risk."""
        return np.asarray(design @ np.array([term.coefficient for term in self.terms]))

    def probability(self, design: FloatArray, horizon_days: float) -> FloatArray | None:
        """Return the probability of the event until a horizon, shape (n,); None where no baseline was published."""
        base = self.baseline
        if not len(base.days):
            return None
        steps = np.diff(base.hazard, prepend=0.0)
        index = self.index(design)
        if not len(base.other_days):
            hazard = float(steps[base.days <= horizon_days].sum())
            return np.asarray(-np.expm1(-hazard * np.exp(np.clip(index, -50, 50))))
        beside = design[:, : len(base.other)] @ base.other
        other = (base.other_days, np.diff(base.other_hazard, prepend=0.0))
        return incidence((index, beside), (base.days, steps), other, horizon_days)


def from_signature(signature: Signature) -> LockedModel:
    """Return a signature as a locked model: raw values times weights, no baseline, one threshold."""
    requires = dict(signature.requires)
    spacing = {name: float(size) for name, size in requires.items() if not isinstance(size, str)}
    measuring = Measuring(str(requires.get("config", "")), str(requires.get("modality", "")), spacing_mm=spacing)
    return LockedModel(
        signature.name,
        signature.title,
        tuple(LockedTerm(term.column, term.column, False, term.weight) for term in signature.terms),
        measuring,
        Origin(signature.source),
        thresholds=() if signature.threshold is None else (signature.threshold,),
        notes=signature.notes,
    )
