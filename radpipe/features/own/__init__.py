"""Features of one's own: a file for each family, a record for each feature, named in the section ``radpipe`` of a file.

To add a feature, write its record into its family's file and its test beside the others: table, dictionary, checks of
parameter files and both engines find it here. To add a family, write its file, name it in ``FAMILIES``, and say in
:mod:`radpipe.features.own.measure` what its formulas are given. This package knows no kernel, so that reading a
parameter file loads none.
"""

from collections.abc import Mapping

from radpipe.features.own.record import OwnFeature
from radpipe.features.own.shape import SHAPE

__all__ = ["FAMILIES", "OwnFeature", "own_feature"]

FAMILIES: Mapping[str, tuple[OwnFeature, ...]] = {"shape": SHAPE}
"""Family, as the section ``radpipe`` and the columns name it -> its features, names unique."""


def own_feature(family: str, name: str) -> OwnFeature:
    """Return a feature by its family and name.

    Raises
    ------
    KeyError
        There is none.

    Examples
    --------
    >>> own_feature("shape", "CompactnessA").unit
    'mm^(5/3)'
    """
    for feature in FAMILIES.get(family, ()):
        if feature.name == name:
            return feature
    message = f"{family} {name}"
    raise KeyError(message)
