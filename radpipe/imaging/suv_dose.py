"""Weight by the dose of the tracer at the time that a PET is corrected to, each in its plausible range."""

import re
from collections.abc import Sequence

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code

from radpipe.errors import InputError, Note, Policy
from radpipe.imaging.pet_times import injection, reference_time
from radpipe.imaging.ranges import ANY_DOSE, BODY_MASS_INDEX, HALF_LIFE_SHARE, Nuclide, Range, nuclide_of, weight_range

__all__ = ["grams_per_becquerel", "tracer_of"]


YEARS = {"D": 1 / 365.25, "W": 7 / 365.25, "M": 1 / 12, "Y": 1.0}
"""Units of PatientAge (DICOM's AS), in years."""


def tracer_of(header: Dataset) -> Dataset:
    """Return the first radiopharmaceutical of a header; an empty data set where there is none.

    Parameters
    ----------
    header
        Of a PET slice.
    """
    drugs = header.get("RadiopharmaceuticalInformationSequence")
    return drugs[0] if drugs else Dataset()


def grams_per_becquerel(headers: Sequence[Dataset], policy: Policy) -> tuple[float, list[Note]]:
    """Weight divided by the dose at the reference time of the decay correction.

    Parameters
    ----------
    headers
        Of all slices of one series.
    policy
        What to do about ``W_DECAY_TIME``.

    Returns
    -------
    factor, notes
        In g/Bq; and what was assumed of the time.

    Raises
    ------
    InputError
        ``E_SUV`` with every tag that is missing, not usable, or outside of its plausible range.
    """
    header, drug = headers[0], tracer_of(headers[0])
    correction = str(header.get("DecayCorrection") or "").strip().upper()
    weight, dose = _positive(header, "PatientWeight"), _positive(drug, "RadionuclideTotalDose")
    half_life = _positive(drug, "RadionuclideHalfLife")
    missing = ["PatientWeight"] * (weight is None) + ["RadionuclideTotalDose"] * (dose is None)
    if correction not in {"START", "ADMIN"}:
        missing.append(f"DecayCorrection is {correction or 'missing'}, not START or ADMIN")
    start, taken = reference_time(headers) if correction == "START" else (None, "")
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
    notes = [policy.meet("W_DECAY_TIME", told=taken)] if taken else []
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
        fault = f"RadionuclideHalfLife {half_life_s:g} s is that of no nuclide known for PET"
        raise InputError("E_SUV", missing=fault)
    share = abs(half_life_s / nuclide.half_life_s - 1)
    if share > HALF_LIFE_SHARE:
        fault = f"RadionuclideHalfLife {half_life_s:g} s is not that of {nuclide.name}, {nuclide.half_life_s:g} s"
        raise InputError("E_SUV", missing=fault)
    return nuclide


def _outside(name: str, value: float, plausible: Range) -> list[str]:
    return [] if value in plausible else [f"{name} {value:g} is outside {plausible}"]


def _age_years(header: Dataset) -> float | None:
    match = re.fullmatch(r"(\d{1,3})([DWMY])", str(header.get("PatientAge") or "").strip().upper())
    return None if match is None else int(match.group(1)) * YEARS[match.group(2)]


def _positive(dataset: Dataset, keyword: str) -> float | None:
    value = dataset.get(keyword)
    if value is None or str(value).strip() == "":
        return None
    number = float(value)
    return number if np.isfinite(number) and number > 0 else None
