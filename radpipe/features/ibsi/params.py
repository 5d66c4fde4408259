"""IBSI's part of a parameter file: section ``radpipe.ibsi`` to values, all faults at once, each with its path."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from radpipe.features.catalogue import IBSI_FAMILIES
from radpipe.features.ibsi.filters import Boundary, Filter, Gabor, Laws, LoG, Mean, Simoncelli, Wavelet
from radpipe.features.ibsi.grid import Interpolation
from radpipe.features.ibsi.settings import Aggregation, Discretisation, IbsiSettings
from radpipe.features.rules import BOOL, WAVELET, Rule, list_of, number, or_null, whole, word
from radpipe.features.settings import unknown_word

__all__ = ["IbsiParams", "NamedFilter", "read_ibsi"]

ON_RESPONSES = ("stat", "ih", "cm", "rlm", "szm", "dzm", "ngt", "ngl")
"""Families that may be measured on the response map of a filter."""

_MOST_FILTERS = 100

_RESPONSE_BINS = Discretisation("FBN", bins=32)


@dataclass(frozen=True, slots=True)
class NamedFilter:
    """A filter, and the image name under which its features stand (``log-sigma-1.5-mm``)."""

    name: str
    filter: Filter


@dataclass(frozen=True, slots=True)
class IbsiParams:
    """What is measured by IBSI's definition, and how.

    Parameters
    ----------
    settings
        Processing, discretisation, aggregation.
    families
        Of the interpolated image, in the order of columns.
    filters
        Whose response maps are measured too.
    response_families
        Of response maps.
    response_discretisation
        For families of grey levels on response maps, whose values have no unit of their own.
    """

    settings: IbsiSettings = field(default_factory=IbsiSettings)
    families: tuple[str, ...] = IBSI_FAMILIES
    filters: tuple[NamedFilter, ...] = ()
    response_families: tuple[str, ...] = ("stat",)
    response_discretisation: Discretisation = _RESPONSE_BINS

    def to_json(self) -> dict[str, Any]:
        """Return what holds, defaults included, as plain JSON values."""
        settings = self.settings
        return {
            "spacing": list(reversed(settings.spacing_zyx_mm)),
            "interpolation": settings.interpolation,
            "round": settings.rounded,
            "maskThreshold": settings.mask_threshold,
            "range": list(settings.range),
            "outlierSigma": settings.outlier_sigma,
            "discretisation": _told(settings.discretisation),
            "ivh": _told(settings.ivh),
            "ivhStep": settings.ivh_step,
            "aggregations": [str(aggregation) for aggregation in settings.aggregations],
            "families": list(self.families),
            "filters": [[named.name, repr(named.filter)] for named in self.filters],
            "responseFamilies": list(self.response_families),
            "responseDiscretisation": _told(self.response_discretisation),
        }


def _told(how: Discretisation) -> dict[str, Any]:
    return {"method": how.method, "width": how.width, "bins": how.bins}


_POSITIVE = number(1e-6, 1e9)
_DISCRETISATION = Rule(
    "a mapping: method FBS with width, FBN with bins, or none", lambda value: isinstance(value, dict)
)
_NAMES = Rule(f"a list of families of {', '.join(IBSI_FAMILIES)}", lambda value: _among(value, IBSI_FAMILIES))

_RULES: Mapping[str, Rule] = {
    "spacing": Rule(
        "three numbers from 0.01 to 1000 (x, y, z in mm); null keeps the image's own",
        lambda value: (
            isinstance(value, tuple) and len(value) == 3 and all(map(or_null(number(0.01, 1000)).accepts, value))
        ),
    ),
    "interpolation": word(*get_args(Interpolation)),
    "round": BOOL,
    "maskThreshold": number(0.01, 1),
    "range": Rule(
        "two numbers, the lower first; null leaves a side open",
        lambda value: (
            isinstance(value, tuple)
            and len(value) == 2
            and all(map(or_null(number(-1e9, 1e9)).accepts, value))
            and (None in value or value[0] < value[1])
        ),
    ),
    "outlierSigma": or_null(number(0.1, 100)),
    "discretisation": _DISCRETISATION,
    "ivh": _DISCRETISATION,
    "ivhStep": _POSITIVE,
    "aggregations": list_of(word(*(str(aggregation) for aggregation in Aggregation)), 1, len(Aggregation)),
    "families": _NAMES,
    "filters": Rule("a list of mappings, each with the key filter", lambda value: isinstance(value, tuple)),
    "responseFamilies": Rule(
        f"a list of families of {', '.join(ON_RESPONSES)}", lambda value: _among(value, ON_RESPONSES)
    ),
    "responseDiscretisation": _DISCRETISATION,
}
"""Key of the section -> what it may be."""


def _among(value: Any, names: tuple[str, ...]) -> bool:
    return isinstance(value, tuple) and bool(value) and all(name in names for name in value)


def read_ibsi(section: Mapping[str, Any], faults: list[str]) -> IbsiParams:
    """Read the section ``radpipe.ibsi``.

    Parameters
    ----------
    section
        As YAML gave it.
    faults
        What is wrong is appended, with its path.
    """
    path = "radpipe.ibsi"
    given: dict[str, Any] = {}
    for key, raw in section.items():
        value = tuple(raw) if isinstance(raw, list) else raw
        if key not in _RULES:
            faults.append(unknown_word(f"{path}.{key}", str(key), tuple(_RULES)))
        elif not _RULES[key].accepts(value):
            faults.append(f"{path}.{key} is {raw!r}; allowed: {_RULES[key].allowed}")
        else:
            given[key] = value
    x_mm, y_mm, z_mm = (_real(length) for length in given.get("spacing", (None, None, None)))
    low, high = (_real(limit) for limit in given.get("range", (None, None)))
    plain = IbsiSettings()
    settings = IbsiSettings(
        spacing_zyx_mm=(z_mm, y_mm, x_mm),
        interpolation=given.get("interpolation", plain.interpolation),
        rounded=given.get("round", plain.rounded),
        mask_threshold=given.get("maskThreshold", plain.mask_threshold),
        range=(low, high),
        outlier_sigma=_real(given.get("outlierSigma")),
        discretisation=_discretisation(given.get("discretisation"), f"{path}.discretisation", faults),
        ivh=_discretisation(given.get("ivh"), f"{path}.ivh", faults),
        ivh_step=float(given.get("ivhStep", plain.ivh_step)),
        aggregations=tuple(Aggregation(name) for name in given.get("aggregations", plain.aggregations)),
    )
    filters = tuple(
        named
        for place, entry in enumerate(given.get("filters", ())[:_MOST_FILTERS])
        if (named := _filter(entry, f"{path}.filters[{place}]", faults)) is not None
    )
    names = [named.name for named in filters]
    faults += [
        f"{path}.filters: two filters are called {name}" for name in sorted({n for n in names if names.count(n) > 1})
    ]
    default = IbsiParams()
    return IbsiParams(
        settings,
        given.get("families", default.families),
        filters,
        given.get("responseFamilies", default.response_families),
        default.response_discretisation
        if "responseDiscretisation" not in given
        else _discretisation(given["responseDiscretisation"], f"{path}.responseDiscretisation", faults),
    )


def _real(value: float | None) -> float | None:
    return None if value is None else float(value)


def _discretisation(given: Mapping[str, Any] | None, path: str, faults: list[str]) -> Discretisation:
    rules = {"method": word("FBS", "FBN", "none"), "width": _POSITIVE, "bins": whole(1, 5000)}
    values = _values(given or {}, rules, path, faults)
    try:
        return Discretisation(values.get("method", "none"), _real(values.get("width")), values.get("bins"))
    except ValueError as fault:
        faults.append(f"{path}: {fault}")
        return Discretisation()


def _values(given: Mapping[str, Any], rules: Mapping[str, Rule], path: str, faults: list[str]) -> dict[str, Any]:
    """Return the values that are allowed; report the rest."""
    found = {}
    for key, raw in given.items():
        value = tuple(raw) if isinstance(raw, list) else raw
        if key not in rules:
            faults.append(unknown_word(f"{path}.{key}", str(key), tuple(rules)))
        elif not rules[key].accepts(value):
            faults.append(f"{path}.{key} is {raw!r}; allowed: {rules[key].allowed}")
        else:
            found[key] = value
    return found


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


def _filter(entry: Any, path: str, faults: list[str]) -> NamedFilter | None:
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
    values = _values({key: value for key, value in entry.items() if key != kind}, rules, path, faults)
    faults += [f"{path} needs {key}: {rules[key].allowed}" for key in needed if key not in entry]
    if len(faults) > before:
        return None
    name = values.pop("name", None) or "-".join([entry[kind].lower(), *(_word(key, values[key]) for key in values)])
    return NamedFilter(name, make(**{keys[key][0]: value for key, value in values.items()}))


def _word(key: str, value: Any) -> str:
    if isinstance(value, tuple):
        return "".join(map(str, value))
    return key.lower() if value is True else f"{key.lower()}-{value}"
