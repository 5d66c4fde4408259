"""Philips' private factors from counts to SUV or to activity."""

from collections.abc import Sequence

import numpy as np
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from radpipe.errors import InputError, Note, Policy
from radpipe.imaging.suv_dose import grams_per_becquerel

__all__ = ["philips_factors"]


PHILIPS = "Philips PET Private Group"
PHILIPS_SUV, PHILIPS_ACTIVITY = 0x00, 0x09


def philips_factors(headers: Sequence[Dataset], paths: Sequence[str], policy: Policy) -> tuple[list[float], list[Note]]:
    """Take Philips' private factors of each slice, where the private creator says that they are Philips'.

    Parameters
    ----------
    headers
        Of all slices of one series, in units CNTS.
    paths
        Their files, named in errors.
    policy
        As for :func:`radpipe.imaging.suv_dose.grams_per_becquerel`.

    Returns
    -------
    factors, notes
        A factor for each slice, from counts to g/mL; and what was assumed.

    Raises
    ------
    InputError
        ``E_SUV``: a slice has neither factor, or its dose cannot be used.
    """
    direct = [_private(header, PHILIPS_SUV) for header in headers]
    if all(direct):
        return direct, []
    activity = [_private(header, PHILIPS_ACTIVITY) for header in headers]
    if not all(activity):
        odd = next(index for index, factor in enumerate(activity) if not factor)
        origin = f"factors (7053,1000) and (7053,1009) of private creator {PHILIPS!r} for units CNTS"
        raise InputError("E_SUV", path=paths[odd], missing=origin)
    factor, notes = grams_per_becquerel(headers, policy)
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
