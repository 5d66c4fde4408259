"""The intensity-volume histogram of five voxels, by hand."""

import numpy as np
import pytest

from radpipe.features.ibsi.intensity_volume import volume_histogram_of
from radpipe.features.ibsi.settings import IbsiSettings


def test_the_volume_histogram_by_hand() -> None:
    # Values 1 2 3 4 5 of five voxels: nu 1, 0.8, 0.6, 0.4, 0.2; gamma 0, 0.25, 0.5, 0.75, 1.
    curve = volume_histogram_of(np.arange(1.0, 6.0), IbsiSettings())
    assert curve.volume_at(0.1) == pytest.approx(0.8)
    assert curve.volume_at(0.9) == pytest.approx(0.2)
    assert curve.intensity_at(0.5) == 4.0
    assert curve.intensity_at(0.1) == 6.0


def test_a_step_far_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="steps"):
        volume_histogram_of(np.array([0.0, 1e6]), IbsiSettings(ivh_step=1e-3))
