"""References as JSON: exactly the fields of their class, and their grid."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from radpipe.geometry import Geometry

__all__ = ["geometry_of", "known_keys"]


def known_keys(record: Mapping[str, Any], kind: type[Any]) -> None:
    """Refuse a JSON record that does not have exactly the fields of a dataclass.

    Parameters
    ----------
    record
        As read from JSON.
    kind
        The dataclass that it shall become.

    Raises
    ------
    ValueError
        A field is missing or unknown; it is named.

    Examples
    --------
    >>> from radpipe.cohort import Refusal
    >>> known_keys({"code": "E_PARTIAL", "fact": {}}, Refusal)
    Traceback (most recent call last):
    ...
    ValueError: Refusal: facts is missing, fact is unknown
    """
    wanted = [entry.name for entry in fields(kind)]
    faults = [f"{name} is missing" for name in wanted if name not in record]
    faults += [f"{name} is unknown" for name in record if name not in wanted]
    if faults:
        message = f"{kind.__name__}: {', '.join(faults)}"
        raise ValueError(message)


def geometry_of(record: Mapping[str, Any] | None) -> Geometry | None:
    """Return a grid from its JSON record; None where it is not known.

    Parameters
    ----------
    record
        What :meth:`radpipe.geometry.Geometry.to_json` gave, or None.
    """
    return None if record is None else Geometry.from_json(record)
