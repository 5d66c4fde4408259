"""A column of the feature table is described by its name."""

import pytest

from radpipe.features.catalogue import features_of
from radpipe.features.catalogue.describe import describe
from radpipe.features.own import own_feature


@pytest.mark.parametrize(
    ("column", "feature_class", "image_type"),
    [
        ("log-sigma-1-0-mm-3D_glszm_SmallAreaEmphasis", "glszm", "log-sigma-1-0-mm-3D"),
        ("original_firstorder_StandardDeviation", "firstorder", "original"),
        ("wavelet-HLH_ngtdm_Busyness", "ngtdm", "wavelet-HLH"),
    ],
)
def test_a_column_is_described_by_its_feature(column: str, feature_class: str, image_type: str) -> None:
    name = column.rsplit("_", 1)[1]
    (feature,) = (one for one in features_of(feature_class, include_deprecated=True) if one.name == name)
    told = describe(column)
    assert (told.feature_class, told.image_type) == (feature_class, image_type)
    assert (told.unit, told.description) == (feature.unit, feature.description)
    assert told.definition is feature.definition


def test_a_column_of_an_own_feature_has_its_records_definition() -> None:
    told = describe("radpipe_shape_CompactnessA")
    assert told.definition is own_feature("shape", "CompactnessA").definition
    assert (told.image_type, told.unit) == ("original", "mm^(5/3)")


def test_a_column_by_ibsis_definition_has_ibsis_code_and_aggregation() -> None:
    told = describe("original_cm_joint_max_3D_avg")
    assert told.definition.ibsi_code == "GYBY"  # IBSI's reference manual, 3.6.1
    assert told.description.startswith("Joint maximum; grey level co-occurrence matrix")
    assert "3D, averaged" in told.description


@pytest.mark.parametrize("column", ["original_glcm_Contrats", "original_cm_nothing_3D_avg", "radpipe_shape_Volume"])
def test_a_column_of_no_feature_is_a_key_error(column: str) -> None:
    with pytest.raises(KeyError):
        describe(column)
