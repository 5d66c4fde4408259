"""Moran's I and Geary's C against the sums over all pairs."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.testing import assert_allclose

from radpipe.features.ibsi.autocorrelation import spatial_autocorrelation
from radpipe.features.ibsi.prepare import IbsiRoi

Make = Callable[..., IbsiRoi]


def solid(
    mask: np.ndarray, image: np.ndarray | None = None, spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)
) -> IbsiRoi:
    values = np.ones(mask.shape) if image is None else image
    return IbsiRoi(values.astype(float), mask, mask, spacing)


@pytest.mark.parametrize("seed", range(4))
def test_moran_and_geary_equal_the_sums_over_all_pairs(made_roi: Make, seed: int) -> None:
    roi = made_roi(seed)
    places = np.argwhere(roi.intensity) * np.array(roi.spacing_zyx_mm)
    x = roi.values
    distance = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))
    np.fill_diagonal(distance, np.inf)
    w = 1 / distance
    y = x - x.mean()
    moran = len(x) / w.sum() * (w * np.outer(y, y)).sum() / (y**2).sum()
    geary = (len(x) - 1) / (2 * w.sum()) * (w * (x[:, None] - x[None]) ** 2).sum() / (y**2).sum()
    assert_allclose(spatial_autocorrelation(roi), (moran, geary), rtol=1e-12)


def test_equal_intensities_have_no_autocorrelation() -> None:
    assert all(math.isnan(value) for value in spatial_autocorrelation(solid(np.ones((3, 3, 3), dtype=bool))))
