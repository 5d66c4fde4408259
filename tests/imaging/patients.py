"""A disc of water in air, slice by slice."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from pydicom.dataset import Dataset

RNG = np.random.default_rng(11)


def patient(make: Any, positions_mm: Sequence[float], added_hu: float = 0.0, **options: Any) -> list[Dataset]:
    """A disc of water with noise in air, the same at every position; stored with intercept -1024."""
    y, x = np.mgrid[:32, :32]
    hu = np.where((y - 16) ** 2 + (x - 16) ** 2 < 100, 0.0, -1000.0) + added_hu
    slices = []
    for number, z in enumerate(positions_mm, start=1):
        plane = np.clip(hu + RNG.normal(0, 10, hu.shape) + 1024, 0, None).astype(np.uint16)
        slices.append(make.slice_of(plane, (0.0, 0.0, z), number, **options))
    return slices
