"""A small ROI in an image, prepared, for families that are checked against sums written out."""

from collections.abc import Callable

import numpy as np
import pytest

from radpipe.features.ibsi.prepare import IbsiRoi


@pytest.fixture
def made_roi() -> Callable[..., IbsiRoi]:
    """Return a function that makes a random ROI of a seed."""

    def make(seed: int = 0, size: tuple[int, int, int] = (5, 6, 7)) -> IbsiRoi:
        rng = np.random.default_rng(seed)
        image = np.round(rng.normal(100, 30, size))
        morphological = np.zeros(size, dtype=bool)
        morphological[1:-1, 1:-1, 1:-1] = rng.random([n - 2 for n in size]) < 0.8
        intensity = morphological & (image > 70)
        return IbsiRoi(image, morphological, intensity, (3.0, 1.0, 2.0))

    return make
