"""An endpoint with too few events for any model: who was followed for how long, and how often the event came."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.clinical import Endpoint
from radpipe.survival.design.endpoints import FEWEST_EVENTS
from radpipe.survival.design.patients import Patients
from radpipe.survival.design.preprocess import Encoded
from radpipe.survival.procedure.competing import competing_risks
from radpipe.survival.procedure.results import SurvivalAnalysis
from radpipe.survival.procedure.screening import SCREENING_COLUMNS
from radpipe.survival.statistics.calibration import SMALLEST_GROUP, observed_risk
from radpipe.survival.statistics.constants import DAYS_A_YEAR
from radpipe.survival.statistics.kaplan_meier import KaplanMeier

__all__ = ["described", "follow_up_years", "observed_risks", "too_few"]

NO_TERMS = Encoded((), (), (), np.zeros((0, 0)), np.zeros(0, dtype=np.bool_))

REFERENCES = ("Kaplan EL, Meier P. Nonparametric estimation from incomplete observations. J Am Stat Assoc "
              "1958;53:457-481.",)  # fmt: skip


def too_few(endpoint: Endpoint) -> bool:
    """Say whether an endpoint has too few events for any model."""
    return int(endpoint.event.sum()) < FEWEST_EVENTS


def follow_up_years(endpoint: Endpoint) -> float:
    """Return the median time under observation by the reverse Kaplan-Meier estimate; infinite where not reached."""
    ended = endpoint.event if endpoint.competing is None else endpoint.event | endpoint.competing
    if ended.all():
        return float("inf")
    return float(KaplanMeier.of(endpoint.time_days, ~ended).median_days / DAYS_A_YEAR)


def observed_risks(endpoint: Endpoint, horizons_years: tuple[float, ...]) -> pd.DataFrame:
    """Return the share of patients with the event until each horizon.

    Parameters
    ----------
    endpoint
        Event and time.
    horizons_years
        The horizons.

    Returns
    -------
    DataFrame
        Columns ``years, risk, low, high``.
    """
    seen = [(years, observed_risk(endpoint.time_days, endpoint.event, years, competing=endpoint.competing))
            for years in horizons_years]  # fmt: skip
    return pd.DataFrame(
        [(years, risk.value, risk.low, risk.high) for years, risk in seen], columns=["years", "risk", "low", "high"]
    )


def described(
    patients: Patients,
    *,
    volume_column: str,
    horizons_years: tuple[float, ...],
    settings: dict[str, str],
    seed: int,
    versions: dict[str, str],
) -> SurvivalAnalysis:
    """Describe an endpoint without a model.

    Parameters
    ----------
    patients
        Of both tables.
    volume_column
        Tumour volume, for Table 1.
    horizons_years
        Those that enough patients were followed to are told.
    settings, seed, versions
        Of the analysis, as it tells them.
    """
    endpoint = patients.endpoint
    events, n = int(endpoint.event.sum()), len(patients)
    sentence = (
        f"{events} event{'s' if events != 1 else ''} among {n} patients are too few for any model ({FEWEST_EVENTS} are "
        "the least): the endpoint is described, and no question of prediction is asked of it."
    )
    days = endpoint.time_days
    known = tuple(years for years in horizons_years if np.count_nonzero(days >= years * DAYS_A_YEAR) >= SMALLEST_GROUP)
    empty: npt.NDArray[np.int64] = np.zeros((n, 0), dtype=np.int64)
    return SurvivalAnalysis(
        endpoint=endpoint.name,
        origin=endpoint.origin,
        patient_ids=patients.patient_ids,
        time_days=endpoint.time_days,
        event=endpoint.event,
        models=(),
        comparisons=(),
        verdicts=(),
        limits=(sentence, "All patients are of one table: how often the event comes elsewhere is not shown."),
        warnings=(sentence, *patients.warnings),
        screening=pd.DataFrame(columns=list(SCREENING_COLUMNS)),
        permutation=None,
        competing=None
        if endpoint.competing is None
        else competing_risks(endpoint, NO_TERMS, horizons_years=known or horizons_years),
        flow=patients.flow,
        notes=patients.notes,
        folds=pd.DataFrame(empty, index=pd.Index(patients.patient_ids)),
        volume_column=volume_column,
        multiverse=pd.DataFrame(),
        observed_risk=observed_risks(endpoint, known),
        follow_up_years=follow_up_years(endpoint),
        sample_size=pd.DataFrame(),
        settings=settings,
        seed=seed,
        versions=versions,
        methods=(
            "One row of features per patient was joined with the clinical table by patient id; who was excluded, and "
            "why, is counted in the flow. With so few events no model was fitted. Shares with the event come from the "
            "Kaplan-Meier estimate [1], with a competing event from Aalen and Johansen's.",
        ),
        references=REFERENCES,
    )
