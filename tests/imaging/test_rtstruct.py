"""Contours name the images they were drawn on; that is compared with the images the file lists, and only told."""

import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from pydicom.dataset import Dataset

from radpipe.errors import InputError, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.open import open_mask

GRID = Geometry((6, 20, 24), (3.0, 1.0, 2.0), (-10.0, -20.0, 5.0))
LISTED = [f"1.2.3.{i}" for i in range(6)]


def references(uids: list[str]) -> list[Dataset]:
    items = []
    for one in uids:
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", one
        items.append(item)
    return items


@pytest.fixture
def drawn(tmp_path: Path, make: Any, edit: Any) -> Callable[[list[list[str]]], Path]:
    """Write a box of one contour per slice; each contour names the images that are asked for, the file lists six."""

    def write(named: list[list[str]]) -> Path:
        corners = [(4.5, 4.5), (4.5, 9.5), (9.5, 9.5), (9.5, 4.5)]
        contours = [
            ("CLOSED_PLANAR", np.asarray(GRID.index_to_mm([(z, y, x) for y, x in corners])))
            for z in range(1, len(named) + 1)
        ]
        path: Path = make.roi_file(tmp_path / "rs.dcm", [(1, "GTV-1", contours)])

        def refer(data: Dataset) -> None:
            series, study, frame = Dataset(), Dataset(), Dataset()
            series.SeriesInstanceUID, series.ContourImageSequence = "1.2.3", references(LISTED)
            study.RTReferencedSeriesSequence = [series]
            frame.FrameOfReferenceUID, frame.RTReferencedStudySequence = make.FRAME, [study]
            data.ReferencedFrameOfReferenceSequence = [frame]
            for contour, uids in zip(data.ROIContourSequence[0].ContourSequence, named, strict=True):
                contour.ContourImageSequence = references(uids)

        edit(str(path), refer)
        return path

    return write


def test_contours_of_images_that_are_not_listed_are_counted_and_placed_by_geometry(
    drawn: Callable[[list[list[str]]], Path], make: Any
) -> None:
    mask = open_mask(make.roi_ref(drawn([[LISTED[0]], ["9.9.1"], [LISTED[2], "9.9.2"], []])), GRID)
    wanted = np.zeros(GRID.size_zyx, dtype=bool)
    wanted[1:5, 5:10, 5:10] = True
    assert_array_equal(mask.full_array(), wanted)
    assert [note.code for note in mask.notes] == ["W_CONTOUR_IMAGE"]
    assert mask.notes[0].sentence.startswith("2 contours refer to images that are not in the series")


def test_contours_of_listed_images_are_not_told(drawn: Callable[[list[list[str]]], Path], make: Any) -> None:
    assert open_mask(make.roi_ref(drawn([[LISTED[i]] for i in range(4)])), GRID).notes == ()


def test_a_policy_refuses_contours_of_other_images(drawn: Callable[[list[list[str]]], Path], make: Any) -> None:
    with pytest.raises(InputError, match=r"W_CONTOUR_IMAGE.*1 contours.*rs\.dcm"):
        open_mask(make.roi_ref(drawn([["9.9.1"]])), GRID, Policy.parse(["W_CONTOUR_IMAGE=error"]))


def test_a_roi_of_a_large_image_is_filled_in_its_box(make: Any, tmp_path: Path) -> None:
    grid = Geometry((64, 256, 256), (2.0, 1.0, 1.0))
    squares = [
        ("CLOSED_PLANAR", grid.index_to_mm([(z, 9.5, 9.5), (z, 9.5, 29.5), (z, 29.5, 29.5), (z, 29.5, 9.5)]))
        for z in range(10, 14)
    ]
    path = make.roi_file(tmp_path / "rs.dcm", [(1, "GTV-1", squares)])
    open_mask(make.roi_ref(path), grid)
    tracemalloc.start()
    try:
        mask = open_mask(make.roi_ref(path), grid)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert mask.box == (slice(10, 14), slice(10, 30), slice(10, 30))
    assert peak < 2_000_000  # a mask of the whole image has 4 MB


def squares_on(grid: Geometry, planes: range) -> list[tuple[str, Any]]:
    return [
        ("CLOSED_PLANAR", grid.index_to_mm([(z, 4.5, 4.5), (z, 4.5, 9.5), (z, 9.5, 9.5), (z, 9.5, 4.5)]))
        for z in planes
    ]


def test_two_rois_of_one_number_are_refused(make: Any, tmp_path: Path) -> None:
    rois = [(1, "GTV-1", squares_on(GRID, range(1, 4))), (1, "Cord", squares_on(GRID, range(2, 5)))]
    path = make.roi_file(tmp_path / "rs.dcm", [*rois, (2, "Node", squares_on(GRID, range(2, 3)))])
    with pytest.raises(InputError, match=r"E_NUMBER_TWICE.*2 ROIs or segments of the file have the number 1"):
        open_mask(make.roi_ref(path), GRID)
    assert open_mask(make.roi_ref(path, 2), GRID).voxel_count == 25


CT = Geometry((30, 20, 24), (1.09, 1.0, 1.0), (0.0, 0.0, 0.0), frame_of_reference_uid="1.2.3")
PET = Geometry((10, 5, 6), (3.27, 4.0, 4.0), (0.0, 0.0, 0.0), frame_of_reference_uid="1.2.3")


def test_a_roi_that_refers_to_the_pet_but_lies_on_the_slices_of_the_ct_is_filled_on_the_ct(
    make: Any, tmp_path: Path
) -> None:
    path = make.roi_file(tmp_path / "rs.dcm", [(1, "GTV-1", squares_on(CT, range(5, 20)))], "1.2.3")
    mask = open_mask(make.roi_ref(path, drawn_on=PET), CT)
    assert (mask.voxel_count, mask.notes) == (15 * 25, ())
    # Drawn on the PET's planes, it stays there, and the CT gets it by nearest neighbour.
    path = make.roi_file(tmp_path / "pet.dcm", [(1, "GTV-1", squares_on(CT, range(6, 18, 3)))], "1.2.3")
    through = open_mask(make.roi_ref(path, drawn_on=PET), CT)
    assert [note.code for note in through.notes] == ["W_RESAMPLED_MASK"]
    assert through.box[0] == slice(5, 17)  # four planes of 3.27 mm: twelve slices


@pytest.mark.parametrize("drawn_on", [None, CT], ids=["nothing", "the image"])
def test_a_roi_of_another_frame_than_its_image_is_refused(make: Any, tmp_path: Path, drawn_on: Geometry | None) -> None:
    path = make.roi_file(tmp_path / "rs.dcm", [(1, "GTV-1", squares_on(CT, range(5, 20)))], "9.9")
    with pytest.raises(InputError, match=r"E_FRAME_OF_REFERENCE.*1\.2\.3 and 9\.9"):
        open_mask(make.roi_ref(path, drawn_on=drawn_on), CT)


def test_another_frame_is_taken_where_an_image_of_it_has_the_very_same_grid(make: Any, tmp_path: Path) -> None:
    path = make.roi_file(tmp_path / "rs.dcm", [(1, "GTV-1", squares_on(CT, range(5, 20)))], "9.9")
    twin = replace(CT, frame_of_reference_uid="9.9")
    assert open_mask(make.roi_ref(path, drawn_on=twin), CT).voxel_count == 15 * 25


@pytest.mark.parametrize("far", [1e6, 1e300])
def test_places_that_no_patient_reaches_are_refused(make: Any, tmp_path: Path, far: float) -> None:
    contours = squares_on(GRID, range(1, 4))
    contours[1] = (contours[1][0], contours[1][1] + far)
    path = make.roi_file(tmp_path / "rs.dcm", [(1, "GTV-1", contours)])
    with pytest.raises(InputError, match=r"E_UNREADABLE.*not triples of at most 100000 mm"):
        open_mask(make.roi_ref(path), GRID)
