"""Run lengths on IBSI's digital phantom, and of a row of voxels by hand."""

import numpy as np
import pytest

from radpipe.features.ibsi.prepare import IbsiRoi
from radpipe.features.ibsi.run_length import FEATURES, measure_run_length
from radpipe.features.ibsi.settings import Aggregation
from radpipe.features.ibsi.texture import TextureRoi, texture_of

# IBSI's reference manual (arXiv:1612.07003), section 3.7, digital phantom; three digits.
PUBLISHED = {
    "rlm_sre_2D_avg": 0.641,
    "rlm_sre_2D_comb": 0.661,
    "rlm_sre_2_5D_avg": 0.665,
    "rlm_sre_2_5D_comb": 0.680,
    "rlm_sre_3D_avg": 0.705,
    "rlm_sre_3D_comb": 0.729,
    "rlm_r_perc_2D_avg": 0.627,
    "rlm_r_perc_2_5D_comb": 0.632,
    "rlm_r_perc_3D_comb": 0.680,
}


@pytest.fixture(scope="module")
def found(phantom_texture: TextureRoi) -> dict[str, float]:
    return measure_run_length(phantom_texture, tuple(Aggregation))


@pytest.mark.parametrize("tag", list(PUBLISHED))
def test_values_are_those_of_the_manual(found: dict[str, float], tag: str) -> None:
    assert found[tag] == pytest.approx(PUBLISHED[tag], rel=5e-3)


def test_each_feature_has_a_value_of_each_aggregation(found: dict[str, float]) -> None:
    assert len(found) == len(FEATURES) * 6 == 96


def test_a_row_of_voxels_by_hand() -> None:
    # 1 1 2 along x: runs of 2 and 1; along the twelve other directions each voxel is a run: 38 runs of 13 * 3 voxels.
    mask = np.ones((1, 1, 3), dtype=bool)
    roi = texture_of(IbsiRoi(np.zeros(mask.shape), mask, mask, (1.0, 1.0, 1.0)), np.array([1, 1, 2]))
    merged = measure_run_length(roi, (Aggregation.SPACE_MERGED,))
    assert merged["rlm_sre_3D_comb"] == pytest.approx((37 + 1 / 4) / 38)
    assert merged["rlm_r_perc_3D_comb"] == pytest.approx(38 / 39)
    averaged = measure_run_length(roi, (Aggregation.SPACE_AVERAGED,))
    assert averaged["rlm_r_perc_3D_avg"] == pytest.approx((2 / 3 + 12) / 13)
