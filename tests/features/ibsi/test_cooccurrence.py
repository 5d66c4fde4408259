"""Co-occurrence on IBSI's digital phantom: each way of putting slices and directions together has its own value."""

import pytest

from radpipe.features.ibsi.cooccurrence import FEATURES, measure_cooccurrence
from radpipe.features.ibsi.neighbourhood import neighbourhood_of
from radpipe.features.ibsi.settings import Aggregation
from radpipe.features.ibsi.texture import TextureRoi

# IBSI's reference manual (arXiv:1612.07003), section 3.6, digital phantom; three digits.
PUBLISHED = {
    "cm_joint_max_2D_avg": 0.519,
    "cm_joint_max_2D_comb": 0.512,
    "cm_joint_max_2_5D_avg": 0.489,
    "cm_joint_max_2_5D_comb": 0.492,
    "cm_joint_max_3D_avg": 0.503,
    "cm_joint_max_3D_comb": 0.509,
    "cm_joint_entr_2D_avg": 2.05,
    "cm_joint_entr_3D_comb": 2.57,
    "cm_contrast_2_5D_avg": 5.39,
    "cm_contrast_3D_avg": 5.32,
}
SPACING_ZYX_MM = (2.0, 2.0, 2.0)


@pytest.fixture(scope="module")
def found(phantom_texture: TextureRoi) -> dict[str, float]:
    counts = neighbourhood_of(phantom_texture, ("2D", "2_5D", "3D"))
    parts = {extent: [(one.part, one.pairs) for one in some] for extent, some in counts.items()}
    return measure_cooccurrence(phantom_texture.gray, parts, tuple(Aggregation), SPACING_ZYX_MM)


@pytest.mark.parametrize("tag", list(PUBLISHED))
def test_values_are_those_of_the_manual(found: dict[str, float], tag: str) -> None:
    assert found[tag] == pytest.approx(PUBLISHED[tag], rel=5e-3)


def test_each_feature_has_a_value_of_each_aggregation(found: dict[str, float]) -> None:
    assert len(found) == len(FEATURES) * 6 == 150
    # Of one symmetric matrix a sum average is two joint averages, whatever was averaged before.
    for aggregation in Aggregation:
        assert found[f"cm_sum_avg_{aggregation}"] == pytest.approx(2 * found[f"cm_joint_avg_{aggregation}"])
