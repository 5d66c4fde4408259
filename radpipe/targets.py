"""Which names of ROIs are those of target volumes and lesions, in the ways that centres write them."""

import re

__all__ = ["is_target"]

_TARGET = re.compile(
    r"(?<![a-z])[a-z]{0,2}(gtv|ctv|ptv|itv)"
    r"|tumou?r|lesion|(?<![a-z])mass(?![a-z])|node|nodul|lymph|metast|edema|oedema|boost",
    re.IGNORECASE,
)


def is_target(name: str) -> bool:
    """Tell whether a name is that of a target volume or a lesion.

    Parameters
    ----------
    name
        A ROI's name, as found in a file.

    Examples
    --------
    >>> [is_target(name) for name in ("GTV-1", "HRCTV", "boost PTV", "Lymph nodes", "Parotid_L", "Masseter_L")]
    [True, True, True, True, False, False]
    """
    return _TARGET.search(name) is not None
