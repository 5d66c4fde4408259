"""HN1 and CTPEL in small: the PET that was promised, segments named by their description, points where they belong."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest

from radpipe.demo.dicom_layouts import BONES, LANDMARKS
from radpipe.demo.layouts import make_layout

Made = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def ctpel(made_once: Made) -> Path:
    """Three cases of CTPEL; read only."""
    return made_once("demo_ctpel", lambda folder: make_layout("ctpel", folder, seed=4))


@pytest.fixture(scope="session")
def hn1(made_once: Made) -> Path:
    """Four patients of HN1 with the traps of the set; read only."""
    return made_once("demo_hn1", lambda folder: make_layout("hn1", folder, seed=4))


def test_the_pet_has_its_dose_its_weight_and_two_activities(hn1: Path) -> None:
    paths = sorted((hn1 / "HN1001").rglob("3.000000-PT/*.dcm"))
    first = pydicom.dcmread(paths[0])
    (drug,) = first.RadiopharmaceuticalInformationSequence
    assert (first.Units, first.PatientWeight, drug.RadionuclideTotalDose) == ("BQML", 70, 3e8)
    assert set(np.unique(first.pixel_array)) == {5000, 20000}
    ct = pydicom.dcmread(next((hn1 / "HN1001").rglob("2.000000-CT/1-001.dcm")))
    assert first.FrameOfReferenceUID == ct.FrameOfReferenceUID
    assert [float(step) for step in first.PixelSpacing] == [2 * float(step) for step in ct.PixelSpacing]
    assert len({pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID for path in paths}) == len(paths) == 30


def test_the_traps_of_hn1_are_there(hn1: Path) -> None:
    second = pydicom.dcmread(next((hn1 / "HN1002").rglob("3.000000-PT/*.dcm")), stop_before_pixels=True)
    assert "PatientWeight" not in second
    third = pydicom.dcmread(next((hn1 / "HN1003").rglob("2.000000-CT/1-001.dcm")), stop_before_pixels=True)
    assert [float(step) for step in third.PixelSpacing] == [1.5, 1.5]
    assert not list((hn1 / "HN1004").rglob("3.000000-PT"))


def test_segments_say_their_bone_only_in_the_description(ctpel: Path) -> None:
    data = pydicom.dcmread(ctpel / "PEL001" / "im_2" / "x0000.dcm")
    assert [item.SegmentDescription for item in data.SegmentSequence] == list(BONES)
    assert not set(BONES) & {item.SegmentLabel for item in data.SegmentSequence}
    # Every voxel of the boxes stands in the frames, and no other.
    voxels = sum(int(np.prod(extent)) for _, extent in BONES.values())
    assert int(np.count_nonzero(data.pixel_array)) == voxels


def test_points_are_in_mm_in_one_case_and_in_pixels_in_the_other(ctpel: Path) -> None:
    def kinds(path: Path) -> list[str]:
        found: list[str] = []

        def walk(items: pydicom.Sequence) -> None:
            for item in items:
                found.append(str(item.get("ValueType", "")))
                walk(item.get("ContentSequence") or [])

        walk(pydicom.dcmread(path).ContentSequence)
        return [kind for kind in found if kind.startswith("SCOORD")]

    assert kinds(ctpel / "PEL001" / "im_4" / "x0000.dcm") == ["SCOORD3D"] * len(LANDMARKS)
    assert kinds(ctpel / "PEL002" / "im_2" / "x0000.dcm") == ["SCOORD"] * len(LANDMARKS)
