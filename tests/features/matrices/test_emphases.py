"""What run length, size zone and dependence features share: a matrix by hand, and means over matrices."""

import numpy as np
import pytest

from radpipe.features.matrices.emphases import averaged, emphases_of


def test_a_matrix_of_two_levels_and_two_sizes_by_hand() -> None:
    # Levels 1 and 3, sizes 1 and 2: two of (1, 1), one of (1, 2), one of (3, 2); p is 1/2, 1/4 and 1/4.
    counts = np.array([[[2.0, 1.0], [0.0, 1.0]]])
    found = emphases_of(counts, np.array([1.0, 3.0]), np.array([1.0, 2.0]))
    expected = {
        "total": 4,
        "small": 1 / 2 + 1 / 4 / 4 + 1 / 4 / 4,
        "large": 1 / 2 + 1 + 1,
        "low": 3 / 4 + 1 / 4 / 9,
        "high": 3 / 4 + 9 / 4,
        "small_low": 1 / 2 + 1 / 16 + 1 / 4 / 36,
        "large_high": 1 / 2 + 1 + 36 / 4,
        "level_squares": 3**2 + 1**2,
        "size_squares": 2**2 + 2**2,
        "level_mean": 3 / 2,
        "level_variance": 3 / 4 * 0.25 + 1 / 4 * 2.25,
        "size_mean": 3 / 2,
        "size_variance": 1 / 4,
        "entropy": 1.5,  # - 1/2 log2 1/2 - 2 * 1/4 log2 1/4
    }
    for name, value in expected.items():
        assert getattr(found, name) == pytest.approx([value]), name


def test_a_feature_is_the_mean_over_matrices_and_only_what_is_named_is_there() -> None:
    counts = np.array([[[4.0]], [[1.0]]])
    matrices = emphases_of(counts, np.array([2.0]), np.array([1.0]))
    features = {"total": lambda m: m.total, "squares": lambda m: m.level_squares, "level": lambda m: m.level_mean}
    assert averaged(matrices, features, ["squares", "total"]) == {"squares": 8.5, "total": 2.5}
    assert averaged(matrices, features, []) == {}
