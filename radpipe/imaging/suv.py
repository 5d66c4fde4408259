"""PET to SUV by body weight. A tag that is missing is named; the factor is never 1 in silence.

The rules are those of the QIBA FDG-PET profile (RSNA, 2016): BQML with the decay correction that the header states,
Philips' private factors for CNTS, and GML taken as SUV already.
"""

from datetime import datetime, timedelta

from pydicom.dataset import Dataset

from radpipe.errors import InputError

__all__ = ["suv_factor"]

SUV_PHILIPS = (0x7053, 0x1000)
"""Philips private: factor from stored, rescaled counts to SUV by body weight."""

ACTIVITY_PHILIPS = (0x7053, 0x1009)
"""Philips private: factor from stored, rescaled counts to Bq/mL."""

MAX_DELAY = timedelta(days=1)
"""An uptake time beyond a day is a wrong date, not a protocol."""


def suv_factor(data: Dataset, path: str) -> tuple[float, str]:
    """Return what to multiply rescaled values by, and the unit that comes out.

    Parameters
    ----------
    data
        Header of any slice of the PET series.
    path
        Its file, for the message.

    Returns
    -------
    factor, unit
        ``unit`` is ``SUVbw``.

    Raises
    ------
    InputError
        ``E_SUV`` with everything that is missing or unknown.
    """
    units = str(data.get("Units", "")).upper()
    if units == "GML":
        kind = str(data.get("SUVType", "BW")).upper()
        if kind not in ("BW", ""):
            raise InputError("E_SUV", path=path, missing=f"values are SUV of type {kind}, not by body weight")
        return 1.0, "SUVbw"
    if units == "CNTS":
        return _philips(data, path), "SUVbw"
    if units == "BQML":
        return _from_activity(data, path), "SUVbw"
    raise InputError("E_SUV", path=path, missing=f"Units is {units or 'missing'}, not BQML, CNTS or GML")


def _philips(data: Dataset, path: str) -> float:
    direct = _number(data.get(SUV_PHILIPS))
    if direct:
        return direct
    activity = _number(data.get(ACTIVITY_PHILIPS))
    if activity:
        return activity * _from_activity(data, path)
    missing = "Units is CNTS, and Philips' factors (7053,1000) and (7053,1009) are missing or 0"
    raise InputError("E_SUV", path=path, missing=missing)


def _from_activity(data: Dataset, path: str) -> float:
    """Body weight in g over the dose in Bq that is left at the time the values are corrected to."""
    missing = []
    weight_kg = _number(data.get("PatientWeight"))
    if not weight_kg:
        missing.append("PatientWeight")
    tracer = (data.get("RadiopharmaceuticalInformationSequence") or [Dataset()])[0]
    dose_bq = _number(tracer.get("RadionuclideTotalDose"))
    if not dose_bq:
        missing.append("RadionuclideTotalDose")
    decay = str(data.get("DecayCorrection", "")).upper()
    if decay not in ("START", "ADMIN"):
        missing.append(f"DecayCorrection is {decay or 'missing'}, not START or ADMIN")
    left = 1.0
    if decay == "START":
        left = _share_left(data, tracer, missing)
    if missing or not weight_kg or not dose_bq:
        raise InputError("E_SUV", path=path, missing=", ".join(missing))
    return weight_kg * 1000.0 / (dose_bq * left)


def _share_left(data: Dataset, tracer: Dataset, missing: list[str]) -> float:
    """Share of the injected dose that is left when the scan starts."""
    half_life_s = _number(tracer.get("RadionuclideHalfLife"))
    if not half_life_s:
        missing.append("RadionuclideHalfLife")
    scan = _moment(data.get("SeriesDate"), data.get("SeriesTime"))
    acquired = _moment(data.get("AcquisitionDate"), data.get("AcquisitionTime"))
    if scan is not None and acquired is not None and scan > acquired:
        scan = acquired
    if scan is None:
        missing.append("SeriesDate and SeriesTime")
    injected = _injection(tracer, scan)
    if injected is None:
        missing.append("RadiopharmaceuticalStartDateTime or RadiopharmaceuticalStartTime")
    if missing or scan is None or injected is None or not half_life_s:
        return 1.0
    delay = scan - injected
    if not timedelta(0) <= delay <= MAX_DELAY:
        missing.append(f"injection {injected} and scan {scan} do not fit")
        return 1.0
    return float(2.0 ** (-delay.total_seconds() / half_life_s))


def _injection(tracer: Dataset, scan: datetime | None) -> datetime | None:
    whole = str(tracer.get("RadiopharmaceuticalStartDateTime") or "")
    if len(whole) >= 14:
        return _moment(whole[:8], whole[8:].split("+")[0].split("-")[0])
    time = tracer.get("RadiopharmaceuticalStartTime")
    if scan is None or time in (None, ""):
        return None
    injected = _moment(scan.strftime("%Y%m%d"), time)
    if injected is not None and injected > scan:
        injected -= timedelta(days=1)
    return injected


def _moment(date: object, time: object) -> datetime | None:
    digits = str(time or "").replace(":", "")
    whole, _, fraction = digits.partition(".")
    try:
        return datetime.strptime(f"{date}{whole:0<6}", "%Y%m%d%H%M%S") + timedelta(seconds=float(f"0.{fraction or 0}"))
    except ValueError:
        return None


def _number(element: object) -> float | None:
    value = getattr(element, "value", element)
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return number if number > 0 else None
