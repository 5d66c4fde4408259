"""The section ``radpipe.ibsi`` of a parameter file to values, all faults at once, each with its path."""

from collections.abc import Mapping
from typing import Any, get_args

from radpipe.features.catalogue import IBSI_FAMILIES
from radpipe.features.ibsi.filter_section import allowed_values, read_filter
from radpipe.features.ibsi.grid import Interpolation
from radpipe.features.ibsi.params import IbsiParams
from radpipe.features.ibsi.settings import Aggregation, Discretisation, IbsiSettings
from radpipe.features.rules import BOOL, Rule, list_of, number, or_null, whole, word
from radpipe.features.settings import unknown_word

__all__ = ["read_ibsi"]


ON_RESPONSES = ("stat", "ih", "cm", "rlm", "szm", "dzm", "ngt", "ngl")
"""Families that may be measured on the response map of a filter."""

_MOST_FILTERS = 100


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
        if (named := read_filter(entry, f"{path}.filters[{place}]", faults)) is not None
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
    values = allowed_values(given or {}, rules, path, faults)
    try:
        return Discretisation(values.get("method", "none"), _real(values.get("width")), values.get("bins"))
    except ValueError as fault:
        faults.append(f"{path}: {fault}")
        return Discretisation()
