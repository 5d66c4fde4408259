"""What lies outside an image: the boundaries of IBSI's filters by name, and what SciPy and NumPy call them.

``mirror`` repeats the image turned around, edge included (d c b a | a b c d).
"""

from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = ["MODES", "PADS", "Boundary", "FloatArray", "Spacing"]


FloatArray = npt.NDArray[np.float64]
Spacing = tuple[float, float, float]
Boundary = Literal["zero", "nearest", "periodic", "mirror"]

MODES: dict[Boundary, Literal["constant", "nearest", "wrap", "reflect"]] = {
    "zero": "constant",
    "nearest": "nearest",
    "periodic": "wrap",
    "mirror": "reflect",
}
PADS: dict[Boundary, str] = {"zero": "constant", "nearest": "edge", "periodic": "wrap", "mirror": "symmetric"}
"""What the boundaries are called by SciPy's filters (``mode``) and by :func:`numpy.pad`."""
