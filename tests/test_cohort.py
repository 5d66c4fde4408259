"""Cohort: references only, unique ids; references go to JSON and back."""

import json
import pickle
from dataclasses import MISSING, fields, replace

import pytest

from radpipe.cohort import Case, Cohort, ImageKind, ImageRef, MaskKind, Refusal, RoiRef
from radpipe.errors import Note
from radpipe.geometry import Geometry

GRID = Geometry((2, 3, 4), (3.0, 1.0, 1.0), frame_of_reference_uid="1.2.3")
IMAGE = ImageRef(
    "HN1004", "1.2.840", "CT", ImageKind.DICOM_SERIES, ("/data/a.dcm", "/data/b.dcm"), GRID, {"rca_dice": "0.62"}
)
TWIN = RoiRef("s1", "GTV-1", MaskKind.DICOM_SEG, "/data/seg.dcm", 2, ("1.2.840",))
REFUSAL = Refusal("E_LOW_DICE", {"dice": 0.625, "wanted": 0.9})
ROI = RoiRef(
    "r1",
    "GTV-1",
    MaskKind.RTSTRUCT,
    "/data/rs.dcm",
    7,
    ("1.2.840",),
    GRID,
    "gtv 1",
    "1.2.840",
    TWIN,
    REFUSAL,
    {"reader": "Kim"},
)
CASE = Case("HN1004", (IMAGE,), (ROI,), (Note("W_CASE", "odd"),), facts={"site": "larynx"}, reports=("/data/sr.dcm",))
COHORT = Cohort("hn1", "/data", (CASE,))


def test_a_cohort_is_itself_after_pickle() -> None:
    assert pickle.loads(pickle.dumps(COHORT)) == COHORT  # noqa: S301


def test_references_are_themselves_after_json() -> None:
    # No field is at its default, so that none can be forgotten.
    for reference, plain in ((IMAGE, ImageRef("", "", "", ImageKind.PLANAR, ())), (ROI, replace(TWIN, twin=None))):
        for entry in fields(reference):
            if entry.default is not MISSING or entry.default_factory is not MISSING:
                assert getattr(reference, entry.name) != getattr(plain, entry.name), entry.name
    assert ImageRef.from_json(json.loads(json.dumps(IMAGE.to_json()))) == IMAGE
    assert RoiRef.from_json(json.loads(json.dumps(ROI.to_json()))) == ROI
    assert RoiRef.from_json(json.loads(json.dumps(TWIN.to_json()))) == TWIN


def test_json_of_another_shape_is_refused_by_field() -> None:
    with pytest.raises(ValueError, match=r"^RoiRef: twin is missing, facts is unknown$"):
        RoiRef.from_json({**{name: word for name, word in ROI.to_json().items() if name != "twin"}, "facts": {}})
    with pytest.raises(ValueError, match=r"^ImageRef: columns is missing$"):
        ImageRef.from_json({name: word for name, word in IMAGE.to_json().items() if name != "columns"})
    with pytest.raises(ValueError, match="'tape' is not a valid MaskKind"):
        RoiRef.from_json(ROI.to_json() | {"kind": "tape"})


def test_a_refusal_has_a_code_of_the_registry_and_all_its_facts() -> None:
    assert REFUSAL.error(case="7", roi="Heart").message.startswith(
        "7, Heart: estimated Dice 0.625 is below --min-dice 0.900."
    )
    with pytest.raises(KeyError, match="E_SLEEPY"):
        Refusal("E_SLEEPY")
    with pytest.raises(KeyError, match="wanted"):
        Refusal("E_LOW_DICE", {"dice": 0.625})


def test_a_row_depends_on_the_file_of_the_roi_and_of_its_twin() -> None:
    assert ROI.paths == ("/data/rs.dcm", "/data/seg.dcm")
    assert TWIN.paths == ("/data/seg.dcm",)
    with pytest.raises(ValueError, match="its twin r1 has a twin"):
        replace(TWIN, twin=ROI)


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
