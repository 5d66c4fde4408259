"""The same patients measured otherwise: perturbed states and negative controls, in the order of the cohort."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from radpipe.errors import NothingUsableError, UsageError
from radpipe.parquet import parquet_frame
from radpipe.survival.design.feature_table import read_first_columns, with_features
from radpipe.survival.design.lesions import Lesions, one_row_each, rows_of_roi
from radpipe.survival.design.patient_ids import rewritten
from radpipe.survival.design.patients import Patients

__all__ = ["RowChoice", "in_order", "plain_and_controls", "read_states", "split_controls", "states_of"]

CONTROL = re.compile(r"(?P<config>.*)~(?P<control>(?:shuffled|sampled|randomized)_(?:full|roi|non_roi))")
STATE = re.compile(r"(?P<config>.*)~(?P<letters>[A-Z]+)-(?P<state>\d+)-of-(?P<states>\d+)")


@dataclass(frozen=True, slots=True)
class RowChoice:
    """How the rows of a cohort were chosen, so that other rows are chosen alike.

    Parameters
    ----------
    roi
        Name or glob; None where the table has one.
    lesions
        What became of several ROIs of a patient.
    loose_ids
        Whether ids were compared loosely.
    """

    roi: str | None = None
    lesions: Lesions | None = None
    loose_ids: bool = False


def split_controls(frame: pd.DataFrame) -> tuple[pd.DataFrame, Mapping[str, pd.DataFrame]]:
    """Take the rows of negative controls out of a feature table.

    Parameters
    ----------
    frame
        Feature table; a control's rows have ``config`` = ``NAME~CONTROL``.

    Returns
    -------
    tuple
        The plain rows, and control -> its rows, with the plain configuration's name; in the order of READII's names.
    """
    if "config" not in frame:
        return frame, {}
    config = frame["config"].astype(str)
    names = config.map(lambda name: match["control"] if (match := CONTROL.fullmatch(name)) else "")
    controls = {
        name: frame[names == name].assign(config=config[names == name].str.removesuffix(f"~{name}"))
        for name in sorted(set(names) - {""})
    }
    return frame[names == ""], controls


def plain_and_controls(
    source: str | Path | pd.DataFrame, volume: str | None = None
) -> tuple[str | Path | pd.DataFrame, Mapping[str, pd.DataFrame]]:
    """Take negative controls out of a feature table that may be large: one without any is not read.

    Parameters
    ----------
    source
        CSV or Parquet, the output folder of a run, or a frame.
    volume
        A ``diag_*`` column that is needed.

    Returns
    -------
    tuple
        The table without controls, or the source itself where it has none; control -> its rows.
    """
    first = read_first_columns(source, volume)
    if not split_controls(first)[1]:
        return source, {}
    return split_controls(with_features(source, first))


def read_states(source: str | Path | pd.DataFrame) -> pd.DataFrame:
    """Read perturbed states.

    Parameters
    ----------
    source
        Output folder of ``radpipe perturb``, its ``perturbed.parquet``, or a frame.

    Raises
    ------
    NothingUsableError
        There are none.
    """
    if isinstance(source, pd.DataFrame):
        return source
    path = Path(source)
    if path.is_dir():
        path = path / "tables" / "perturbed.parquet"
    if not path.is_file():
        message = f"{path} does not exist; radpipe perturb makes one"
        raise NothingUsableError(message)
    return parquet_frame(path)


def in_order(rows: pd.DataFrame, patients: Patients, choice: RowChoice) -> pd.DataFrame:
    """Return the features of other rows of the same patients, in their order, with the same columns.

    Parameters
    ----------
    rows
        Of a feature table: one measurement of each patient.
    patients
        The cohort.
    choice
        As the cohort was made.

    Returns
    -------
    DataFrame
        Index: patient ids; NaN for a patient that was not measured so.

    Raises
    ------
    UsageError
        A patient has several rows.
    """
    if choice.loose_ids:
        meant = rewritten(list(rows["case_id"].astype(str).unique()), list(patients.patient_ids))
        rows = rows.assign(case_id=rows["case_id"].astype(str).map(meant))
    chosen, name = rows_of_roi(rows, choice.roi, choice.lesions)
    if "status" in chosen:
        chosen = chosen[chosen["status"].eq("ok")]
    own = one_row_each(chosen.assign(case_id=chosen["case_id"].astype(str)), name, choice.lesions)
    return own.reindex(index=list(patients.patient_ids), columns=list(patients.features.columns)).astype("float64")


def states_of(states: pd.DataFrame, patients: Patients, choice: RowChoice) -> tuple[pd.DataFrame, ...]:
    """Return the features of each perturbed state, in the order of the cohort.

    Parameters
    ----------
    states
        Of :func:`read_states`.
    patients
        The cohort; states of other settings or another modality than theirs are left out.
    choice
        As the cohort was made.

    Returns
    -------
    tuple of DataFrame
        One a state, as :func:`in_order` gives them.

    Raises
    ------
    UsageError
        There is no state of these settings, there are two sets of them, nobody of the cohort is in them, or they lack
        the cohort's features.
    """
    labels = states["config"].astype(str).map(STATE.fullmatch)
    wanted, modality = patients.extraction.get("config"), patients.extraction.get("modality")
    fits = labels.map(lambda match: match is not None and wanted in (None, match["config"]))
    if modality is not None and "modality" in states:
        fits &= states["modality"].astype(str).eq(modality)
    if not fits.any():
        there = ", ".join(sorted({match["config"] for match in labels if match is not None})) or "none"
        message = f"no perturbed state of the settings {wanted}; there are states of {there}"
        raise UsageError(message)
    sets = {f"{match['letters']} of {match['states']}" for match in labels[fits]}
    if len(sets) > 1:
        message = f"several sets of perturbed states ({', '.join(sorted(sets))}); keep one in the folder"
        raise UsageError(message)
    rows = states[fits].assign(_state=labels[fits].map(lambda match: int(match["state"])))
    absent = [name for name in patients.features.columns if name not in rows.columns]
    if absent:
        message = (
            f"the perturbed states lack {len(absent)} features of the table, such as {', '.join(absent[:3])}; measure "
            "them with the same settings"
        )
        raise UsageError(message)
    found = tuple(
        in_order(rows[rows["_state"] == state], patients, choice) for state in sorted(rows["_state"].unique())
    )
    if not np.any([state.notna().to_numpy().any() for state in found]):
        message = f"no patient of the cohort ({', '.join(patients.patient_ids[:3])} ...) is in the perturbed states"
        raise UsageError(message)
    return found
