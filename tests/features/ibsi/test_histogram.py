"""The intensity histogram of a few levels, by hand."""

import numpy as np

from radpipe.features.ibsi.histogram import histogram_of


def test_the_mode_is_the_level_nearest_the_mean_and_then_the_lower() -> None:
    assert histogram_of(np.array([1, 1, 3, 3, 9])).mode == 3
    assert histogram_of(np.array([2, 2, 4, 4])).mode == 2


def test_empty_levels_count_for_the_gradient() -> None:
    # Counts of levels 1 to 4: 4, 0, 0, 2; differences one-sided at the ends, central between: -4, -2, 1, 2.
    histogram = histogram_of(np.array([1, 1, 1, 1, 4, 4]))
    assert histogram.gradient.tolist() == [-4, -2, 1, 2]
