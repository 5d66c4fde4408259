"""ROIs and the images they were drawn on: versions, copies, several references, numbers that occur twice."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from radpipe.cohort import Case, ImageKind, ImageRef
from radpipe.datasets import open_cohort
from radpipe.datasets.pairing import pair_rois
from radpipe.errors import InputError, Note, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.dicom_index import DicomFile
from radpipe.imaging.open import open_image, open_mask

STRUCTURES = "01-01-2010-synthetic/1.000000-RTSTRUCT/1-1.dcm"


@pytest.fixture
def home(hn1_copy: Path) -> Path:
    """The folder of one patient with a CT, a RTSTRUCT and no SEG."""
    return hn1_copy / "HN1002"


def edit(path: Path, change: Callable[[Dataset], None], to: Path | None = None) -> None:
    data = pydicom.dcmread(path)
    change(data)
    data.save_as(to or path)


def dated(data: Dataset, date: str, uid: str) -> None:
    data.StructureSetDate, data.StructureSetTime, data.SOPInstanceUID = date, "120000", uid
    data.file_meta.MediaStorageSOPInstanceUID = uid


def the_case(home: Path) -> Case:
    (case,) = open_cohort(home, "dicom").cases
    return case


def test_the_newest_of_two_versions_counts_and_is_told(home: Path) -> None:
    # The older one's UID sorts first and its path too.
    edit(home / STRUCTURES, lambda data: dated(data, "20200301", "1.9"))
    edit(home / STRUCTURES, lambda data: dated(data, "20200105", "1.1"), home / "a.dcm")
    case = the_case(home)
    assert {Path(roi.path).name for roi in case.rois} == {"1-1.dcm"}
    assert len({roi.name for roi in case.rois}) == len(case.rois)
    (note,) = case.problems
    assert note.code == "W_ROI_VERSIONS"
    assert "those of 20200301120000 were measured, not of 20200105120000" in note.sentence


def test_versions_without_a_newest_are_refused(home: Path) -> None:
    edit(home / STRUCTURES, lambda data: dated(data, "20200301", "1.9"))
    edit(home / STRUCTURES, lambda data: dated(data, "20200301", "1.1"), home / "a.dcm")
    refusals = [roi.refusal for roi in the_case(home).rois]
    assert {refusal.code for refusal in refusals if refusal} == {"E_ROI_VERSIONS"}
    assert all(refusals)
    with pytest.raises(InputError, match=r"E_ROI_VERSIONS.*2 RTSTRUCT files hold .*20200301120000, 20200301120000"):
        raise refusals[0].error(case="HN1002", roi="GTV-1")  # type: ignore[union-attr]


def test_a_copy_of_a_rtstruct_is_used_once(home: Path) -> None:
    before = the_case(home)
    shutil.copytree(home / STRUCTURES.split("/")[0], home / "snapshot")
    cohort = open_cohort(home, "dicom")
    after = cohort.cases[0]
    assert [roi.name for roi in after.rois] == [roi.name for roi in before.rois]
    assert dict(cohort.account)["copies of a RTSTRUCT or SEG, not used"] == 1
    assert [note.code for note in open_image(after.images[0]).notes] == ["W_DUPLICATE_SLICE"]


def test_two_rois_of_one_number_are_refused_not_the_run(home: Path) -> None:
    def renumber(data: Dataset) -> None:
        data.StructureSetROISequence[1].ROINumber = data.StructureSetROISequence[0].ROINumber

    edit(home / STRUCTURES, renumber)
    case = the_case(home)
    codes = [roi.refusal.code if roi.refusal else "" for roi in case.rois]
    assert codes[:2] == ["E_NUMBER_TWICE", "E_NUMBER_TWICE"]
    assert not any(codes[2:])
    with pytest.raises(InputError, match=r"E_NUMBER_TWICE.*2 ROIs or segments of the file have the number 1"):
        raise case.rois[0].refusal.error(case="HN1002", roi="")  # type: ignore[union-attr]


@pytest.fixture
def with_pet(layout_copy: Callable[[str], Path]) -> Path:
    """A patient with a CT, a PET and a RTSTRUCT that refers to the PET first."""
    home = layout_copy("hn1") / "HN1001"
    pet = pydicom.dcmread(next(home.rglob("3.000000-PT/*.dcm")), stop_before_pixels=True)

    def refer(data: Dataset) -> None:
        study = data.ReferencedFrameOfReferenceSequence[0].RTReferencedStudySequence[0]
        series = Dataset()
        series.SeriesInstanceUID, series.ContourImageSequence = pet.SeriesInstanceUID, []
        study.RTReferencedSeriesSequence = [series, *study.RTReferencedSeriesSequence]

    edit(next(home.rglob("1.000000-RTSTRUCT/*.dcm")), refer)
    return home


@pytest.mark.parametrize("named", [True, False], ids=["contours name their images", "planes alone"])
def test_a_roi_that_refers_to_pet_and_ct_is_filled_on_the_ct_it_was_drawn_on(with_pet: Path, *, named: bool) -> None:
    plain = open_cohort(with_pet, "dicom").cases[0]
    if not named:

        def forget(data: Dataset) -> None:
            for record in data.ROIContourSequence:
                for contour in record.ContourSequence:
                    del contour.ContourImageSequence

        edit(next(with_pet.rglob("1.000000-RTSTRUCT/*.dcm")), forget)
        plain = open_cohort(with_pet, "dicom").cases[0]
    ct = next(image for image in plain.images if image.modality == "CT")
    roi = next(roi for roi in plain.rois if roi.name == "GTV-1" and roi.path.endswith("1-1.dcm"))
    assert roi.image_ids[0] == ct.image_id
    assert roi.drawn_on == ct.geometry
    assert "W_RESAMPLED_MASK" not in {n.code for n in open_mask(roi, open_image(ct).geometry).notes}


@pytest.mark.parametrize("drawn", ["first", "second"])
def test_of_two_series_on_one_grid_the_one_counts_whose_slices_the_contours_name(home: Path, drawn: str) -> None:
    first = the_case(home).images[0]
    again = {}
    for number, path in enumerate(first.paths):
        data = pydicom.dcmread(path)
        again[data.SOPInstanceUID] = uid = f"1.2.9.{number}"
        data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID = uid
        data.SeriesInstanceUID = "1.2.9"
        data.save_as(Path(path).with_name(f"again-{number}.dcm"))

    def refer(data: Dataset) -> None:
        study = data.ReferencedFrameOfReferenceSequence[0].RTReferencedStudySequence[0]
        series = Dataset()
        series.SeriesInstanceUID, series.ContourImageSequence = "1.2.9", []
        study.RTReferencedSeriesSequence = [*study.RTReferencedSeriesSequence, series]
        for record in data.ROIContourSequence:
            for contour in record.ContourSequence:
                for image in contour.ContourImageSequence:
                    if drawn == "second":
                        image.ReferencedSOPInstanceUID = again[image.ReferencedSOPInstanceUID]

    edit(home / STRUCTURES, refer)
    case = the_case(home)
    wanted = {"first": first.image_id, "second": "1.2.9"}[drawn]
    assert len(case.images) == 2
    assert {roi.image_ids[0] for roi in case.rois} == {wanted}


@pytest.mark.parametrize("frame", [None, ""])
def test_images_without_frame_of_reference_share_none(frame: str | None) -> None:
    grid = Geometry((9, 9, 9), (3.0, 1.0, 1.0), frame_of_reference_uid=frame)
    images = [ImageRef("P", f"1.{n}", "CT", ImageKind.DICOM_SERIES, (f"/x/{n}",), grid) for n in (1, 2)]
    images.append(ImageRef("P", "1.3", "CT", ImageKind.DICOM_SERIES, ("/x/3",), None))  # cannot be opened
    drawn = DicomFile("/x/rs", 1, 1, "rtstruct", references=("1.1",), rois=((1, "GTV"),))
    assert [roi.image_ids for roi in pair_rois([drawn], images, [], [])] == [("1.1",)]
    problems: list[Note] = []
    lost = DicomFile("/x/rs", 1, 1, "rtstruct", references=("1.9",), rois=((1, "GTV"),))
    assert [roi.image_ids for roi in pair_rois([lost], images, [], problems)] == [()]
    assert [note.code for note in problems] == ["E_NO_IMAGE"]


def test_a_roi_of_another_frame_of_reference_than_its_image_is_refused(home: Path) -> None:
    def move(data: Dataset) -> None:
        for declared in data.StructureSetROISequence:
            declared.ReferencedFrameOfReferenceUID = "1.2.3"

    edit(home / STRUCTURES, move)
    case = the_case(home)
    grid = open_image(case.images[0]).geometry
    with pytest.raises(InputError, match=r"E_FRAME_OF_REFERENCE.*1\.2\.3"):
        open_mask(case.rois[0], grid)
    mask = open_mask(case.rois[0], grid, Policy.parse(["E_FRAME_OF_REFERENCE=warn"]))
    assert np.count_nonzero(mask.full_array()) == mask.voxel_count > 0


def test_pairing_takes_time_in_proportion_to_the_images() -> None:
    grid = Geometry((9, 9, 9), (3.0, 1.0, 1.0), frame_of_reference_uid="1.5")

    def seconds(count: int) -> float:
        images = [ImageRef("P", f"1.{n}", "CT", ImageKind.DICOM_SERIES, (f"/x/{n}",), grid) for n in range(count)]
        drawn = [
            DicomFile(
                f"/x/{n}/rs", 1, 1, "rtstruct", references=(f"1.{n}",), frame_of_reference_uid="1.5", rois=((1, "G"),)
            )
            for n in range(count)
        ]
        began = time.process_time()
        rois = pair_rois(drawn, images, [], [])
        took = time.process_time() - began
        assert [roi.image_ids for roi in rois[:2]] == [("1.0",), ("1.1",)]
        return took

    # Six times the images take six times the time; 36 times where each file looks at each image.
    assert seconds(6000) < 16 * seconds(1000)
