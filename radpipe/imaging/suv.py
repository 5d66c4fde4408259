"""PET to standardised uptake value by body weight, after QIBA's vendor-neutral pseudo-code."""

import re
from collections.abc import Callable, Sequence

import numpy as np
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.sr.coding import Code

from radpipe.errors import InputError, Note, Policy
from radpipe.imaging.dicom_io import reading
from radpipe.imaging.pet_times import injection, reference_time
from radpipe.imaging.ranges import (
    ANY_DOSE,
    BODY_MASS_INDEX,
    HALF_LIFE_SHARE,
    LARGEST_SUV,
    Nuclide,
    Range,
    nuclide_of,
    weight_range,
)

__all__ = ["refuse_implausible_suv", "suv_factors"]

PHILIPS = "Philips PET Private Group"
PHILIPS_SUV, PHILIPS_ACTIVITY = 0x00, 0x09

YEARS = {"D": 1 / 365.25, "W": 7 / 365.25, "M": 1 / 12, "Y": 1.0}
"""Units of PatientAge (DICOM's AS), in years."""

OF_IMAGE = ("Units", "SUVType", "DecayCorrection", "PatientWeight")
OF_TRACER = (
    "RadionuclideTotalDose",
    "RadionuclideHalfLife",
    "RadiopharmaceuticalStartTime",
    "RadiopharmaceuticalStartDateTime",
)
"""What must be one and the same in all slices of a series."""


def suv_factors(headers: Sequence[Dataset], paths: Sequence[str], policy: Policy) -> tuple[list[float], list[Note]]:
    """Return what the rescaled values of each PET slice are multiplied by to be SUV by body weight, in g/mL.

    Parameters
    ----------
    headers
        Of all slices of one series.
    paths
        Their files, named in errors.
    policy
        What to do where the header leaves something to be assumed.

    Returns
    -------
    factors, notes
        A factor for each slice: 1.0 for units GML. For BQML: weight in g divided by the dose in Bq at the time that the
        image is decay corrected to (START: the dose decays from injection to the scan's start; ADMIN: it does not). For
        CNTS: Philips' SUV scale factor (7053,xx00), or its activity factor (7053,xx09) and then as for BQML. And notes
        on what was assumed.

    Raises
    ------
    InputError
        ``E_SUV`` with every tag that is missing, not usable, varies between slices, or is outside of its plausible
        range (:mod:`radpipe.imaging.ranges`).

    References
    ----------
    QIBA, Standardized Uptake Value computation, https://qibawiki.rsna.org/index.php/Standardized_Uptake_Value_(SUV);
    DICOM PS3.3 C.8.9.1 (Units, DecayCorrection, CorrectedImage).
    """
    with reading(paths[0]):
        _refuse_varying(headers, paths)
        first = headers[0]
        units = str(first.get("Units") or "").strip().upper()
        if units not in ("BQML", "CNTS", "GML"):
            raise InputError("E_SUV", missing=f"Units is {units or 'missing'}, not one of BQML, CNTS, GML")
        notes = _correction_notes(first, units, policy)
        if units == "GML":
            kind = str(first.get("SUVType") or "BW").strip().upper()
            if kind != "BW":
                raise InputError("E_SUV", missing=f"SUVType is {kind}, not BW")
            return [1.0] * len(headers), notes
        if units == "BQML":
            factor, told = _grams_per_becquerel(headers, policy)
            return [factor] * len(headers), [*notes, *told]
        factors, told = _philips(headers, paths, policy)
        return factors, [*notes, *told]


def refuse_implausible_suv(largest: float, path: str) -> None:
    """Refuse a PET whose greatest value is no SUV.

    Parameters
    ----------
    largest
        The greatest value of the image, g/mL.
    path
        Named in the error.

    Raises
    ------
    InputError
        ``E_SUV``.
    """
    if largest not in LARGEST_SUV:
        raise InputError("E_SUV", path=path, missing=f"the largest SUV is {largest:.4g}, outside {LARGEST_SUV}")


def _refuse_varying(headers: Sequence[Dataset], paths: Sequence[str]) -> None:
    """Refuse a series whose slices speak of different units, weights, doses or injections, or of two tracers."""
    for header, path in zip(headers, paths, strict=True):
        drugs = list(header.get("RadiopharmaceuticalInformationSequence") or [])
        if any(drug != drugs[0] for drug in drugs[1:]):
            raise InputError("E_SUV", path=path, missing=f"{len(drugs)} different radiopharmaceuticals")
    readers: list[tuple[str, Callable[[Dataset], str]]] = [
        *((keyword, _word_of(keyword, _itself)) for keyword in OF_IMAGE),
        *((keyword, _word_of(keyword, _tracer)) for keyword in OF_TRACER),
    ]
    for keyword, word in readers:
        values = [word(header) for header in headers]
        if len(set(values)) > 1:
            odd = next(index for index, value in enumerate(values) if value != values[0])
            told = f"{keyword} varies between slices ({values[0] or 'missing'}, {values[odd] or 'missing'})"
            raise InputError("E_SUV", path=paths[odd], missing=told)


def _itself(header: Dataset) -> Dataset:
    return header


def _word_of(keyword: str, place: Callable[[Dataset], Dataset]) -> Callable[[Dataset], str]:
    return lambda header: str(place(header).get(keyword) or "").strip()


def _tracer(header: Dataset) -> Dataset:
    drugs = header.get("RadiopharmaceuticalInformationSequence")
    return drugs[0] if drugs else Dataset()


def _correction_notes(header: Dataset, units: str, policy: Policy) -> list[Note]:
    """Refuse an image that was not corrected for attenuation or decay; tell where the header does not say."""
    value = header.get("CorrectedImage") or ()
    words = {str(word).strip().upper() for word in ([value] if isinstance(value, str) else value)} - {""}
    if not words:
        return [] if units == "GML" else [policy.meet("W_PET_CORRECTIONS")]
    lacking = [] if "ATTN" in words else ["ATTN"]
    lacking += [] if words & {"DECY", "DECAY"} else ["DECY"]
    if lacking:
        told = f"CorrectedImage is {', '.join(sorted(words))}, without {' and '.join(lacking)}"
        raise InputError("E_SUV", missing=told)
    return []


def _philips(headers: Sequence[Dataset], paths: Sequence[str], policy: Policy) -> tuple[list[float], list[Note]]:
    """Take Philips' private factors of each slice, where the private creator says that they are Philips'."""
    direct = [_private(header, PHILIPS_SUV) for header in headers]
    if all(direct):
        return direct, []
    activity = [_private(header, PHILIPS_ACTIVITY) for header in headers]
    if not all(activity):
        odd = next(index for index, factor in enumerate(activity) if not factor)
        told = f"factors (7053,1000) and (7053,1009) of private creator {PHILIPS!r} for units CNTS"
        raise InputError("E_SUV", path=paths[odd], missing=told)
    factor, notes = _grams_per_becquerel(headers, policy)
    return [slope * factor for slope in activity], notes


def _private(header: Dataset, element: int) -> float:
    """Return Philips' private factor, 0 where there is none."""
    try:
        value = header.private_block(0x7053, PHILIPS)[element].value
    except KeyError:
        return 0.0
    if isinstance(value, bytes):
        value = value.decode("ascii").strip(" \0") or None
    if value is None or isinstance(value, MultiValue):
        return 0.0
    factor = float(value)
    return factor if np.isfinite(factor) and factor > 0 else 0.0


def _grams_per_becquerel(headers: Sequence[Dataset], policy: Policy) -> tuple[float, list[Note]]:
    """Weight divided by the dose at the reference time of the decay correction."""
    header, drug = headers[0], _tracer(headers[0])
    correction = str(header.get("DecayCorrection") or "").strip().upper()
    weight, dose = _positive(header, "PatientWeight"), _positive(drug, "RadionuclideTotalDose")
    half_life = _positive(drug, "RadionuclideHalfLife")
    missing = ["PatientWeight"] * (weight is None) + ["RadionuclideTotalDose"] * (dose is None)
    if correction not in {"START", "ADMIN"}:
        missing.append(f"DecayCorrection is {correction or 'missing'}, not START or ADMIN")
    start, told = reference_time(headers) if correction == "START" else (None, "")
    if correction == "START":
        missing += ["RadionuclideHalfLife"] * (half_life is None)
        times = ("RadiopharmaceuticalStartTime", "RadiopharmaceuticalStartDateTime")
        missing += ["RadiopharmaceuticalStartTime"] * (not any(drug.get(keyword) for keyword in times))
        missing += ["SeriesDate and SeriesTime, or AcquisitionDate and AcquisitionTime"] * (start is None)
    if missing or weight is None or dose is None:
        raise InputError("E_SUV", missing=", ".join(missing))
    nuclide = _checked_nuclide(drug, half_life)
    size = _positive(header, "PatientSize")
    faults = _outside("PatientWeight", weight, weight_range(_age_years(header), size))
    if size is not None and 0.3 < size < 2.5 and not faults:
        faults = _outside("body mass index of PatientWeight and PatientSize", weight / size**2, BODY_MASS_INDEX)
    name, plausible = ("any nuclide", ANY_DOSE) if nuclide is None else (nuclide.name, nuclide.dose)
    faults += _outside(f"RadionuclideTotalDose ({name})", dose, plausible)
    if faults:
        raise InputError("E_SUV", missing="; ".join(faults))
    notes = [policy.meet("W_DECAY_TIME", told=told)] if told else []
    if start is not None and half_life is not None and nuclide is not None:
        try:
            injected = injection(header, drug, start)
        except ValueError as fault:
            raise InputError("E_SUV", missing=str(fault)) from None
        if injected is None:
            raise InputError("E_SUV", missing="RadiopharmaceuticalStartTime")
        hours = (start - injected).total_seconds() / 3600
        if hours not in nuclide.uptake:
            day = f"injection {injected} does not precede the scan {start} by {nuclide.uptake} ({nuclide.name})"
            raise InputError("E_SUV", missing=day)
        dose *= 2.0 ** (-hours * 3600 / half_life)
    return weight * 1000.0 / dose, notes


def _checked_nuclide(drug: Dataset, half_life_s: float | None) -> Nuclide | None:
    """Return the tracer's nuclide, whose half-life must be its own; None where nothing tells it (ADMIN needs none)."""
    item = drug.get("RadionuclideCodeSequence") or ()
    named = None
    if item and item[0].get("CodeValue"):
        scheme = str(item[0].get("CodingSchemeDesignator") or "")
        named = Code(
            str(item[0].CodeValue), "SRT" if scheme == "SNM3" else scheme, str(item[0].get("CodeMeaning") or "")
        )
    nuclide = nuclide_of(named, half_life_s)
    if half_life_s is None:
        return nuclide
    if nuclide is None:
        told = f"RadionuclideHalfLife {half_life_s:g} s is that of no nuclide known for PET"
        raise InputError("E_SUV", missing=told)
    share = abs(half_life_s / nuclide.half_life_s - 1)
    if share > HALF_LIFE_SHARE:
        told = f"RadionuclideHalfLife {half_life_s:g} s is not that of {nuclide.name}, {nuclide.half_life_s:g} s"
        raise InputError("E_SUV", missing=told)
    return nuclide


def _outside(name: str, value: float, plausible: Range) -> list[str]:
    return [] if value in plausible else [f"{name} {value:g} is outside {plausible}"]


def _age_years(header: Dataset) -> float | None:
    found = re.fullmatch(r"(\d{1,3})([DWMY])", str(header.get("PatientAge") or "").strip().upper())
    return None if found is None else int(found.group(1)) * YEARS[found.group(2)]


def _positive(dataset: Dataset, keyword: str) -> float | None:
    value = dataset.get(keyword)
    if value is None or str(value).strip() == "":
        return None
    number = float(value)
    return number if np.isfinite(number) and number > 0 else None
