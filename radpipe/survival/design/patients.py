"""Features joined with the clinical table: one row per patient, and an account of everyone who is not in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from radpipe.clinical import ClinicalTable, Endpoint
from radpipe.errors import NothingUsableError, UsageError
from radpipe.parquet import parquet_frame
from radpipe.survival.design.endpoints import FEWEST_EVENTS, EndpointRule

__all__ = ["Patients", "join", "read_feature_table"]

FIRST_COLUMNS = ("case_id", "image_id", "modality", "roi", "config", "status", "code", "message", "warnings")
"""Columns of a feature table that are no features, beside ``diag_*``."""


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
    """

    patient_ids: tuple[str, ...]
    clinical: pd.DataFrame
    features: pd.DataFrame
    endpoint: Endpoint
    roi: str
    flow: pd.DataFrame
    notes: tuple[str, ...]
    extraction: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.patient_ids)


def read_feature_table(source: str | Path | pd.DataFrame) -> pd.DataFrame:
    """Read a feature table.

    Parameters
    ----------
    source
        CSV or Parquet, the output folder of a run, or a frame.

    Raises
    ------
    NothingUsableError
        It does not exist.
    UsageError
        It has no column ``case_id``.
    """
    if isinstance(source, pd.DataFrame):
        frame = source
    else:
        path = Path(source)
        if path.is_dir():
            found = [path / "tables" / "features.parquet", path / "features.parquet", path / "tables" / "features.csv"]
            path = next((one for one in found if one.is_file()), path / "tables" / "features.csv")
        if not path.is_file():
            message = f"the feature table {path} does not exist; radpipe extract makes one"
            raise NothingUsableError(message)
        frame = parquet_frame(path) if path.suffix == ".parquet" else pd.read_csv(path, low_memory=False)
    if "case_id" not in frame.columns:
        message = "the feature table has no column case_id; is it one of radpipe extract?"
        raise UsageError(message)
    return frame.assign(case_id=frame["case_id"].astype(str).str.strip())


def join(
    features: str | Path | pd.DataFrame, clinical: ClinicalTable, rule: EndpointRule, *, roi: str | None = None
) -> Patients:
    """Join one row of features per patient with the clinical table.

    Parameters
    ----------
    features
        Feature table, as :func:`read_feature_table` takes it.
    clinical
        The clinical table; its ids are the feature table's case ids.
    rule
        The endpoint.
    roi
        The ROI whose rows are taken, any case; None where the table has only one.

    Raises
    ------
    UsageError
        A patient would have more than one row; nobody is in both tables; the endpoint is not usable.
    """
    frame = read_feature_table(features)
    everyone = rule.read(clinical)
    events = dict(zip(everyone.patient_ids, everyone.event.tolist(), strict=True))
    rows, chosen = _rows_of(frame, roi)
    failed = rows["status"].ne("ok") if "status" in rows else pd.Series(False, index=rows.index)
    measured = _one_each(rows[~failed], chosen)
    both = [one for one in everyone.patient_ids if one in measured.index]
    if not both:
        message = (
            f"no case id of the feature table ({', '.join(frame['case_id'].unique()[:3])} ...) is a patient id of "
            f"{Path(clinical.source).name} ({', '.join(everyone.patient_ids[:3])} ...)"
        )
        raise UsageError(message)
    place = {patient: number for number, patient in enumerate(everyone.patient_ids)}
    order = np.array([place[one] for one in both])
    competing = None if everyone.competing is None else everyone.competing[order]
    endpoint = Endpoint(
        everyone.name, tuple(both), everyone.event[order], everyone.time_days[order], competing, everyone.origin
    )
    count = int(endpoint.event.sum())
    if count < FEWEST_EVENTS:
        message = (
            f"endpoint {rule.name}: {count} events among the {len(both)} patients in both tables; no model can be "
            f"fitted to fewer than {FEWEST_EVENTS}"
        )
        raise UsageError(message)
    lost = {str(row.case_id): str(row.code or "failed") for row in rows[failed].itertuples()} if failed.any() else {}
    flow, notes = _account(frame, events, both, lost, chosen)
    return Patients(
        patient_ids=tuple(both),
        clinical=clinical.frame.loc[both],
        features=_feature_columns(measured.loc[both]),
        endpoint=endpoint,
        roi=chosen,
        flow=flow,
        notes=(*(note.sentence for note in clinical.notes), *notes),
        extraction=_extraction(measured.loc[both]),
    )


def _rows_of(frame: pd.DataFrame, roi: str | None) -> tuple[pd.DataFrame, str]:
    """Return the rows of a ROI and its name as found."""
    if "roi" not in frame.columns:
        return frame, roi or ""
    names = [str(name) for name in frame["roi"].dropna().unique() if str(name)]
    if roi is None:
        if len(names) > 1:
            message = f"the feature table has {len(names)} ROIs ({', '.join(names[:8])}); choose one with --roi"
            raise UsageError(message)
        return frame, names[0] if names else ""
    mine = frame["roi"].astype(str).str.casefold() == roi.casefold()
    if not mine.any():
        message = f"no row of ROI {roi!r} in the feature table; it has {', '.join(names[:8])}"
        raise UsageError(message)
    return frame[mine], str(frame.loc[mine, "roi"].iloc[0])


def _one_each(rows: pd.DataFrame, roi: str) -> pd.DataFrame:
    """Index rows by patient; refuse a patient with several, and name what tells them apart."""
    twice = rows["case_id"].duplicated(keep=False)
    if twice.any():
        varying = [
            f"{name} ({', '.join(map(str, rows.loc[twice, name].unique()[:4]))})"
            for name in ("modality", "image_id", "config")
            if name in rows and rows.loc[twice].groupby("case_id")[name].nunique().gt(1).any()
        ]
        who = ", ".join(rows.loc[twice, "case_id"].unique()[:5])
        apart = f"; they differ in {', '.join(varying)}" if varying else ""
        message = (
            f"patient {who} has more than one row of ROI {roi or '(none)'}{apart}: extract one image and one "
            "configuration, or keep one row per patient"
        )
        raise UsageError(message)
    return rows.set_index("case_id")


def _feature_columns(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that are features, as numbers."""
    names = [name for name in rows.columns if name not in FIRST_COLUMNS and not str(name).startswith("diag_")]
    kept = rows[names]
    words = [str(name) for name, kind in kept.dtypes.items() if not pd.api.types.is_numeric_dtype(kind)]
    empty = [name for name in words if kept[name].isna().all()]
    if set(words) - set(empty):
        message = f"features must be numbers; not so in column {', '.join(sorted(set(words) - set(empty))[:5])}"
        raise UsageError(message)
    return kept.astype("float64")


def _extraction(rows: pd.DataFrame) -> dict[str, str]:
    """Return what all rows agree on of how they were measured."""
    told: dict[str, str] = {}
    for name in ("config", "modality", *(one for one in rows.columns if str(one).startswith("diag_measured_spacing"))):
        if name in rows and rows[name].nunique(dropna=False) == 1:
            value: Any = rows[name].iloc[0]
            told[str(name).removeprefix("diag_")] = f"{value:g}" if isinstance(value, float) else str(value)
    return told


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
            reason = f"not measured: {lost[patient]}"
        elif patient in cases:
            reason = f"no ROI {roi}" if roi else "no row"
        else:
            reason = "not in the feature table"
        reasons.setdefault(reason, []).append(patient)
    rows.extend(("excluded", reason, patients) for reason, patients in reasons.items())
    rows.append(("analysed", "", list(both)))
    flow = pd.DataFrame(
        [(step, reason, len(who), sum(events[one] for one in who)) for step, reason, who in rows],
        columns=["step", "reason", "patients", "events"],
    )
    notes = [f"{_count(who)} {reason}: {_named(who)}" for reason, who in reasons.items()]
    strangers = [one for one in cases if one not in events]
    if strangers:
        notes.append(f"{_count(strangers)} of the feature table not in the clinical table: {_named(strangers)}")
    return flow, notes


def _count(who: Sequence[str]) -> str:
    return f"{len(who)} patient{'s' if len(who) != 1 else ''}"


def _named(who: Sequence[str]) -> str:
    return f"{', '.join(who[:20])}{' ...' if len(who) > 20 else ''}"
