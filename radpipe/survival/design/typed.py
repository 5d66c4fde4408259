"""Words of a clinical table as numbers and dates: decimal commas told, what has two meanings refused."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.survival.design.text_table import NO_VALUE

__all__ = ["days_between", "decimal_commas", "typed"]

_COMMA = re.compile(r"[+-]?\d+,\d+")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})([ T]\d{1,2}:\d{2}.*)?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_TWOFOLD = "day or month first"
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")


def decimal_commas(column: "pd.Series[Any]") -> bool:
    """Whether a column of text holds numbers with a decimal comma.

    Parameters
    ----------
    column
        Text.

    Examples
    --------
    >>> decimal_commas(pd.Series(["1,5", "12", ""])), decimal_commas(pd.Series(["1,234", "2,345"]))
    (True, False)
    """
    words = [word for word in column.astype(str).str.strip() if word.casefold() not in NO_VALUE]
    with_comma = [word for word in words if "," in word]
    return (
        bool(with_comma)
        and all(_COMMA.fullmatch(word) for word in with_comma)
        and not all(_THOUSANDS.fullmatch(word) for word in with_comma)
        and all(re.fullmatch(r"[+-]?\d+", word) for word in words if "," not in word)
    )


def typed(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Take a column of numbers as numbers, any other as words; missing values NaN.

    Parameters
    ----------
    column
        Text. ``1,234`` alone may be a thousand or a fraction: such a column stays words.
    """
    words = column.astype(str).str.strip()
    known = ~words.str.casefold().isin(NO_VALUE)
    plain = words.str.replace(",", ".", regex=False) if decimal_commas(words) else words
    numbers = pd.to_numeric(plain.where(known), errors="coerce")
    if numbers.notna().equals(known):
        return numbers
    return words.where(known).astype(object)


def days_between(
    start: "pd.Series[Any]", end: "pd.Series[Any]", date_format: str | None, faults: list[str]
) -> npt.NDArray[np.float64]:
    """Return the days from one column of dates to another.

    Parameters
    ----------
    start, end
        Dates as words: ``2019-03-31``, ``31.3.2019``; ``3/4/2019`` where another date of the two columns shows which
        number is the day.
    date_format
        Of both, as ``%d/%m/%Y``; None recognises the forms above.
    faults
        What cannot be read or read in two ways, missing dates and ends before starts are added.
    """
    asked = date_format or _slash_format((start, end), faults)
    if asked == _TWOFOLD:
        return np.full(len(start), np.nan)
    begins, ends = (_dates(column, asked, date_format is not None, faults) for column in (start, end))
    days: npt.NDArray[np.float64] = np.asarray((ends - begins).dt.days, dtype=np.float64)
    for place in np.flatnonzero(days < 0).tolist():
        faults.append(
            f"patient {start.index[place]}, {end.name} {end.iloc[place]} is before {start.name} {start.iloc[place]}"
        )
    return days


def _slash_format(columns: Sequence["pd.Series[Any]"], faults: list[str]) -> str | None:
    """Tell from all dates whether the day or the month comes first; None where no date has slashes."""
    words = [(patient, column.name, str(word)) for column in columns for patient, word in column.dropna().items()]
    matches = [(who, name, match) for who, name, word in words if (match := _SLASHED.fullmatch(word.strip()))]
    if not matches:
        return None
    first, second = (any(int(match[place]) > 12 for _, _, match in matches) for place in (1, 2))
    if first == second:
        who, name, match = matches[0]
        faults.append(
            f"patient {who}, {name} {match[0]} may be day and month or month and day"
            f"{', and both orders occur' if first else ''}; tell with --date-format %d/%m/%Y or %m/%d/%Y"
        )
        return _TWOFOLD
    return "%d/%m/%Y" if first else "%m/%d/%Y"


def _dates(column: "pd.Series[Any]", asked: str | None, only: bool, faults: list[str]) -> "pd.Series[Any]":
    """Read dates; what is none becomes a fault."""
    dates = []
    for patient, word in column.items():
        text = "" if pd.isna(word) else str(word).strip()
        date = _date(text, asked, only)
        if date is pd.NaT:
            reason = "is missing" if not text else f"is {text!r}"
            faults.append(f"patient {patient}, {column.name} {reason}, allowed: a date such as 2019-03-31 or 31.3.2019")
        dates.append(date)
    return pd.Series(dates, index=column.index, dtype="datetime64[ns]")


def _date(text: str, asked: str | None, only: bool) -> Any:
    if only:
        return pd.to_datetime(text, format=asked, errors="coerce")
    if match := _ISO.fullmatch(text):
        return pd.to_datetime("-".join(match.group(1, 2, 3)), format="%Y-%m-%d", errors="coerce")
    if _DOTTED.fullmatch(text):
        return pd.to_datetime(text, format="%d.%m.%Y", errors="coerce")
    if _SLASHED.fullmatch(text):
        return pd.to_datetime(text.replace("-", "/"), format=asked, errors="coerce")
    return pd.NaT
