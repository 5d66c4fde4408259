"""Plausible ranges of what headers of PET tell: one table, with sources. A value outside is a wrong unit or digit."""

from dataclasses import dataclass

from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

__all__ = [
    "ANY_DOSE",
    "BODY_MASS_INDEX",
    "HALF_LIFE_SHARE",
    "LARGEST_SUV",
    "NUCLIDES",
    "WEIGHT_KG",
    "Nuclide",
    "Range",
    "nuclide_of",
    "weight_range",
]


@dataclass(frozen=True, slots=True)
class Range:
    """A closed interval and its unit.

    Parameters
    ----------
    low, high
        Its ends, which belong to it.
    unit
        As it is printed.
    """

    low: float
    high: float
    unit: str

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        """``20 .. 300 kg``."""
        return f"{self.low:g} .. {self.high:g} {self.unit}"


@dataclass(frozen=True, slots=True)
class Nuclide:
    """A positron emitter.

    Parameters
    ----------
    name
        As it is printed.
    code
        Its concept of DICOM's context group 4020, PET Radionuclide.
    half_life_s
        In seconds.
    dose
        Injected activity, from an infant's share to the largest study.
    uptake
        From injection to the scan's start.
    """

    name: str
    code: Code
    half_life_s: float
    dose: Range
    uptake: Range


def _nuclide(name: str, code: Code, half_life_s: float, dose_mbq: tuple[float, float], hours: float) -> Nuclide:
    dose = Range(dose_mbq[0] * 1e6, dose_mbq[1] * 1e6, "Bq")
    return Nuclide(name, code, half_life_s, dose, Range(0.0, hours, "h"))


_PET = codes.cid4020

NUCLIDES = (
    _nuclide("F-18", _PET._18Fluorine, 109.77 * 60, (10, 1500), 8),
    _nuclide("C-11", _PET._11Carbon, 20.385 * 60, (10, 2000), 3),
    _nuclide("N-13", _PET._13Nitrogen, 9.965 * 60, (10, 2000), 1),
    _nuclide("O-15", _PET._15Oxygen, 122.24, (10, 4000), 0.5),
    _nuclide("Ga-68", _PET._68Gallium, 67.7 * 60, (10, 600), 6),
    _nuclide("Cu-64", _PET._64Copper, 12.7 * 3600, (10, 1500), 96),
    _nuclide("Zr-89", _PET._89Zirconium, 78.4 * 3600, (5, 400), 336),
    _nuclide("I-124", _PET._124Iodine, 100.2 * 3600, (5, 2500), 336),
    _nuclide("Rb-82", _PET._82Rubidium, 75.45, (10, 4000), 0.5),
    _nuclide("Sc-44", _PET._44Scandium, 4.042 * 3600, (10, 600), 24),
    _nuclide("Y-86", _PET._86Yttrium, 14.74 * 3600, (10, 600), 96),
    _nuclide("Y-90", _PET._90Yttrium, 64.05 * 3600, (10, 20000), 168),
)
"""Half-lives: European Pharmacopoeia 5.7 (C-11, N-13, O-15, F-18); J Nucl Med 2022;63:649, table 3 (Cu-64, Zr-89,
I-124); NUBASE2020, Chinese Physics C 45:030001 (the others). Activities: from the least of the EANM dosage card 2014
for children (14 to 26 MBq for FDG), rounded down, to several times what guidelines give adults (FDG 370 MBq, Rb-82 and
O-15 water up to 2.2 GBq, I-124 dosimetry, Y-90 microspheres after therapy): a thousandfold or a tenth of kBq lies
outside. Uptake: from dynamic scans (0) to the latest that decay leaves counts for."""

HALF_LIFE_SHARE = 0.03
"""A header's half-life may differ by this share from its nuclide's: 6588 and 6600 s are both written for F-18."""

WEIGHT_KG = Range(20.0, 300.0, "kg")
"""Patients of school age and adults: CDC growth charts 2000 put 20 kg at six years; tables carry 227 to 300 kg."""

CHILD_YEARS, CHILD_METRES = 10.0, 1.2
CHILD_KG = Range(2.0, 60.0, "kg")
"""Where PatientAge or PatientSize speaks of a child, its weight may be less (CDC growth charts 2000)."""

BODY_MASS_INDEX = Range(10.0, 90.0, "kg/m2")
"""Weight by the square of PatientSize, where that is a size in metres (0.3 to 2.5): survivors of starvation have 10 and
the heaviest patients described about 90 (WHO Technical Report 854; newborns have 11 to 15)."""

ANY_DOSE = Range(5e6, 2e10, "Bq")
"""Where nothing tells the nuclide: the union of all of them."""

LARGEST_SUV = Range(0.1, 2000.0, "g/mL")
"""The greatest value of a whole image. Bladders and kidneys reach some hundred; activity in Bq/mL, or a dose taken
for a thousandth of itself, reaches ten thousand and more."""


def nuclide_of(meaning: Code | None, half_life_s: float | None) -> Nuclide | None:
    """Return the nuclide that a code names, or that a half-life fits.

    Parameters
    ----------
    meaning
        The item of RadionuclideCodeSequence, in any edition of SNOMED; None where there is none.
    half_life_s
        RadionuclideHalfLife, asked where the code is of no known nuclide.

    Returns
    -------
    Nuclide or None
        None where neither tells.
    """
    for nuclide in NUCLIDES:
        if meaning is not None and (meaning == nuclide.code or _spelt(meaning.meaning) == _spelt(nuclide.name)):
            return nuclide
    if half_life_s is None:
        return None
    near = min(NUCLIDES, key=lambda nuclide: abs(nuclide.half_life_s / half_life_s - 1))
    return near if abs(half_life_s / near.half_life_s - 1) <= HALF_LIFE_SHARE else None


def _spelt(word: str) -> str:
    """Bring F-18, 18F, ^18^F and F18 to one spelling.

    Examples
    --------
    >>> _spelt("^18^F"), _spelt("F-18")
    ('f18', 'f18')
    """
    letters = "".join(sign for sign in word.lower() if sign.isalpha())
    return letters + "".join(sign for sign in word if sign.isdigit())


def weight_range(age_years: float | None, size_m: float | None) -> Range:
    """Return the plausible weights of a patient.

    Parameters
    ----------
    age_years, size_m
        PatientAge and PatientSize, None where the header does not tell.
    """
    child = (age_years is not None and age_years < CHILD_YEARS) or (size_m is not None and 0.3 < size_m < CHILD_METRES)
    return CHILD_KG if child else WEIGHT_KG
