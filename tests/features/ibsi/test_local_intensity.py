"""Peaks against means over the ball, written out."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from radpipe.features.ibsi.local_intensity import RADIUS_MM, peaks_of
from radpipe.features.ibsi.prepare import IbsiRoi

Make = Callable[..., IbsiRoi]


@pytest.mark.parametrize("seed", range(3))
def test_peaks_equal_means_over_the_ball_written_out(made_roi: Make, seed: int) -> None:
    roi = made_roi(seed, (6, 9, 8))
    grid = np.indices(roi.image.shape).reshape(3, -1).T * np.array(roi.spacing_zyx_mm)
    flat = roi.image.ravel()
    centres = np.argwhere(roi.intensity) * np.array(roi.spacing_zyx_mm)
    means = np.array([flat[((grid - c) ** 2).sum(axis=1) <= RADIUS_MM**2 + 1e-9].mean() for c in centres])
    peaks = peaks_of(roi)
    assert peaks.highest == pytest.approx(means.max(), rel=1e-13)
    assert peaks.local == pytest.approx(means[roi.values == roi.values.max()].max(), rel=1e-13)


def test_the_ball_of_the_peak_holds_one_cubic_centimetre() -> None:
    assert 4 / 3 * math.pi * RADIUS_MM**3 == pytest.approx(1000.0)
