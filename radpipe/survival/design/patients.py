"""Features joined with the clinical table: one row per patient, and an account of everyone who is not in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from radpipe.clinical import ClinicalTable, Endpoint
from radpipe.errors import UsageError
from radpipe.survival.design.endpoints import FEWEST_EVENTS, EndpointRule
from radpipe.survival.design.feature_table import FIRST_COLUMNS, read_first_columns, with_features
from radpipe.survival.design.lesions import VOLUME_COLUMNS, Lesions, one_row_each, rows_of_roi
from radpipe.survival.design.patient_ids import near_matches, rewritten

__all__ = ["Patients", "join"]

SET_ASIDE = "set aside"
"""Status of a row that was measured and is left out."""


@dataclass(frozen=True, slots=True, eq=False)
class Patients:
    """Patients with clinical columns, features and endpoint, in one order.

    Parameters
    ----------
    patient_ids
        Shape (n,).
    clinical, features
        Index: patient ids; features float64.
    endpoint
        Event and time of these patients.
    roi
        Whose rows were taken.
    flow
        Columns ``step, reason, patients, events``: who entered, who was excluded and why, who was analysed.
    notes
        What a reader must know, sentences; they name the patients of one table that the other lacks.
    extraction
        How features were measured: what the table's ``config`` and ``diag_*`` columns agree on.
    warnings
        What must not be overlooked: ids of the two tables that differ in writing only.
    """

    patient_ids: tuple[str, ...]
    clinical: pd.DataFrame
    features: pd.DataFrame
    endpoint: Endpoint
    roi: str
    flow: pd.DataFrame
    notes: tuple[str, ...]
    extraction: Mapping[str, str]
    warnings: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.patient_ids)


def join(
    features: str | Path | pd.DataFrame,
    clinical: ClinicalTable,
    rule: EndpointRule,
    *,
    roi: str | None = None,
    lesions: Lesions | None = None,
    loose_ids: bool = False,
    volume_column: str | None = None,
    fewest_events: int = FEWEST_EVENTS,
    set_aside: Mapping[tuple[str, str, str], str] | None = None,
) -> Patients:
    """Join one row of features per patient with the clinical table.

    Parameters
    ----------
    features
        Feature table: CSV or Parquet, the output folder of a run, or a frame. Of Parquet only the rows and columns are
        read that are needed.
    clinical
        The clinical table; its ids are the feature table's case ids.
    rule
        The endpoint.
    roi
        The ROI whose rows are taken, any case, or a glob such as ``GTV-*``; None where the table has only one.
    lesions
        What becomes of several ROIs of a patient; None refuses them.
    loose_ids
        Whether ids are the same that differ in case, blanks, signs, zeros in front and ``.0`` only.
    volume_column
        Column of tumour volume; a ``diag_*`` column is kept for it.
    fewest_events
        With fewer events among the patients of both tables the endpoint is refused.
    set_aside
        Rows that are left out though they were measured: case, image and ROI -> reason, as it stands in the flow.

    Raises
    ------
    UsageError
        A patient would have more than one row; nobody is in both tables; the endpoint is not usable.
    """
    frame = read_first_columns(features, volume_column)
    if loose_ids:
        meant = rewritten(list(frame["case_id"].unique()), [str(patient) for patient in clinical.frame.index])
        frame = frame.assign(case_id=frame["case_id"].map(meant))
    everyone = rule.read(clinical)
    events = dict(zip(everyone.patient_ids, everyone.event.tolist(), strict=True))
    rows, chosen = rows_of_roi(frame, roi, lesions)
    rows = _left_out(with_features(features, rows), set_aside or {})
    failed = rows["status"].ne("ok") if "status" in rows else pd.Series(False, index=rows.index)
    measured = one_row_each(rows[~failed], chosen, lesions)
    both = [patient for patient in everyone.patient_ids if patient in measured.index]
    near = near_matches(
        set(everyone.patient_ids) - set(frame["case_id"]), set(frame["case_id"]) - set(everyone.patient_ids)
    )
    if not both:
        _refuse_strangers(frame, clinical, everyone, _proposal(near))
    endpoint = _of_patients(everyone, both)
    count = int(endpoint.event.sum())
    if count < fewest_events:
        message = (
            f"endpoint {rule.name}: {count} events among the {len(both)} patients in both tables; no model can be "
            f"fitted to fewer than {fewest_events}"
        )
        raise UsageError(message)
    lost = {str(row.case_id): _why(row) for row in rows[failed].itertuples()} if failed.any() else {}
    flow, notes = _account(frame, events, both, lost, chosen)
    return Patients(
        patient_ids=tuple(both),
        clinical=clinical.frame.loc[both],
        features=_feature_columns(measured.loc[both], volume_column),
        endpoint=endpoint,
        roi=chosen,
        flow=flow,
        notes=(*(note.sentence for note in clinical.notes), *rule.words_told(clinical), *notes),
        extraction=_extraction(measured.loc[both]),
        warnings=() if not near else (f"{_count(list(near))} may be lost by writing only{_proposal(near)}",),
    )


def _refuse_strangers(frame: pd.DataFrame, clinical: ClinicalTable, everyone: Endpoint, proposal: str) -> NoReturn:
    message = (
        f"no case id of the feature table ({', '.join(frame['case_id'].unique()[:3])} ...) is a patient id of "
        f"{Path(clinical.source).name} ({', '.join(everyone.patient_ids[:3])} ...){proposal}"
    )
    raise UsageError(message)


def _left_out(rows: pd.DataFrame, reasons: Mapping[tuple[str, str, str], str]) -> pd.DataFrame:
    """Mark the measured rows that are left out; the reason takes the place of a problem's code."""
    if not reasons:
        return rows
    keys = zip(rows["case_id"].astype(str), rows["image_id"].astype(str), rows["roi"].astype(str), strict=True)
    why = pd.Series([reasons.get(key) for key in keys], index=rows.index, dtype=object)
    hit = why.notna() & rows["status"].eq("ok")
    return rows.assign(status=rows["status"].mask(hit, SET_ASIDE), code=rows["code"].astype(object).mask(hit, why))


def _of_patients(everyone: Endpoint, both: Sequence[str]) -> Endpoint:
    """Return the endpoint of some patients, in their order."""
    place = {patient: number for number, patient in enumerate(everyone.patient_ids)}
    order = np.array([place[patient] for patient in both])
    competing, later = (
        None if flags is None else flags[order] for flags in (everyone.competing, everyone.competing_later)
    )
    return Endpoint(
        everyone.name, tuple(both), everyone.event[order], everyone.time_days[order], competing, everyone.origin, later
    )


def _proposal(near: Mapping[str, str]) -> str:
    """Propose ids of the two tables that may be one."""
    if not near:
        return ""
    pairs = ", ".join(f"{patient} and {case}" for patient, case in list(near.items())[:3])
    return f": {pairs} differ in writing only; --loose-ids takes such ids for the same"


def _feature_columns(rows: pd.DataFrame, volume: str | None) -> pd.DataFrame:
    """Return the columns that are features, as numbers; of ``diag_*`` only what is wanted, or needed, as volume."""
    usual = next((name for name in VOLUME_COLUMNS if name in rows.columns), None)
    kept_too = volume or usual
    names = [
        name
        for name in rows.columns
        if name not in FIRST_COLUMNS and (name == kept_too or not str(name).startswith("diag_"))
    ]
    kept = rows[names]
    words = [str(name) for name, kind in kept.dtypes.items() if not pd.api.types.is_numeric_dtype(kind)]
    empty = [name for name in words if kept[name].isna().all()]
    if set(words) - set(empty):
        message = f"features must be numbers; not so in column {', '.join(sorted(set(words) - set(empty))[:5])}"
        raise UsageError(message)
    return kept.astype("float64")


def _extraction(rows: pd.DataFrame) -> dict[str, str]:
    """Return what all rows agree on of how they were measured."""
    extraction: dict[str, str] = {}
    for name in (
        "config",
        "modality",
        *(field for field in rows.columns if str(field).startswith("diag_measured_spacing")),
    ):
        if name in rows and rows[name].nunique(dropna=False) == 1:
            value: Any = rows[name].iloc[0]
            extraction[str(name).removeprefix("diag_")] = f"{value:g}" if isinstance(value, float) else str(value)
    return extraction


def _why(row: Any) -> str:
    return str(row.code) if row.status == SET_ASIDE else f"not measured: {row.code or 'failed'}"


def _account(
    frame: pd.DataFrame, events: Mapping[str, bool], both: Sequence[str], lost: Mapping[str, str], roi: str
) -> tuple[pd.DataFrame, list[str]]:
    """Tell of every patient of either table where he went."""
    cases = list(dict.fromkeys(frame["case_id"]))
    rows: list[tuple[str, str, list[str]]] = [("in the clinical table", "", list(events))]
    reasons: dict[str, list[str]] = {}
    for patient in events:
        if patient in both:
            continue
        if patient in lost:
            reason = lost[patient]
        elif patient in cases:
            reason = f"no ROI {roi}" if roi else "no row"
        else:
            reason = "not in the feature table"
        reasons.setdefault(reason, []).append(patient)
    rows.extend(("excluded", reason, patients) for reason, patients in reasons.items())
    rows.append(("analysed", "", list(both)))
    flow = pd.DataFrame(
        [(step, reason, len(who), sum(events[patient] for patient in who)) for step, reason, who in rows],
        columns=["step", "reason", "patients", "events"],
    )
    notes = [f"{_count(who)} {reason}: {_named(who)}" for reason, who in reasons.items()]
    strangers = [patient for patient in cases if patient not in events]
    if strangers:
        notes.append(f"{_count(strangers)} of the feature table not in the clinical table: {_named(strangers)}")
    return flow, notes


def _count(who: Sequence[str]) -> str:
    return f"{len(who)} patient{'s' if len(who) != 1 else ''}"


def _named(who: Sequence[str]) -> str:
    return f"{', '.join(who[:20])}{' ...' if len(who) > 20 else ''}"
