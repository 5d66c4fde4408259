"""Names in words: each tells feature, family and image, and the column name stays beside it."""

import pytest

from radpipe.report.names import both_names, human_name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("clin_t", "T stage"),
        ("overall_hpv_p16_status: positive", "HPV (p16): positive"),
        ("original_shape_MeshVolume", "mesh volume (shape)"),
        ("original_shape_MeshVolume (curve)", "mesh volume (shape), curve"),
        ("original_shape_Maximum2DDiameterSlice", "maximum 2D diameter slice (shape)"),
        ("original_firstorder_10Percentile", "10 percentile (intensity)"),
        ("wavelet-HLH_glrlm_GrayLevelNonUniformity", "gray level non uniformity (run lengths, wavelet HLH)"),
        ("log-sigma-2-0-mm-3D_glcm_Idmn", "Idmn (co-occurrence, Laplacian of Gaussian 2.0 mm)"),
        ("original_firstorder_Mean", "mean (intensity)"),
        ("own_score", "own score"),
    ],
)
def test_a_name_is_told_in_words(name: str, words: str) -> None:
    assert human_name(name) == words


def test_the_column_stands_beside_words_that_differ_from_it() -> None:
    assert both_names("overall_hpv_p16_status: positive") == "HPV (p16): positive [overall_hpv_p16_status]"
    assert both_names("original_shape_MeshVolume (curve)").endswith("[original_shape_MeshVolume]")
    assert both_names("stage") == "stage"
