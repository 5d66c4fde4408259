"""The section ``radpipe`` of a parameter file: definition, purpose, families of one's own."""

from collections.abc import Mapping
from typing import Any

from radpipe.features.own import FAMILIES
from radpipe.features.params import Purpose
from radpipe.features.rules import Rule, whole
from radpipe.features.settings import unknown_word

__all__ = ["own_fields", "section_of"]


DEFINITIONS = ("pyradiomics", "ibsi")
"""Whose values are measured."""

UNITS = ("HU", "SUVbw", "arbitrary")
"""Units that an image's values may have, see :class:`radpipe.volume.Volume`."""


def section_of(content: Mapping[str, Any], key: str, faults: list[str], path: str = "") -> Mapping[str, Any]:
    """Return a mapping of a file; an empty one, and a fault, where something else stands in its place.

    Parameters
    ----------
    content
        Of the file, or of a section.
    key
        Of the mapping.
    faults
        Gets the sentence.
    path
        Before the key in the sentence, with its dot.
    """
    value = content.get(key, {})
    if isinstance(value, dict):
        return value
    faults.append(f"{path}{key} must be a mapping, is {value!r}")
    return {}


_OWN: Mapping[str, tuple[str, Rule]] = {
    "keepImages": ("keep_images", Rule("a list of image names, for instance wavelet-HLH", lambda value: _words(value))),
    "maxBins": ("max_bins", whole(2, 10**6)),
}
"""What the section ``radpipe`` may hold beside ``for`` and families: key -> field of Params, and what it may be."""


def _words(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(part, str) for part in value)


def own_fields(section: Mapping[str, Any], faults: list[str]) -> dict[str, Any]:
    """Read the section ``radpipe`` into fields of Params.

    Parameters
    ----------
    section
        Its keys and values.
    faults
        Gets a sentence for each that is unknown or not allowed.

    Returns
    -------
    dict
        Field of :class:`radpipe.features.params.Params` -> value.
    """
    fields: dict[str, Any] = {}
    for key, given in section.items():
        value = tuple(given) if isinstance(given, list) else given
        if key in ("definition", "ibsi", *FAMILIES):
            continue
        if key == "for":
            fields["purpose"] = _purpose(section_of(section, "for", faults, "radpipe."), faults)
        elif key not in _OWN:
            faults.append(unknown_word(f"radpipe.{key}", str(key), (*FAMILIES, *_OWN, "for", "definition", "ibsi")))
        elif not _OWN[key][1].accepts(value):
            faults.append(f"radpipe.{key} is {given!r}; allowed: {_OWN[key][1].allowed}")
        else:
            fields[_OWN[key][0]] = value
    fields["own"] = _families(section, faults)
    definition = section.get("definition", "pyradiomics")
    if definition not in DEFINITIONS:
        faults.append(f"radpipe.definition is {definition!r}; allowed: {' or '.join(DEFINITIONS)}")
    elif definition == "ibsi":
        from radpipe.features.ibsi.section import read_ibsi

        fields["ibsi"] = read_ibsi(section_of(section, "ibsi", faults, "radpipe."), faults)
    elif "ibsi" in section:
        faults.append("radpipe.ibsi needs radpipe.definition: ibsi")
    return fields


def _families(section: Mapping[str, Any], faults: list[str]) -> dict[str, tuple[str, ...]]:
    """Read the features of one's own: family -> names."""
    families = {}
    for family in (name for name in FAMILIES if section.get(name)):
        names = section[family]
        if isinstance(names, list) and _words(tuple(names)):
            families[family] = tuple(names)
        else:
            faults.append(f"radpipe.{family} is {names!r}; allowed: a list of names of features")
    return families


def _purpose(section: Mapping[str, Any], faults: list[str]) -> Purpose:
    """Read ``for``: ``modality`` is a list or one word, ``unit`` a word."""
    known = ("modality", "unit")
    faults += [unknown_word(f"radpipe.for.{key}", str(key), known) for key in section if key not in known]
    modality, unit = section.get("modality", []), section.get("unit", "")
    modalities = (modality,) if isinstance(modality, str) else tuple(modality) if isinstance(modality, list) else None
    if modalities is None or not _words(modalities):
        faults.append(f"radpipe.for.modality is {modality!r}; allowed: a list of DICOM's modalities, for instance CT")
        modalities = ()
    if not isinstance(unit, str) or unit not in ("", *UNITS):
        faults.append(f"radpipe.for.unit is {unit!r}; allowed: {' or '.join(UNITS)}")
        unit = ""
    return Purpose(tuple(word.upper() for word in modalities), unit)
