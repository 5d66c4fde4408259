"""Own features of a ROI, the same for every engine: each is computed by the formula of its record and by no other."""

from collections.abc import Callable, Mapping
from typing import Any

from radpipe.features.classes.shape3d import shape_of
from radpipe.features.inputs import RoiImage
from radpipe.features.own import own_feature

__all__ = ["SUBJECTS", "measure_own"]

SUBJECTS: Mapping[str, Callable[[RoiImage], Any]] = {"shape": shape_of}
"""Family -> what its formulas are given, measured once of a ROI as prepared."""


def measure_own(asked: Mapping[str, tuple[str, ...]], roi: RoiImage, known: Mapping[str, Any]) -> dict[str, float]:
    """Compute own features.

    Parameters
    ----------
    asked
        Family -> names, as in ``Params.own``.
    roi
        As prepared, with the mask that form is measured on.
    known
        Subjects of families that were measured already, not measured again.

    Returns
    -------
    dict[str, float]
        Column ``radpipe_FAMILY_NAME`` -> value, in the order asked.
    """
    values = {}
    for family, names in asked.items():
        if not names:
            continue
        subject = known[family] if family in known else SUBJECTS[family](roi)
        for name in names:
            values[f"radpipe_{family}_{name}"] = own_feature(family, name).formula(subject)
    return values
