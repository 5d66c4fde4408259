"""HN1 (HEAD-NECK-RADIOMICS-HN1): its clinical columns with their ranges, endpoints, clinical model, and traps.

Traps are told, never mended in silence.
"""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from radpipe.clinical import ClinicalTable
from radpipe.errors import Note, UsageError
from radpipe.survival.design.clinical_model import ClinicalColumn, ClinicalModel, Kind, Missing
from radpipe.survival.design.endpoints import EndpointRule
from radpipe.survival.design.patient_ids import find_id_column
from radpipe.survival.design.text_table import read_text_table

__all__ = ["HN1_CLINICAL_MODEL", "HN1_COLUMNS", "HN1_ENDPOINTS", "load_hn1_clinical"]

DICTIONARY_NAMES = ("data_dictionary*", "Data_dictionary*", "*[Dd]ata*[Dd]ictionary*")
"""HN1's data dictionary as it is called here, and as The Cancer Imaging Archive calls it
(``Data_dictionary_for_HEAD-NECK-RADIOMICS-HN1_...``); its descriptions are taken when it lies beside the table."""


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column may hold.

    Parameters
    ----------
    allowed
        In words, for the message.
    levels
        Allowed words, or None for a number.
    lowest, highest
        Range of a number.
    whole
        Whether the number is whole.
    gaps
        Whether the collection as published lacks values here; elsewhere a gap is told by patient.
    """

    allowed: str
    levels: tuple[str, ...] | None = None
    lowest: float = 0.0
    highest: float = np.inf
    whole: bool = True
    gaps: bool = False


def _words(*levels: str, gaps: bool = False) -> _Column:
    return _Column(" or ".join(levels), levels, gaps=gaps)


def _whole(lowest: int, highest: int, *, gaps: bool = False) -> _Column:
    return _Column(f"a whole number from {lowest} to {highest}", None, lowest, highest, gaps=gaps)


_EVENT = _whole(0, 1)
_DAYS = _Column("a whole number of days >= 0")
_MEASURE = _Column("a number > 0", None, np.nextafter(0, 1), whole=False)

HN1_COLUMNS: Mapping[str, _Column] = {
    "index_tumour_location": _words("larynx", "oropharynx"),
    "age_at_diagnosis": _whole(0, 120),
    "biological_sex": _words("male", "female"),
    "performance_status_ecog": _whole(0, 5, gaps=True),
    "overall_hpv_p16_status": _words("positive", "negative", gaps=True),
    "clin_t": _whole(1, 4),
    "clin_n": _whole(0, 3),
    "clin_m": _whole(0, 1),
    "ajcc_stage": _words("i", "ii", "iii", "iva", "ivb", "ivc"),
    "pretreat_hb_in_mmolperlitre": _Column("a number > 0", None, np.nextafter(0, 1), whole=False, gaps=True),
    "cancer_surgery_performed": _words("yes", "no"),
    "chemotherapy_given": _words("none", "concomitant", "concurrent"),
    "radiotherapy_total_treat_time": _DAYS,
    "radiotherapy_refgydose_perfraction_highriskgtv": _MEASURE,
    "radiotherapy_refgydose_total_highriskgtv": _MEASURE,
    "radiotherapy_number_fractions_highriskgtv": _whole(1, 200),
    "event_overall_survival": _EVENT,
    "overall_survival_in_days": _DAYS,
    "event_recurrence_metastatic_free_survival": _EVENT,
    "recurrence_metastatic_free_survival_in_days": _DAYS,
    "event_local_recurrence": _EVENT,
    "local_recurrence_in_days": _DAYS,
    "event_locoregional_recurrence": _EVENT,
    "locoregional_recurrence_in_days": _DAYS,
    "event_distant_metastases": _EVENT,
    "distant_metastases_in_days": _DAYS,
}
"""HN1's columns behind ``id``, with the ranges of its data dictionary (Wee and Dekker 2019)."""


HN1_ORIGIN = "first day of radiotherapy"


def _recurrence(name: str, column: str, title: str) -> EndpointRule:
    return EndpointRule(
        name,
        f"event_{column}",
        f"{column}_in_days",
        "days",
        HN1_ORIGIN,
        "event_overall_survival",
        "overall_survival_in_days",
        title,
    )


HN1_ENDPOINTS: Mapping[str, EndpointRule] = {
    "overall_survival": EndpointRule(
        "overall_survival", "event_overall_survival", "overall_survival_in_days", "days", HN1_ORIGIN, title="death"
    ),
    "recurrence_metastasis": _recurrence(
        "recurrence_metastasis", "recurrence_metastatic_free_survival", "recurrence or metastasis"
    ),
    "local": _recurrence("local", "local_recurrence", "local recurrence"),
    "locoregional": _recurrence("locoregional", "locoregional_recurrence", "locoregional recurrence"),
    "distant": _recurrence("distant", "distant_metastases", "distant metastasis"),
}
"""Name -> endpoint of HEAD-NECK-RADIOMICS-HN1; death competes with recurrence."""

HN1_CLINICAL_MODEL = ClinicalModel(
    (
        ClinicalColumn("clin_t", Kind.ORDINAL, Missing.IMPUTE, why="T 1 to 4, one step one unit"),
        ClinicalColumn("clin_n", Kind.ORDINAL, Missing.IMPUTE, why="N 0 to 3, one step one unit"),
        ClinicalColumn("age_at_diagnosis", Kind.NUMERIC, Missing.IMPUTE, why="years", unit=10.0),
        ClinicalColumn("index_tumour_location", Kind.CATEGORICAL, Missing.CATEGORY, ("oropharynx", "larynx")),
        ClinicalColumn(
            "overall_hpv_p16_status",
            Kind.INDICATOR,
            Missing.REST,
            ("positive",),
            "known positive against negative or not tested; HPV was not tested in larynx tumours, so it is not imputed",
        ),
    ),
    "built in for HN1",
)
"""T, N, age, site, HPV: five parameters, which HN1's 74 deaths allow."""


def load_hn1_clinical(path: str | Path, *, id_column: str | None = None, sheet: str | None = None) -> ClinicalTable:
    """Load HEAD-NECK-RADIOMICS-HN1's clinical table.

    Parameters
    ----------
    path
        The table; the data dictionary beside it, under any of its names, gives the columns' meaning.
    id_column
        Column of patient ids; None takes ``id``.
    sheet
        Of a workbook.

    Returns
    -------
    ClinicalTable
        Index: HN1's ids. Whole numbers as ``Int64``, measures as float64, words as categories. An empty cell is a
        missing value, which the clinical model's rule or the endpoint takes up. Its notes tell the table's known
        traps, which are left as they are, and gaps where the collection as published has none.

    Raises
    ------
    NothingUsableError
        The file does not exist.
    UsageError
        A column or an id is missing, or a value is not allowed; all such values are listed by patient and column.
    """
    source = Path(path)
    text = read_text_table(source, sheet=sheet)
    raw = text.frame
    ids = "id" if id_column is None else find_id_column(list(raw.columns), source.name, id_column)
    missing = [name for name in (ids, *HN1_COLUMNS) if name not in raw.columns]
    if missing:
        message = (
            f"{source.name}: column {', '.join(missing)} is missing; is it HN1's clinical table? For any other give "
            "--dataset generic"
        )
        raise UsageError(message)
    raw = raw.set_index(raw[ids].replace("", None))
    faults: list[str] = []
    columns = {name: _read(raw[name], rule, faults) for name, rule in HN1_COLUMNS.items()}
    if faults:
        message = f"{source.name}: {'; '.join(faults[:10])}{' ...' if len(faults) > 10 else ''}"
        raise UsageError(message)
    frame = pd.DataFrame(columns).rename_axis("id")
    lines = dict(zip(map(str, frame.index), text.lines, strict=True))
    return ClinicalTable(frame, str(source), _dictionary(source), (*_traps(frame), *_gaps(frame)), lines)


def _read(text: "pd.Series[str]", rule: _Column, faults: list[str]) -> "pd.Series[Any]":
    """Turn a column into its type; what is not allowed is added to the faults."""
    empty = text == ""
    if rule.levels is not None:
        bad = ~text.isin(rule.levels) & ~empty
        values: pd.Series[Any] = pd.Series(pd.Categorical(text.where(~empty), categories=rule.levels), index=text.index)
    else:
        numbers = pd.to_numeric(text.where(~empty), errors="coerce")
        fine = numbers.between(rule.lowest, rule.highest) & ((numbers == numbers.round()) | (not rule.whole))
        bad = ~fine & ~empty
        values = numbers.where(~bad).astype("Int64" if rule.whole else "float64")
    faults.extend(
        f"patient {patient}, {text.name} is {value!r}, allowed: {rule.allowed}" for patient, value in text[bad].items()
    )
    return values


def _gaps(frame: pd.DataFrame) -> tuple[Note, ...]:
    """Tell values that are missing where the collection as published has them all."""
    columns = [name for name, rule in HN1_COLUMNS.items() if not rule.gaps and frame[name].isna().any()]
    told = []
    for name in columns:
        lacking = [str(patient) for patient in frame.index[frame[name].isna()]]
        listed = ", ".join(lacking[:5]) + (", ..." if len(lacking) > 5 else "")
        whose = f"{len(lacking)} patient{'s' if len(lacking) > 1 else ''} ({listed})"
        told.append(Note.of("W_DATASET", what=f"{name} is missing in {whose}; the collection as published has it"))
    return tuple(told)


def _dictionary(table: Path) -> dict[str, str]:
    """Read field and description of the dictionary beside a table, separated by tabs, commas or semicolons.

    Nothing where there is none, or none that is text.
    """
    beside = (path for pattern in DICTIONARY_NAMES for path in sorted(table.parent.glob(pattern)))
    for path in beside:
        if path == table or not path.is_file() or path.suffix.lower() not in ("", ".txt", ".tsv", ".csv"):
            continue
        text = path.read_text(encoding="utf-8-sig", errors="replace")
        separator = max("\t;,", key=text.count)
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if len(row) >= 3]
        names = {row[0].strip(): row[2].strip() for row in rows}
        if known := {name: meaning for name, meaning in names.items() if name in HN1_COLUMNS or name == "id"}:
            return known
    return {}


def _traps(frame: pd.DataFrame) -> tuple[Note, ...]:
    """Tell what a reader of results must know of this table."""
    site, hpv = frame["index_tumour_location"], frame["overall_hpv_p16_status"]
    later = frame.index[frame["recurrence_metastatic_free_survival_in_days"] > frame["overall_survival_in_days"]]
    larynx = int((hpv.isna() & (site == "larynx")).sum())
    chemo = {word: int((frame["chemotherapy_given"] == word).sum()) for word in ("concomitant", "concurrent")}
    traps: tuple[tuple[bool, Callable[[], str]], ...] = (
        (
            len(later) > 0,
            lambda: f"{', '.join(later)}: recurrence was followed up longer than overall survival; left as it is",
        ),
        (
            larynx > 0,
            lambda: (
                f"HPV is missing in {int(hpv.isna().sum())} patients, {larynx} of them with larynx tumours, where it "
                "was not tested: structural, not to be imputed"
            ),
        ),
        (
            min(chemo.values()) > 0,
            lambda: (
                f"chemotherapy_given says concomitant ({chemo['concomitant']}) and concurrent ({chemo['concurrent']}); "
                "both mean the same"
            ),
        ),
        (
            True,
            lambda: (
                "overall survival was updated from a registry, recurrence was not; death is no event of the recurrence "
                "endpoints but a competing risk"
            ),
        ),
    )
    return tuple(Note.of("W_DATASET", what=sentence()) for there, sentence in traps if there)
