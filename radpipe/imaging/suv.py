"""PET to standardised uptake value by body weight, after QIBA's vendor-neutral pseudo-code (happy path and Philips)."""

from datetime import datetime, timedelta

import numpy as np
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from radpipe.errors import InputError
from radpipe.imaging.dicom_io import reading

__all__ = ["suv_factor"]

PHILIPS = "Philips PET Private Group"
PHILIPS_SUV, PHILIPS_ACTIVITY = 0x00, 0x09

LONGEST_UPTAKE_HOURS = 24.0
"""An injection further back than this before the scan is a wrong date, not an uptake time."""


def suv_factor(dataset: Dataset, path: str) -> float:
    """Return what rescaled values of a PET slice are multiplied by to be SUV by body weight, in g/mL.

    Parameters
    ----------
    dataset
        Header of the slice.
    path
        Named in errors.

    Returns
    -------
    float
        1.0 for units GML. For BQML: weight in g divided by the dose in Bq at the time that the image is decay
        corrected to (START: the dose decays from injection to the series' start; ADMIN: it does not). For CNTS:
        Philips' SUV scale factor (7053,1000), or its activity factor (7053,1009) and then as for BQML.

    Raises
    ------
    InputError
        ``E_SUV`` with every tag that is missing or not usable.

    References
    ----------
    QIBA, Standardized Uptake Value computation, https://qibawiki.rsna.org/index.php/Standardized_Uptake_Value_(SUV);
    DICOM PS3.3 C.8.9.1 (Units, DecayCorrection).
    """
    with reading(path):
        units = str(dataset.get("Units") or "").strip().upper()
        if units == "GML":
            kind = str(dataset.get("SUVType") or "BW").strip().upper()
            if kind != "BW":
                raise InputError("E_SUV", missing=f"SUVType is {kind}, not BW")
            return 1.0
        if units == "BQML":
            return _grams_per_becquerel(dataset)
        if units == "CNTS":
            suv = _private(dataset, PHILIPS_SUV)
            activity = _private(dataset, PHILIPS_ACTIVITY)
            if suv:
                return suv
            if activity:
                return activity * _grams_per_becquerel(dataset)
            raise InputError("E_SUV", missing="Philips factors (7053,1000) and (7053,1009) for units CNTS")
        raise InputError("E_SUV", missing=f"Units is {units or 'missing'}, not one of BQML, CNTS, GML")


def _private(dataset: Dataset, element: int) -> float:
    """Return Philips' private factor, 0 where there is none."""
    tag = (0x7053, 0x1000 + element)
    value = dataset[tag].value if tag in dataset else None
    if isinstance(value, bytes):
        value = value.decode("ascii").strip(" \0") or None
    if value is None or isinstance(value, MultiValue):
        return 0.0
    factor = float(value)
    return factor if np.isfinite(factor) and factor > 0 else 0.0


def _grams_per_becquerel(dataset: Dataset) -> float:
    """Weight divided by the dose at the reference time of the decay correction."""
    sequence = dataset.get("RadiopharmaceuticalInformationSequence") or [Dataset()]
    drug = sequence[0]
    correction = str(dataset.get("DecayCorrection") or "").strip().upper()
    numbers = {
        "PatientWeight": _positive(dataset, "PatientWeight"),
        "RadionuclideTotalDose": _positive(drug, "RadionuclideTotalDose"),
    }
    if correction == "START":
        numbers["RadionuclideHalfLife"] = _positive(drug, "RadionuclideHalfLife")
    missing = [name for name, value in numbers.items() if value is None]
    if correction not in {"START", "ADMIN"}:
        missing.append(f"DecayCorrection is {correction or 'missing'}, not START or ADMIN")
    injected = started = None
    if correction == "START":
        injected, started = _injection(dataset, drug), _start(dataset)
        missing += ["RadiopharmaceuticalStartTime"] * (injected is None)
        missing += ["SeriesDate and SeriesTime, or AcquisitionDate and AcquisitionTime"] * (started is None)
    if missing:
        raise InputError("E_SUV", missing=", ".join(missing))
    dose = float(numbers["RadionuclideTotalDose"] or 0.0)
    if injected is not None and started is not None:
        hours = (started - injected).total_seconds() / 3600
        if not 0 <= hours <= LONGEST_UPTAKE_HOURS:
            raise InputError("E_SUV", missing=f"injection {injected} does not precede the scan {started} by 0 to 24 h")
        dose *= 2.0 ** (-hours * 3600 / float(numbers["RadionuclideHalfLife"] or 1.0))
    return float(numbers["PatientWeight"] or 0.0) * 1000.0 / dose


def _positive(dataset: Dataset, keyword: str) -> float | None:
    value = dataset.get(keyword)
    if value is None or str(value).strip() == "":
        return None
    number = float(value)
    return number if np.isfinite(number) and number > 0 else None


def _start(dataset: Dataset) -> datetime | None:
    """Start of the scan: the series' time unless it is later than the acquisition's (a series made afterwards)."""
    series = _moment(dataset, "SeriesDate", "SeriesTime")
    acquisition = _moment(dataset, "AcquisitionDate", "AcquisitionTime")
    if series is not None and acquisition is not None and series > acquisition:
        return acquisition
    return series or acquisition


def _injection(dataset: Dataset, drug: Dataset) -> datetime | None:
    """Time of injection; without a date it is the scan's day, or the day before where that would be later."""
    whole = str(drug.get("RadiopharmaceuticalStartDateTime") or "").strip()
    if len(whole) >= 14:
        return _parse(whole[:8], whole[8:].split("+")[0].split("-")[0])
    time, start = str(drug.get("RadiopharmaceuticalStartTime") or "").strip(), _start(dataset)
    if not time or start is None:
        return None
    injected = _parse(start.strftime("%Y%m%d"), time)
    return injected - timedelta(days=1) if injected > start else injected


def _moment(dataset: Dataset, date: str, time: str) -> datetime | None:
    day, hour = str(dataset.get(date) or "").strip(), str(dataset.get(time) or "").strip()
    return _parse(day, hour) if day and hour else None


def _parse(day: str, time: str) -> datetime:
    digits, _, fraction = time.replace(":", "").partition(".")
    moment = datetime.strptime(day.replace(".", "") + digits.ljust(6, "0"), "%Y%m%d%H%M%S")
    return moment + timedelta(seconds=float(f"0.{fraction}") if fraction else 0.0)
