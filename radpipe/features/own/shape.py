"""Own features of size and form: functions of :class:`radpipe.features.classes.shape3d.Shape`."""

import math
from typing import TYPE_CHECKING

from radpipe.features.catalogue.record import Definition
from radpipe.features.own.record import OwnFeature

if TYPE_CHECKING:
    from radpipe.features.classes.shape3d import Shape

__all__ = ["SHAPE"]


def compactness_a(s: "Shape") -> float:
    """Return V / (sqrt(pi) A^(2/3)), as Aerts 2014 prints it."""
    return s.volume_mm3 / (math.sqrt(math.pi) * math.pow(s.area_mm2, 2 / 3))


SHAPE = (
    OwnFeature(
        "CompactnessA",
        "mm^(5/3)",
        "compactness A of Aerts 2014: V / (sqrt(pi) A^(2/3)), from mesh volume and surface area",
        Definition(
            "V / (sqrt(pi) A^(2/3)); V, A: volume and area of the ROI's mesh",
            "",
            "",
            "radpipe's own: compactness 1 (SKGS) as Aerts 2014 prints it, with A^(2/3) for A^(3/2); IBSI notes that "
            "this has a unit",
        ),
        compactness_a,
    ),
)
"""In the order of their columns."""
