"""A small ROI in an image, prepared, for families that are checked against sums written out; the digital phantom."""

from collections.abc import Callable

import numpy as np
import pytest

from radpipe.features.ibsi.prepare import IbsiRoi
from radpipe.features.ibsi.texture import TextureRoi, texture_of
from radpipe.volume import Mask, Volume


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


@pytest.fixture(scope="session")
def phantom_texture(digital_phantom: tuple[Volume, Mask]) -> TextureRoi:
    """IBSI's digital phantom, whose intensities are grey levels, laid out for the texture families."""
    volume, mask = digital_phantom
    inside = mask.full_array()
    roi = IbsiRoi(volume.array.astype(np.float64), inside, inside, volume.geometry.spacing_zyx_mm)
    return texture_of(roi, volume.array[inside].astype(np.int64))
