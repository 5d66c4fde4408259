"""Signatures as objects: features with their formula, how they were measured, weights, threshold, source.

A signature refuses a table that was measured otherwise and names the difference, because weights belong to one way of
measuring: Energy grows with the number of voxels, and compactness has three formulas.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.errors import UsageError
from radpipe.survival.design.patients import Patients
from radpipe.survival.statistics.calibration import calibration_slope
from radpipe.survival.statistics.concordance import PairTable, concordance_se
from radpipe.survival.statistics.constants import NORMAL_95
from radpipe.survival.statistics.interval import Interval

__all__ = ["Applied", "Signature", "Term", "apply"]

FloatArray = npt.NDArray[np.float64]

SPACING_TOLERANCE_MM = 1e-3
"""Voxel sizes that differ by less are the same."""


@dataclass(frozen=True, slots=True)
class Term:
    """One feature of a signature.

    Parameters
    ----------
    column
        Of the feature table.
    weight
        Of the feature's value in the linear predictor.
    variant
        Which formula the weight belongs to, in words.
    """

    column: str
    weight: float
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """A locked prognostic index: the weighted sum of features.

    Parameters
    ----------
    name, title, source
        For the command line, for readers, and where the numbers come from.
    terms
        At least one.
    threshold
        Of the linear predictor, at which patients are split; None where none was published.
    requires
        Setting -> value that a table's measurement must have: ``config``, ``modality``, ``measured_spacing_x_mm``
        (y, z).
    notes
        What a user must know.
    """

    name: str
    title: str
    source: str
    terms: tuple[Term, ...]
    threshold: float | None = None
    requires: Mapping[str, str | float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def differences(self, patients: Patients) -> list[str]:
        """List what in a table is not as the signature requires; empty when it may be applied."""
        found = []
        absent = [term.column for term in self.terms if term.column not in patients.features.columns]
        if absent:
            found.append(f"column {', '.join(absent)} is missing")
        for name, wanted in self.requires.items():
            told = patients.extraction.get(name)
            if told is None:
                found.append(f"the table does not tell one {name} for all patients, {wanted} is required")
            elif isinstance(wanted, str):
                if told != wanted:
                    found.append(f"{name} is {told}, {wanted} is required")
            elif abs(float(told) - wanted) > SPACING_TOLERANCE_MM:
                found.append(f"{name} is {told}, {wanted:g} is required")
        return found

    def index(self, features: pd.DataFrame) -> FloatArray:
        """Return the linear predictor of each row, shape (n,); higher is a higher risk."""
        values = features[[term.column for term in self.terms]].to_numpy(dtype=np.float64)
        return np.asarray(values @ np.array([term.weight for term in self.terms]))


@dataclass(frozen=True, slots=True, eq=False)
class Applied:
    """A locked signature on patients it was not made from.

    Parameters
    ----------
    signature
        What was applied.
    patient_ids, index
        Shape (n,): the linear predictor.
    high
        bool, shape (n,): above the threshold; None where there is none.
    c_index
        Harrell's, with 95 % interval by the infinitesimal jackknife.
    slope
        Calibration slope of the index.
    log_rank_p
        Of the two groups; NaN when one of them is empty or there is no threshold.
    volume_c
        C of tumour volume on the same patients, for comparison; NaN where the table has none.
    """

    signature: Signature
    patient_ids: tuple[str, ...]
    index: FloatArray
    high: npt.NDArray[np.bool_] | None
    c_index: Interval
    slope: Interval
    log_rank_p: float
    volume_c: Interval

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        split = ""
        if self.high is not None:
            split = (
                f"; {int(self.high.sum())} of {len(self.high)} above its threshold, log-rank p {self.log_rank_p:.2g}"
            )
        return (
            f"signature {self.signature.name}, applied unchanged: C {self.c_index}, volume alone {self.volume_c}, "
            f"calibration slope {self.slope:.2f}{split}"
        )

    def table(self) -> pd.DataFrame:
        """Return one row a patient: ``patient_id``, ``index`` and, with a threshold, ``above_threshold``."""
        frame = pd.DataFrame({"patient_id": self.patient_ids, "index": self.index})
        return frame if self.high is None else frame.assign(above_threshold=self.high)


def apply(signature: Signature, patients: Patients) -> Applied:
    """Apply a locked signature; nothing is fitted to the patients.

    Parameters
    ----------
    signature
        With its weights.
    patients
        Of :func:`radpipe.survival.design.patients.join`.

    Raises
    ------
    UsageError
        The table was measured otherwise than the signature requires (each difference is named), or a value is missing.
    """
    differences = signature.differences(patients)
    if differences:
        message = f"signature {signature.name} does not fit this table: {'; '.join(differences)}"
        raise UsageError(message)
    index = signature.index(patients.features)
    lacking = [patients.patient_ids[place] for place in np.flatnonzero(~np.isfinite(index))]
    if lacking:
        message = f"signature {signature.name}: a feature is missing in patient {', '.join(lacking[:5])}"
        raise UsageError(message)
    endpoint = patients.endpoint
    high = None if signature.threshold is None else index > signature.threshold
    volume = next((name for name in ("original_shape_MeshVolume",) if name in patients.features), None)
    return Applied(
        signature,
        patients.patient_ids,
        index,
        high,
        _c(endpoint.time_days, endpoint.event, index),
        calibration_slope(endpoint.time_days, endpoint.event, index),
        _log_rank(endpoint.time_days, endpoint.event, high),
        Interval(np.nan, np.nan, np.nan)
        if volume is None
        else _c(endpoint.time_days, endpoint.event, patients.features[volume].to_numpy()),
    )


def _c(time_days: FloatArray, event: npt.NDArray[np.bool_], risk: FloatArray) -> Interval:
    pairs = PairTable.of(time_days, event)
    c, se = pairs.c(risk), concordance_se(pairs, risk)
    return Interval(c, max(c - NORMAL_95 * se, 0.0), min(c + NORMAL_95 * se, 1.0))


def _log_rank(time_days: FloatArray, event: npt.NDArray[np.bool_], high: npt.NDArray[np.bool_] | None) -> float:
    """Return p of the log-rank test of the two groups."""
    from lifelines.statistics import logrank_test

    if high is None or high.all() or not high.any():
        return float("nan")
    return float(logrank_test(time_days[high], time_days[~high], event[high], event[~high]).p_value)
