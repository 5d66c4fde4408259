"""When a PET's tracer was injected, and the moment that its activity is decay corrected to."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

__all__ = ["injection", "reference_time"]

GE_CREATOR, GE_SCAN_TIME = "GEMS_PETD_01", 0x0D

SAME_MOMENT = timedelta(seconds=60)
"""Start time and start date-time of one injection may differ by this much."""

QUARTER_HOUR_S = 900
"""Offsets from UTC are whole quarters of an hour."""


def reference_time(headers: Sequence["Dataset"]) -> tuple[datetime | None, str]:
    """Return the moment that activity is decay corrected to, for DecayCorrection START.

    Parameters
    ----------
    headers
        Of all slices of the series.

    Returns
    -------
    moment, told
        Local time of the scanner, None where no tag tells; and where a series was stored after its acquisition, a
        sentence that says which moment was taken, else an empty text.

    References
    ----------
    QIBA's pseudo-code for SUV (vendor-neutral): the series' time; where that is after the acquisition, GE's private
    scan time (0009,xx0d) of creator GEMS_PETD_01, else the earliest acquisition of all slices. An enhanced PET tells
    DecayCorrectionDateTime (0018,9701).
    """
    times = {str(header.get("DecayCorrectionDateTime") or "") for header in headers} - {""}
    if times:
        return min(_local(word, headers[0]) for word in times), ""
    series = [moment for header in headers if (moment := _moment(header, "SeriesDate", "SeriesTime"))]
    acquired = [moment for header in headers if (moment := _acquisition(header))]
    if not series or not acquired or min(series) <= min(acquired):
        return (min(series or acquired, default=None), "")
    vendor = [moment for header in headers if (moment := _ge_scan_time(header))]
    chosen = min(vendor or acquired)
    source = "GE's scan time (0009,100D)" if vendor else "the earliest acquisition"
    return chosen, f"series time {min(series)} is after the first acquisition {min(acquired)}; {source}, {chosen}"


def injection(header: "Dataset", drug: "Dataset", start: datetime) -> datetime | None:
    """Return the time of injection in the scanner's local time.

    Parameters
    ----------
    header
        Of a slice; its TimezoneOffsetFromUTC is asked.
    drug
        The item of RadiopharmaceuticalInformationSequence.
    start
        Start of the scan; a time without date is of this day, or of the day before where that would be later.

    Returns
    -------
    datetime or None
        None where the header does not tell.

    Raises
    ------
    ValueError
        Start time and start date-time disagree, or an offset from UTC stands at one of two times only; the sentence
        names the tags.
    """
    clock = str(drug.get("RadiopharmaceuticalStartTime") or "").strip()
    whole = str(drug.get("RadiopharmaceuticalStartDateTime") or "").strip()
    of_day = None if not clock else _parse(start.strftime("%Y%m%d"), clock)
    if of_day is not None and of_day > start:
        of_day -= timedelta(days=1)
    if len(whole) < 14:
        return of_day
    if not _offset(whole) or _zone(header) is not None:
        moment = _local(whole, header)
        _refuse_disagreement(moment, of_day, clock, whole)
        return moment
    if of_day is None:
        message = f"RadiopharmaceuticalStartDateTime {whole} has an offset from UTC, the scan's times have none"
        raise ValueError(message)
    plain = _parse(whole[:8], _without_offset(whole)[8:])
    apart = abs((plain - of_day).total_seconds()) % QUARTER_HOUR_S
    if min(apart, QUARTER_HOUR_S - apart) > SAME_MOMENT.total_seconds():
        _disagree(clock, whole)
    return of_day


def _refuse_disagreement(moment: datetime, of_day: datetime | None, clock: str, whole: str) -> None:
    if of_day is None:
        return
    apart = abs((moment - of_day).total_seconds()) % 86400
    if min(apart, 86400 - apart) > SAME_MOMENT.total_seconds():
        _disagree(clock, whole)


def _disagree(clock: str, whole: str) -> None:
    message = f"RadiopharmaceuticalStartTime {clock} and RadiopharmaceuticalStartDateTime {whole} disagree"
    raise ValueError(message)


def _acquisition(header: "Dataset") -> datetime | None:
    whole = str(header.get("AcquisitionDateTime") or "").strip()
    moment = _moment(header, "AcquisitionDate", "AcquisitionTime")
    return moment or (_local(whole, header) if len(whole) >= 14 else None)


def _ge_scan_time(header: "Dataset") -> datetime | None:
    try:
        value = header.private_block(0x0009, GE_CREATOR)[GE_SCAN_TIME].value
    except KeyError:
        return None
    word = (value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)).strip(" \0")
    return _local(word, header) if len(word) >= 14 else None


def _moment(header: "Dataset", date: str, time: str) -> datetime | None:
    day, clock = str(header.get(date) or "").strip(), str(header.get(time) or "").strip()
    return _parse(day, clock) if day and clock else None


def _local(word: str, header: "Dataset") -> datetime:
    """Read a date-time; one with an offset from UTC is brought to the zone that the header tells."""
    plain = _without_offset(word)
    moment = _parse(plain[:8], plain[8:])
    offset, zone = _offset(word), _zone(header)
    if offset and zone is not None:
        return moment - _span(offset) + zone
    return moment


def _zone(header: "Dataset") -> timedelta | None:
    word = str(header.get("TimezoneOffsetFromUTC") or "").strip()
    return _span(word) if re.fullmatch(r"[+-]\d{4}", word) else None


def _offset(word: str) -> str:
    tail = re.search(r"[+-]\d{4}$", word.strip())
    return tail.group() if tail else ""


def _without_offset(word: str) -> str:
    return word.strip().removesuffix(_offset(word))


def _span(offset: str) -> timedelta:
    span = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:]))
    return -span if offset[0] == "-" else span


def _parse(day: str, time: str) -> datetime:
    digits, _, fraction = time.replace(":", "").partition(".")
    moment = datetime.strptime(day.replace(".", "") + digits.ljust(6, "0"), "%Y%m%d%H%M%S")
    return moment + timedelta(seconds=float(f"0.{fraction}") if fraction else 0.0)
