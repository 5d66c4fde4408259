"""Cohort: references only, unique ids, JSON both ways."""

import json
import pickle

import pytest

from radpipe.cohort import Case, Cohort, ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.errors import Note
from radpipe.geometry import Geometry

GRID = Geometry((2, 3, 4), (3.0, 1.0, 1.0), frame_of_reference_uid="1.2.3")
IMAGE = ImageRef("HN1004", "1.2.840", "CT", ImageKind.DICOM_SERIES, ("/data/a.dcm", "/data/b.dcm"), GRID)
ROI = RoiRef("r1", "GTV-1", MaskKind.RTSTRUCT, "/data/rs.dcm", 7, ("1.2.840",), GRID, {"twin": "seg"})
CASE = Case("HN1004", (IMAGE,), (ROI,), (Note("W_CASE", "odd"),), facts={"site": "larynx"})
COHORT = Cohort("hn1", "/data", (CASE,))


def test_a_cohort_is_itself_after_json_and_pickle() -> None:
    assert Cohort.from_json(json.loads(json.dumps(COHORT.to_json()))) == COHORT
    assert pickle.loads(pickle.dumps(COHORT)) == COHORT  # noqa: S301


def test_rois_are_found_by_the_image_they_may_be_measured_on() -> None:
    assert CASE.rois_of("1.2.840") == (ROI,)
    assert CASE.rois_of("9.9") == ()


def test_the_clinical_key_is_the_case_id_unless_told() -> None:
    assert CASE.clinical_key == "HN1004"
    assert Case("structseg-07", (), (), clinical_key="7").clinical_key == "7"


def test_twins_are_refused() -> None:
    with pytest.raises(ValueError, match="case id 'HN1004' occurs twice"):
        Cohort("hn1", "/data", (CASE, CASE))
    with pytest.raises(ValueError, match=r"case HN1004: roi id 'r1' occurs twice"):
        Case("HN1004", (IMAGE,), (ROI, ROI))
    with pytest.raises(ValueError, match=r"case HN1004: image id '1\.2\.840' occurs twice"):
        Case("HN1004", (IMAGE, IMAGE), ())
