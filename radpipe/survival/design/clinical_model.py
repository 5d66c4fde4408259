"""Which clinical columns a model takes, and how: declared, never guessed from the data."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from radpipe.errors import ParameterError, UsageError
from radpipe.survival.design.preprocess import Encoded

__all__ = ["ClinicalColumn", "ClinicalModel", "Kind", "Missing", "load_clinical_model", "parse_clinical_model"]


class Kind(StrEnum):
    """How a column enters: a number, ordered levels as one number, one term a level, or one level against the rest."""

    NUMERIC = "numeric"
    ORDINAL = "ordinal"
    CATEGORICAL = "categorical"
    INDICATOR = "indicator"


class Missing(StrEnum):
    """What a missing value becomes.

    ``impute`` draws it several times from a model of the other terms (multiple imputation), learnt from training
    patients; ``median`` is that of the training patients; ``category`` is a level of its own; ``rest`` counts as not
    having the level of an indicator; ``refuse`` ends the analysis and names the patients.
    """

    IMPUTE = "impute"
    MEDIAN = "median"
    CATEGORY = "category"
    REST = "rest"
    REFUSE = "refuse"


_ALLOWED = {
    Kind.NUMERIC: (Missing.IMPUTE, Missing.MEDIAN, Missing.REFUSE),
    Kind.ORDINAL: (Missing.IMPUTE, Missing.MEDIAN, Missing.REFUSE),
    Kind.CATEGORICAL: (Missing.CATEGORY, Missing.REFUSE),
    Kind.INDICATOR: (Missing.REST, Missing.IMPUTE, Missing.REFUSE),
}
"""The first is the default."""


@dataclass(frozen=True, slots=True)
class ClinicalColumn:
    """One column of the clinical table in a model.

    Parameters
    ----------
    column
        Its name in the table.
    kind, missing
        How it enters; what a missing value becomes.
    levels
        Ordinal: words in order, which become 0, 1, ...; empty where the column holds numbers. Categorical: the levels,
        the reference first; empty takes those found, in alphabetical order. Indicator: the one level.
    why
        For the report: why it is treated so.
    unit
        Of a number: how much of it a hazard ratio is told for; 10 for age is ten years.
    """

    column: str
    kind: Kind
    missing: Missing
    levels: tuple[str, ...] = ()
    why: str = ""
    unit: float = 1.0


@dataclass(frozen=True, slots=True)
class ClinicalModel:
    """The clinical columns of a model.

    Parameters
    ----------
    columns
        At least one, each once.
    source
        Where it was declared.

    Examples
    --------
    >>> ClinicalModel((ClinicalColumn("age", Kind.NUMERIC, Missing.MEDIAN),), "by hand").names
    ('age',)
    """

    columns: tuple[ClinicalColumn, ...]
    source: str

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(column.column for column in self.columns)

    def encode(self, frame: pd.DataFrame) -> Encoded:
        """Turn the columns into numbers, missing ones NaN; nothing is estimated from the patients here.

        Parameters
        ----------
        frame
            Index: patient ids.

        Raises
        ------
        UsageError
            A column does not exist, holds what its kind does not allow, or misses a value where that is refused.
        """
        absent = [name for name in self.names if name not in frame.columns]
        if absent:
            message = (
                f"clinical model ({self.source}): column {', '.join(absent)} is not in the clinical table; it has "
                f"{', '.join(map(str, frame.columns))}"
            )
            raise UsageError(message)
        terms: list[tuple[str, str, str, np.ndarray]] = []
        for column in self.columns:
            terms.extend(_terms(column, frame[column.column]))
        return Encoded(
            names=tuple(term[0] for term in terms),
            columns=tuple(term[1] for term in terms),
            codings=tuple(term[2] for term in terms),
            values=np.column_stack([term[3] for term in terms]).astype(np.float64),
            skewed=np.zeros(len(terms), dtype=np.bool_),
            units=tuple(
                _unit(column, term[2]) for column in self.columns for term in terms if term[1] == column.column
            ),
            drawn=tuple(
                column.missing is Missing.IMPUTE
                for column in self.columns
                for term in terms
                if term[1] == column.column
            ),
        )


def load_clinical_model(path: str | Path) -> ClinicalModel:
    """Read a clinical model from YAML.

    Parameters
    ----------
    path
        A mapping ``columns`` of column name to ``kind`` (numeric, ordinal, categorical, indicator) and, if wanted,
        ``missing`` (impute, median, category, rest, refuse), ``levels`` (a list), ``unit`` (a number: how much of it a
        hazard ratio is told for) and ``why``.

    Raises
    ------
    UsageError
        The file does not exist.
    ParameterError
        All faults of the file, with their paths in it.

    Examples
    --------
    ::

        columns:
          clin_t: {kind: ordinal}
          age_at_diagnosis: {kind: numeric, missing: median}
          index_tumour_location: {kind: categorical, levels: [oropharynx, larynx]}
          overall_hpv_p16_status: {kind: indicator, levels: [positive], missing: rest}
    """
    source = Path(path)
    if not source.is_file():
        message = f"the clinical model {source} does not exist"
        raise UsageError(message)
    try:
        content = yaml.safe_load(source.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as broken:
        raise ParameterError(source.name, [f"is no YAML: {' '.join(str(broken).split())}"]) from broken
    return parse_clinical_model(content, source.name)


def parse_clinical_model(content: Any, source: str) -> ClinicalModel:
    """Read a clinical model from the mapping that :func:`load_clinical_model` tells of.

    Parameters
    ----------
    content
        The mapping.
    source
        Where it stands, for messages.

    Raises
    ------
    ParameterError
        All faults, with their paths in it.
    """
    faults: list[str] = []
    if not isinstance(content, dict) or not isinstance(content.get("columns"), dict) or not content["columns"]:
        raise ParameterError(source, ["needs a mapping 'columns' of at least one clinical column"])
    faults.extend(f"{key} is unknown; only 'columns' is" for key in content if key != "columns")
    columns = [_column(str(name), given, faults) for name, given in content["columns"].items()]
    if faults:
        raise ParameterError(source, faults)
    return ClinicalModel(tuple(column for column in columns if column is not None), source)


def _column(name: str, given: Any, faults: list[str]) -> ClinicalColumn | None:
    """Read one column; faults are added to the list."""
    place = f"columns.{name}"
    if not isinstance(given, dict):
        faults.append(f"{place} must be a mapping with 'kind'")
        return None
    before = len(faults)
    faults.extend(
        f"{place}.{key} is unknown; allowed: kind, levels, missing, unit, why"
        for key in given
        if key not in ("kind", "levels", "missing", "unit", "why")
    )
    if given.get("kind") not in set(Kind):
        faults.append(f"{place}.kind is {given.get('kind')!r}, allowed: {', '.join(Kind)}")
        return None
    kind = Kind(given["kind"])
    missing = given.get("missing", _ALLOWED[kind][0])
    if missing not in set(_ALLOWED[kind]):
        faults.append(f"{place}.missing is {missing!r}, allowed for {kind}: {', '.join(_ALLOWED[kind])}")
    levels = given.get("levels", [])
    if not isinstance(levels, list) or (kind is Kind.INDICATOR and len(levels) != 1):
        faults.append(f"{place}.levels must be a list{' of one level' if kind is Kind.INDICATOR else ''}")
    unit = given.get("unit", 1.0)
    if isinstance(unit, bool) or not isinstance(unit, int | float) or not 0 < unit < float("inf"):
        faults.append(f"{place}.unit is {unit!r}, allowed: a number above 0")
    if len(faults) > before:
        return None
    words = tuple(str(level) for level in levels)
    return ClinicalColumn(name, kind, Missing(missing), words, str(given.get("why", "")), float(unit))


def _terms(column: ClinicalColumn, cells: "pd.Series[Any]") -> list[tuple[str, str, str, np.ndarray]]:
    """Return name, column, coding and values of each term of a column."""
    lacking = cells.isna()
    if column.missing is Missing.REFUSE and lacking.any():
        message = (
            f"clinical column {column.column} is missing in {int(lacking.sum())} patients "
            f"({', '.join(map(str, cells.index[lacking][:5]))}) and its rule is 'refuse'"
        )
        raise UsageError(message)
    if column.kind is Kind.NUMERIC or (column.kind is Kind.ORDINAL and not column.levels):
        numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
        _only(column, cells, (~lacking & ~np.isfinite(numbers)), "numbers")
        return [(column.column, column.column, "identity", numbers.to_numpy(dtype=np.float64))]
    words = cells.astype("object").where(~lacking).map(str, na_action="ignore")
    if column.kind is Kind.ORDINAL:
        place = {level: float(number) for number, level in enumerate(column.levels)}
        _only(column, cells, ~lacking & ~words.isin(column.levels), ", ".join(column.levels))
        ranks = words.map(place).astype("float64").to_numpy(dtype=np.float64)
        return [(column.column, column.column, f"order of {', '.join(column.levels)}", ranks)]
    levels: Sequence[str] = column.levels or sorted(words.dropna().unique())
    if column.kind is Kind.CATEGORICAL:
        _only(column, cells, ~lacking & ~words.isin(list(levels)), ", ".join(levels))
        levels = levels[1:]
    unknown = lacking & (column.missing is Missing.IMPUTE)
    terms: list[tuple[str, str, str, np.ndarray]] = [
        (
            f"{column.column}: {level}",
            column.column,
            f"is {level}",
            (words == level).astype("float64").mask(unknown).to_numpy(dtype=np.float64),
        )
        for level in levels
    ]
    if column.kind is Kind.CATEGORICAL and lacking.any():
        terms.append((f"{column.column}: missing", column.column, "is missing", lacking.to_numpy(dtype=np.float64)))
    return terms


def _unit(column: ClinicalColumn, coding: str) -> tuple[float, str]:
    """Return how much of a term a hazard ratio is told for, and words for it."""
    if column.kind is Kind.NUMERIC:
        return column.unit, f"{column.unit:g} more"
    if column.kind is Kind.ORDINAL:
        return 1.0, "one step"
    against = column.levels[0] if column.kind is Kind.CATEGORICAL and column.levels else "the rest"
    return 1.0, f"{coding.removeprefix('is ')} against {against}"


def _only(column: ClinicalColumn, cells: "pd.Series[Any]", bad: "pd.Series[bool]", allowed: str) -> None:
    """Refuse values that the column's kind does not allow."""
    if bad.any():
        listed = "; ".join(f"patient {patient}: {value!r}" for patient, value in cells[bad].head(5).items())
        message = f"clinical column {column.column} ({column.kind}) allows {allowed}; {listed}"
        raise UsageError(message)
