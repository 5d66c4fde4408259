"""A case finds its ROIs by image."""

from radpipe.cohort import Case

from .made import CASE, ROI


def test_rois_are_found_by_the_image_they_may_be_measured_on() -> None:
    assert CASE.rois_of("1.2.840") == (ROI,)
    assert CASE.rois_of("9.9") == ()


def test_the_clinical_key_is_the_case_id_unless_told() -> None:
    assert CASE.clinical_key == "HN1004"
    assert Case("structseg-07", (), (), clinical_key="7").clinical_key == "7"
