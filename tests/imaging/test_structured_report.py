"""Landmarks of structured reports, by SCOORD3D and by SCOORD, under whatever names the report uses."""

from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset

from radpipe.errors import InputError
from radpipe.imaging.structured_report import Landmark, read_landmarks

SR = "1.2.840.10008.5.1.4.1.1.88.34"


def code(value: str, meaning: str, scheme: str = "DCM") -> list[Dataset]:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return [item]


def item(kind: str, concept: list[Dataset], **values: Any) -> Dataset:
    one = Dataset()
    one.ValueType, one.RelationshipType, one.ConceptNameCodeSequence = kind, "CONTAINS", concept
    for name, value in values.items():
        setattr(one, name, value)
    return one


def tracking(name: str) -> Dataset:
    return item("TEXT", code("112039", "Tracking Identifier"), TextValue=name)


def group(*children: Dataset) -> Dataset:
    return item("CONTAINER", code("125007", "Measurement Group"), ContentSequence=list(children))


def point_3d(*numbers: float) -> Dataset:
    kind = "POINT" if len(numbers) == 3 else "MULTIPOINT"
    return item("SCOORD3D", code("111030", "Image Region"), GraphicType=kind, GraphicData=list(numbers))


def report(path: Path, make: Any, *groups: Dataset) -> str:
    data = make.bare(SR, make.uid("sr"), "SR")
    data.SeriesInstanceUID = make.uid("sr series")
    data.ValueType, data.ConceptNameCodeSequence = "CONTAINER", code("126000", "Imaging Measurement Report")
    data.ContentSequence = [item("CONTAINER", code("126010", "Imaging Measurements"), ContentSequence=list(groups))]
    data.save_as(path, enforce_file_format=True)
    return str(path)


def test_points_in_mm_are_named_by_tracking_identifier_or_finding(tmp_path: Path, make: Any) -> None:
    finding = item("CODE", code("121071", "Finding"), ConceptCodeSequence=code("1", "Promontory", "99CTPEL"))
    line = item("SCOORD3D", code("111030", "Image Region"), GraphicType="POLYLINE", GraphicData=[0.0] * 6)
    path = report(
        tmp_path / "sr.dcm",
        make,
        group(tracking("ASIS left"), point_3d(1.5, -2.0, 30.25), line),
        group(finding, point_3d(4.0, 5.0, 6.0)),
        group(tracking("Ischium"), point_3d(1.0, 2.0, 3.0, 4.0, 5.0, 6.0)),
    )
    assert read_landmarks(path) == (
        Landmark("ASIS left", 1.5, -2.0, 30.25),
        Landmark("Promontory", 4.0, 5.0, 6.0),
        Landmark("Ischium 1", 1.0, 2.0, 3.0),
        Landmark("Ischium 2", 4.0, 5.0, 6.0),
    )


def test_points_in_pixels_are_placed_by_the_image_they_name(tmp_path: Path, make: Any) -> None:
    images = make.series(tmp_path / "ct", make.axial(spacing=(0.5, 2.0)))
    chosen = make.axial(spacing=(0.5, 2.0))[3]
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = chosen.SOPClassUID, chosen.SOPInstanceUID
    image = item("IMAGE", code("121112", "Source"), ReferencedSOPSequence=[reference])
    point = item("SCOORD", code("111030", "Image Region"), GraphicType="POINT", GraphicData=[3.5, 2.5])
    point.ContentSequence = [image]
    number = item("NUM", code("1", "Length"), ContentSequence=[point])
    path = report(tmp_path / "sr.dcm", make, group(tracking("Femur"), number))
    # Column 3, row 2 of the slice at z = 3: pixel centres lie at .5 (PS3.3, Graphic Data), so that
    # x = -20 + 3 * 2 and y = -10 + 2 * 0.5.
    assert read_landmarks(path, images.paths) == (Landmark("Femur", -14.0, -9.0, 3.0),)
    with pytest.raises(InputError, match=f"E_NO_IMAGE.*{chosen.SOPInstanceUID}"):
        read_landmarks(path)


def test_a_file_without_content_is_refused(tmp_path: Path, make: Any) -> None:
    path = make.roi_file(tmp_path / "rs.dcm", [])
    with pytest.raises(InputError, match=r"E_REQUIRED_TAG.*ContentSequence"):
        read_landmarks(str(path))
