"""PET to standardised uptake value by body weight, after QIBA's vendor-neutral pseudo-code."""

from collections.abc import Callable, Sequence

from pydicom.dataset import Dataset

from radpipe.errors import InputError, Note, Policy
from radpipe.imaging.damage import reading
from radpipe.imaging.ranges import LARGEST_SUV
from radpipe.imaging.suv_dose import grams_per_becquerel, tracer_of
from radpipe.imaging.suv_philips import philips_factors

__all__ = ["refuse_implausible_suv", "suv_factors"]


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
            factor, decay_note = grams_per_becquerel(headers, policy)
            return [factor] * len(headers), [*notes, *decay_note]
        factors, decay_note = philips_factors(headers, paths, policy)
        return factors, [*notes, *decay_note]


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
        *((keyword, _word_of(keyword, tracer_of)) for keyword in OF_TRACER),
    ]
    for keyword, word in readers:
        values = [word(header) for header in headers]
        if len(set(values)) > 1:
            odd = next(index for index, value in enumerate(values) if value != values[0])
            fault = f"{keyword} varies between slices ({values[0] or 'missing'}, {values[odd] or 'missing'})"
            raise InputError("E_SUV", path=paths[odd], missing=fault)


def _itself(header: Dataset) -> Dataset:
    return header


def _word_of(keyword: str, place: Callable[[Dataset], Dataset]) -> Callable[[Dataset], str]:
    return lambda header: str(place(header).get(keyword) or "").strip()


def _correction_notes(header: Dataset, units: str, policy: Policy) -> list[Note]:
    """Refuse an image that was not corrected for attenuation or decay; tell where the header does not say."""
    value = header.get("CorrectedImage") or ()
    words = {str(word).strip().upper() for word in ([value] if isinstance(value, str) else value)} - {""}
    if not words:
        return [] if units == "GML" else [policy.meet("W_PET_CORRECTIONS")]
    lacking = [] if "ATTN" in words else ["ATTN"]
    lacking += [] if words & {"DECY", "DECAY"} else ["DECY"]
    if lacking:
        corrected = f"CorrectedImage is {', '.join(sorted(words))}, without {' and '.join(lacking)}"
        raise InputError("E_SUV", missing=corrected)
    return []
