"""Features of counts by grey level and size, of a matrix small enough to sum by hand."""

import numpy as np
import pytest

from radpipe.features.ibsi.sizes import features_of_sizes, size_matrices

TAGS = (
    "sre", "lre", "lgre", "hgre", "srlge", "srhge", "lrlge", "lrhge",
    "glnu", "glnu_norm", "rlnu", "rlnu_norm", "r_perc", "gl_var", "rl_var", "rl_entr",
)  # fmt: skip


def test_two_levels_and_two_sizes_by_hand() -> None:
    # Three of level 1 and size 1, one of level 2 and size 3: p = 3/4 and 1/4, on 3 + 3 = 6 voxels.
    (matrix,) = size_matrices(np.array([[[3, 0], [0, 1]]]), np.array([1.0, 2.0]), np.array([1.0, 3.0]), 6.0)
    features = features_of_sizes("rlm", "length", TAGS, " ".join(["code"] * 16), TAGS, "run")
    found = {feature.tag.removeprefix("rlm_"): feature.of(matrix) for feature in features}
    expected = {
        "sre": 3 / 4 + 1 / 4 / 9,
        "lre": 3 / 4 + 9 / 4,
        "lgre": 3 / 4 + 1 / 4 / 4,
        "hgre": 3 / 4 + 4 / 4,
        "srlge": 3 / 4 + 1 / 4 / 36,
        "srhge": 3 / 4 + 4 / 4 / 9,
        "lrlge": 3 / 4 + 9 / 4 / 4,
        "lrhge": 3 / 4 + 36 / 4,
        "glnu": (9 + 1) / 4,
        "glnu_norm": (9 + 1) / 16,
        "rlnu": (9 + 1) / 4,
        "rlnu_norm": (9 + 1) / 16,
        "r_perc": 4 / 6,
        "gl_var": 3 / 16,
        "rl_var": 4 * 3 / 16,
        "rl_entr": -(3 / 4) * np.log2(3 / 4) - (1 / 4) * np.log2(1 / 4),
    }
    assert found == pytest.approx(expected)
    assert matrix.energy == pytest.approx(10 / 16)


def test_each_of_several_matrices_is_reduced_alone() -> None:
    counts = np.array([[[3, 0], [0, 1]], [[0, 2], [0, 0]]])
    _, second = size_matrices(counts, np.array([1.0, 2.0]), np.array([1.0, 3.0]), 6.0)
    assert second.take(lambda e: e.large) == pytest.approx(9)
    assert second.energy == 1
