"""DICOM SEG written by highdicom, read onto the image that it was made from."""

from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pydicom
import pytest
from numpy.testing import assert_array_equal
from pydicom.sr.codedict import codes

from radpipe.cohort import MaskKind
from radpipe.errors import InputError, Policy
from radpipe.imaging.dicom_record import named_parts
from radpipe.imaging.open import open_image, open_mask

SIZE = (5, 8, 10)


def segments() -> Any:
    """Two segments; slices 0 and 4 are empty in both, and so left out of the file."""
    array = np.zeros((*SIZE, 2), dtype=np.uint8)
    array[1:4, 2:6, 3:8, 0] = 1
    array[2, 0:3, 0:4, 1] = 1
    return array


def describe(number: int) -> Any:
    return hd.seg.SegmentDescription(
        segment_number=number,
        segment_label=f"Segment {number}",
        segmented_property_category=codes.SCT.Tissue,
        segmented_property_type=codes.SCT.Bone,
        algorithm_type=hd.seg.SegmentAlgorithmTypeValues.MANUAL,
    )


@pytest.fixture
def case(tmp_path: Path, make: Any) -> Any:
    """The opened image, and a function that writes a SEG of it."""
    slices = make.axial(SIZE)
    volume = open_image(make.series(tmp_path / "ct", slices))

    def write(array: Any, kind: str = "BINARY", steps: int = 255) -> Path:
        seg = hd.seg.Segmentation(
            source_images=slices,
            pixel_array=array,
            segmentation_type=kind,
            max_fractional_value=steps,
            segment_descriptions=[describe(n + 1) for n in range(array.shape[-1])],
            series_instance_uid=make.uid("seg series"),
            series_number=9,
            sop_instance_uid=make.uid("seg"),
            instance_number=1,
            manufacturer="made",
            manufacturer_model_name="made",
            software_versions="1",
            device_serial_number="1",
        )
        path = tmp_path / "seg.dcm"
        seg.save_as(path)
        return path

    return volume.geometry, write


def test_each_segment_is_found_by_number_and_missing_frames_are_empty(case: Any, make: Any) -> None:
    grid, write = case
    path = write(segments())
    for number in (1, 2):
        mask = open_mask(make.roi_ref(path, number, MaskKind.DICOM_SEG), grid)
        assert_array_equal(mask.full_array(), segments()[..., number - 1] == 1)
        assert mask.notes == ()


def test_a_missing_segment_is_told_with_those_found(case: Any, make: Any) -> None:
    grid, write = case
    with pytest.raises(InputError, match=r"E_SEGMENT_MISSING.*number 3 .*1 \(Segment 1\), 2 \(Segment 2\)"):
        open_mask(make.roi_ref(write(segments()), 3, MaskKind.DICOM_SEG), grid)


def test_a_file_of_several_segments_is_not_read_without_a_number(case: Any, make: Any) -> None:
    grid, write = case
    one = open_mask(make.roi_ref(write(segments()[..., :1]), None, MaskKind.DICOM_SEG), grid)
    assert_array_equal(one.full_array(), segments()[..., 0] == 1)
    with pytest.raises(InputError, match=r"E_SEGMENT_MISSING.*\(none asked\).*1 \(Segment 1\), 2 \(Segment 2\)"):
        open_mask(make.roi_ref(write(segments()), None, MaskKind.DICOM_SEG), grid)


def test_a_fractional_segmentation_needs_a_policy(case: Any, make: Any) -> None:
    grid, write = case
    ref = make.roi_ref(write(segments()[..., :1] * 0.6, "FRACTIONAL"), 1, MaskKind.DICOM_SEG)
    with pytest.raises(InputError, match="E_FRACTIONAL_SEG"):
        open_mask(ref, grid)
    mask = open_mask(ref, grid, Policy.parse(["E_FRACTIONAL_SEG=fix"]))
    assert_array_equal(mask.full_array(), segments()[..., 0] == 1)
    assert [note.code for note in mask.notes] == ["E_FRACTIONAL_SEG"]


@pytest.mark.parametrize(("share", "inside"), [(0.5, True), (0.495, False)])
def test_half_of_a_fractional_voxel_is_inside(case: Any, make: Any, share: float, inside: bool) -> None:
    # Stored in steps of 1/200, so that one half can be said exactly.
    grid, write = case
    array = segments()[..., :1] * share
    array[2, 2, 3, 0] = 1.0
    ref = make.roi_ref(write(array, "FRACTIONAL", 200), 1, MaskKind.DICOM_SEG)
    mask = open_mask(ref, grid, Policy.parse(["E_FRACTIONAL_SEG=fix"]))
    assert mask.voxel_count == (np.count_nonzero(array) if inside else 1)


def test_cut_pixels_are_refused(case: Any, make: Any) -> None:
    grid, write = case
    path = write(segments())
    data = pydicom.dcmread(path)
    data.PixelData = data.PixelData[:10]
    data.save_as(path)
    with pytest.raises(InputError, match="E_TRUNCATED"):
        open_mask(make.roi_ref(path, 1, MaskKind.DICOM_SEG), grid)


def test_another_frame_of_reference_is_refused(case: Any, make: Any, edit: Any) -> None:
    grid, write = case
    path = write(segments())
    edit(str(path), lambda data: setattr(data, "FrameOfReferenceUID", "1.2.3"))
    with pytest.raises(InputError, match="E_FRAME_OF_REFERENCE"):
        open_mask(make.roi_ref(path, 1, MaskKind.DICOM_SEG), grid)


def test_a_file_of_another_kind_is_refused(case: Any, make: Any, tmp_path: Path) -> None:
    grid, _ = case
    path = make.roi_file(tmp_path / "rs.dcm", [])
    with pytest.raises(InputError, match=r"E_UNREADABLE|E_REQUIRED_TAG"):
        open_mask(make.roi_ref(path, 1, MaskKind.DICOM_SEG), grid)


LONG = (12, 8, 10)


@pytest.fixture
def part(tmp_path: Path, make: Any) -> Any:
    """The image of 12 slices, and a function that writes a SEG of some of them only, referring to these."""
    slices = make.axial(LONG)
    volume = open_image(make.series(tmp_path / "ct", slices))

    def write(chosen: list[int], kind: str = "BINARY") -> Path:
        array = np.zeros((len(chosen), *LONG[1:]), dtype=np.uint8)
        array[:, 2:6, 3:8] = 1
        seg = hd.seg.Segmentation(
            source_images=[slices[i] for i in chosen],
            pixel_array=array,
            segmentation_type=kind,
            segment_descriptions=[describe(1)],
            series_instance_uid=make.uid("seg series"),
            series_number=9,
            sop_instance_uid=make.uid("seg"),
            instance_number=1,
            manufacturer="made",
            manufacturer_model_name="made",
            software_versions="1",
            device_serial_number="1",
        )
        path = tmp_path / "seg.dcm"
        seg.save_as(path)
        return path

    return volume.geometry, write


@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP"])
@pytest.mark.parametrize("chosen", [[5], [3, 4, 5, 6], [11, 10, 9]])
def test_a_file_of_only_the_slices_with_the_roi_is_placed_by_frame(
    part: Any, make: Any, chosen: list[int], kind: str
) -> None:
    grid, write = part
    mask = open_mask(make.roi_ref(write(chosen, kind), 1, MaskKind.DICOM_SEG), grid)
    wanted = np.zeros(LONG, dtype=bool)
    wanted[chosen, 2:6, 3:8] = True
    assert_array_equal(mask.full_array(), wanted)
    assert mask.notes == ()


def test_slices_left_out_between_frames_are_told_and_filled_by_policy(part: Any, make: Any) -> None:
    grid, write = part
    ref = make.roi_ref(write([2, 4, 6, 8]), 1, MaskKind.DICOM_SEG)
    mask = open_mask(ref, grid)
    assert mask.voxel_count == 4 * 20
    assert [note.code for note in mask.notes] == ["W_GAP"]
    assert "is not drawn on 3 of the slices that it crosses (43 %)" in mask.notes[0].sentence
    bridged = open_mask(ref, grid, Policy.parse(["W_GAP=fix"]))
    assert bridged.box == (slice(2, 10), slice(2, 6), slice(3, 8))
    assert bridged.voxel_count == 8 * 20


def test_each_label_of_a_label_map_is_a_segment(case: Any, make: Any) -> None:
    grid, write = case
    both = segments()
    both[2, 2, 3, 1] = 0  # labels cannot overlap
    labels = np.where(both[..., 1] == 1, 2, both[..., 0])[..., None]
    path = write(segments(), "BINARY")
    seg = hd.seg.Segmentation(
        source_images=make.axial(SIZE),
        pixel_array=labels[..., 0].astype(np.uint8),
        segmentation_type="LABELMAP",
        segment_descriptions=[describe(1), describe(2)],
        series_instance_uid=make.uid("seg series"),
        series_number=9,
        sop_instance_uid=make.uid("seg"),
        instance_number=1,
        manufacturer="made",
        manufacturer_model_name="made",
        software_versions="1",
        device_serial_number="1",
    )
    seg.save_as(path)
    for number in (1, 2):
        mask = open_mask(make.roi_ref(path, number, MaskKind.DICOM_SEG), grid)
        assert_array_equal(mask.full_array(), labels[..., 0] == number)
    assert named_parts(pydicom.dcmread(path)) == ((1, "Segment 1"), (2, "Segment 2"))  # without the background
    with pytest.raises(InputError, match=r"E_SEGMENT_MISSING.*number 0 .*holds 1 \(Segment 1\), 2 \(Segment 2\)"):
        open_mask(make.roi_ref(path, 0, MaskKind.DICOM_SEG), grid)


def fewer_frames(data: Any) -> None:
    data.NumberOfFrames = int(data.NumberOfFrames) - 1


def fewer_frames_described(data: Any) -> None:
    data.NumberOfFrames = int(data.NumberOfFrames) - 1
    data.PerFrameFunctionalGroupsSequence = data.PerFrameFunctionalGroupsSequence[:-1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (fewer_frames, "NumberOfFrames is 3, but 4 frames are described"),
        (fewer_frames_described, "NumberOfFrames is 3, but the pixels of 4 are there"),
    ],
)
def test_a_wrong_number_of_frames_is_refused(case: Any, make: Any, edit: Any, change: Any, message: str) -> None:
    grid, write = case
    path = write(segments())
    edit(str(path), change)
    with pytest.raises(InputError, match=f"E_UNREADABLE.*{message}"):
        open_mask(make.roi_ref(path, 1, MaskKind.DICOM_SEG), grid)


def test_two_segments_of_one_number_are_refused(case: Any, make: Any, edit: Any) -> None:
    grid, write = case
    path = write(segments())
    edit(str(path), lambda data: setattr(data.SegmentSequence[1], "SegmentNumber", 1))
    with pytest.raises(InputError, match=r"E_NUMBER_TWICE.*2 ROIs or segments of the file have the number 1"):
        open_mask(make.roi_ref(path, 1, MaskKind.DICOM_SEG), grid)


def test_two_frames_of_a_segment_in_one_place_are_refused(case: Any, make: Any, edit: Any) -> None:
    grid, write = case
    path = write(segments())

    def move(data: Any) -> None:
        first, second = data.PerFrameFunctionalGroupsSequence[:2]
        second.PlanePositionSequence = first.PlanePositionSequence

    edit(str(path), move)
    with pytest.raises(InputError, match=r"E_UNREADABLE.*1 frames of segment 1 lie where another does"):
        open_mask(make.roi_ref(path, 1, MaskKind.DICOM_SEG), grid)


def test_frames_between_voxels_are_another_grid(case: Any, make: Any, edit: Any) -> None:
    grid, write = case
    path = write(segments())

    def shift(data: Any) -> None:
        for group in data.PerFrameFunctionalGroupsSequence:
            position = group.PlanePositionSequence[0]
            position.ImagePositionPatient = [position.ImagePositionPatient[0] + 0.5, *position.ImagePositionPatient[1:]]

    edit(str(path), shift)
    with pytest.raises(InputError, match="E_GRID_MISMATCH"):
        open_mask(make.roi_ref(path, 1, MaskKind.DICOM_SEG), grid)


@pytest.mark.parametrize("side", [-1, 1])
def test_voxels_one_step_beyond_the_image_are_left_out_and_told(case: Any, make: Any, edit: Any, side: int) -> None:
    grid, write = case
    array = np.zeros((*SIZE, 1), dtype=np.uint8)
    array[1:4, :, :, 0] = 1
    path = write(array)

    def shift(data: Any) -> None:  # by one voxel along x
        for group in data.PerFrameFunctionalGroupsSequence:
            position = group.PlanePositionSequence[0]
            x, *others = position.ImagePositionPatient
            position.ImagePositionPatient = [x + side * grid.spacing_zyx_mm[2], *others]

    edit(str(path), shift)
    mask = open_mask(make.roi_ref(path, 1, MaskKind.DICOM_SEG), grid, Policy.parse(["E_OUTSIDE=warn"]))
    wanted = np.zeros(SIZE, dtype=bool)
    wanted[1:4, :, max(side, 0) : SIZE[2] + min(side, 0)] = True
    assert_array_equal(mask.full_array(), wanted)
    assert "10.0 %" in mask.notes[0].sentence  # one of ten columns


def moved(data: Any) -> None:
    data.PerFrameFunctionalGroupsSequence[0].PlanePositionSequence[0].ImagePositionPatient = [-20.0, -10.0, 300.0]


def placed_nowhere(data: Any) -> None:
    data.PerFrameFunctionalGroupsSequence[0].PlanePositionSequence[0].ImagePositionPatient = [-20.0, -10.0, "nan"]


def of_another_kind(data: Any) -> None:
    data.SegmentationType = "PROBABLY"


def of_another_segment(data: Any) -> None:
    for group in data.PerFrameFunctionalGroupsSequence:
        group.SegmentIdentificationSequence[0].ReferencedSegmentNumber = 9


@pytest.mark.filterwarnings("ignore:Invalid value for VR DS")
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (moved, r"E_OUTSIDE.*33\.3 %"),
        (placed_nowhere, "E_UNREADABLE.*the position of frame 1 is no number"),
        (of_another_kind, "E_UNREADABLE.*SegmentationType PROBABLY is unknown"),
        (of_another_segment, "E_EMPTY_ROI"),
    ],
)
def test_frames_that_cannot_be_placed_are_refused(case: Any, make: Any, edit: Any, change: Any, message: str) -> None:
    grid, write = case
    path = write(segments())
    edit(str(path), change)
    with pytest.raises(InputError, match=message):
        open_mask(make.roi_ref(path, 1, MaskKind.DICOM_SEG), grid)
