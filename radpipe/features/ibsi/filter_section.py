"""A filter of the section ``radpipe.ibsi``: its keys, what each may be, and the name of its images."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args

from radpipe.features.ibsi.filters import Boundary, Filter, Gabor, Laws, LoG, Mean, Simoncelli, Wavelet
from radpipe.features.ibsi.params import NamedFilter
from radpipe.features.rules import BOOL, WAVELET, Rule, list_of, number, or_null, whole, word
from radpipe.features.settings import unknown_word

__all__ = ["allowed_values", "read_filter"]


def allowed_values(given: Mapping[str, Any], rules: Mapping[str, Rule], path: str, faults: list[str]) -> dict[str, Any]:
    """Return the values that are allowed; report the rest.

    Parameters
    ----------
    given
        Key -> value as YAML gave it; a list becomes a tuple.
    rules
        Key -> what it may be.
    path
        Before the key in a sentence.
    faults
        Gets a sentence for each key that is unknown, and each value that is not allowed.
    """
    values = {}
    for key, raw in given.items():
        value = tuple(raw) if isinstance(raw, list) else raw
        if key not in rules:
            faults.append(unknown_word(f"{path}.{key}", str(key), tuple(rules)))
        elif not rules[key].accepts(value):
            faults.append(f"{path}.{key} is {raw!r}; allowed: {rules[key].allowed}")
        else:
            values[key] = value
    return values


_BOUNDARY = word(*get_args(Boundary))
_POOLING = word("max", "average")
_LETTERS = Rule(
    "two or three letters L and H",
    lambda value: isinstance(value, str) and len(value) in (2, 3) and set(value) <= {"L", "H"},
)
_KERNELS = list_of(word("L5", "E5", "S5", "W5", "R5", "L3", "E3", "S3"), 2, 3)

_FILTERS: Mapping[str, tuple[Mapping[str, tuple[str, Rule]], tuple[str, ...], Callable[..., Filter]]] = {
    "mean": (
        {
            "support": (
                "support",
                Rule("an odd whole number from 3 to 99", lambda v: whole(3, 99).accepts(v) and v % 2 == 1),
            ),
            "flat": ("flat", BOOL),
            "boundary": ("boundary", _BOUNDARY),
        },
        ("support",),
        Mean,
    ),
    "LoG": (
        {
            "sigma": ("sigma_mm", number(0.1, 100)),
            "cutoff": ("cutoff", number(1, 10)),
            "flat": ("flat", BOOL),
            "boundary": ("boundary", _BOUNDARY),
        },
        ("sigma",),
        LoG,
    ),
    "Laws": (
        {
            "kernels": ("kernels", _KERNELS),
            "rotationInvariant": ("rotation_invariant", BOOL),
            "pooling": ("pooling", _POOLING),
            "energyDistance": ("energy_distance", or_null(whole(1, 50))),
            "boundary": ("boundary", _BOUNDARY),
        },
        ("kernels",),
        Laws,
    ),
    "wavelet": (
        {
            "family": ("family", WAVELET),
            "subband": ("subband", _LETTERS),
            "level": ("level", whole(1, 5)),
            "rotationInvariant": ("rotation_invariant", BOOL),
            "pooling": ("pooling", _POOLING),
            "boundary": ("boundary", _BOUNDARY),
        },
        ("family", "subband"),
        Wavelet,
    ),
    "Gabor": (
        {
            "sigma": ("sigma_mm", number(0.1, 100)),
            "wavelength": ("wavelength_mm", number(0.1, 1000)),
            "gamma": ("gamma", number(0.01, 100)),
            "angleStep": ("angle_step", or_null(number(0.01, math.pi))),
            "pooling": ("pooling", _POOLING),
            "planes": ("planes", word("axial", "orthogonal")),
            "boundary": ("boundary", _BOUNDARY),
        },
        ("sigma", "wavelength", "gamma"),
        Gabor,
    ),
    "Simoncelli": (
        {
            "level": ("level", whole(1, 5)),
            "flat": ("flat", BOOL),
            "boundary": ("boundary", word("mirror", "periodic")),
        },
        (),
        Simoncelli,
    ),
}
"""Name of a filter -> its keys with the field each fills, those it must have, and what makes it."""


def read_filter(entry: Any, path: str, faults: list[str]) -> NamedFilter | None:
    """Read one entry of ``filters``; None, and a fault, where it is no filter.

    Parameters
    ----------
    entry
        As YAML gave it: a mapping with the key ``filter``.
    path
        Of the entry in the file.
    faults
        Gets a sentence for each fault.
    """
    kind: Literal["filter"] = "filter"
    if not isinstance(entry, dict) or entry.get(kind) not in _FILTERS:
        faults.append(f"{path}.filter is {entry!r}; allowed: {' or '.join(_FILTERS)}")
        return None
    keys, needed, make = _FILTERS[entry[kind]]
    rules = {key: rule for key, (_, rule) in keys.items()}
    rules["name"] = Rule(
        "letters, digits, dots and hyphens",
        lambda v: isinstance(v, str) and v.replace("-", "").replace(".", "").isalnum(),
    )
    before = len(faults)
    values = allowed_values({key: value for key, value in entry.items() if key != kind}, rules, path, faults)
    faults += [f"{path} needs {key}: {rules[key].allowed}" for key in needed if key not in entry]
    if len(faults) > before:
        return None
    name = values.pop("name", None) or "-".join([entry[kind].lower(), *(_word(key, values[key]) for key in values)])
    return NamedFilter(name, make(**{keys[key][0]: value for key, value in values.items()}))


def _word(key: str, value: Any) -> str:
    if isinstance(value, tuple):
        return "".join(map(str, value))
    return key.lower() if value is True else f"{key.lower()}-{value}"
