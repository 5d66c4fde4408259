"""Contours to voxels: published masks, the edge rule, analytic spheres, ROIs by number."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from radpipe.cohort import ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.errors import InputError, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.open import open_image, open_mask
from radpipe.imaging.outlines import Contour

from .boxes import GRID, OBLIQUE, SAGITTAL, box, codes, filled
from .test_plane_filling import OUTER


@pytest.mark.parametrize("patient", ["STS_002", "STS_003", "STS_019"])
def test_masks_of_the_ibsi_validation_set_equal_the_published_ones(shared_data: Path, patient: str) -> None:
    # Published: mask.nii.gz of the IBSI 2 validation set beside each RTSTRUCT.
    for modality in ("CT", "MR_T1", "PET"):
        folder = shared_data / "sts" / patient / modality
        check_published(folder / "image", folder / "mask" / "RS.dcm", folder / "mask.nii.gz")


def test_the_mask_of_the_ibsi_ct_phantom_equals_the_published_one(shared_data: Path) -> None:
    folder = shared_data / "ibsi_ct_phantom"
    check_published(folder / "dicom/image", folder / "dicom/mask/DCM_RS_00060.dcm", folder / "nifti/mask/mask.nii.gz")


def check_published(images: Path, rtstruct: Path, published: Path) -> None:
    import SimpleITK as sitk  # noqa: N813

    paths = tuple(str(path) for path in images.iterdir())
    volume = open_image(ImageRef("case", "image", "", ImageKind.DICOM_SERIES, paths))
    mask = open_mask(RoiRef("1", "GTV", MaskKind.RTSTRUCT, str(rtstruct), 1, ("image",)), volume.geometry)
    assert_array_equal(mask.full_array(), sitk.GetArrayFromImage(sitk.ReadImage(str(published))) > 0)


@pytest.mark.parametrize("grid", [GRID, OBLIQUE, SAGITTAL], ids=["axial", "oblique", "sagittal"])
def test_a_box_holds_the_voxels_whose_centres_it_encloses(grid: Geometry) -> None:
    contours = [Contour(box(grid, z, (2.5, 3.5), (9.5, 20.5))) for z in range(1, 5)]
    array, notes = filled(contours, grid, Policy())
    wanted = np.zeros(grid.size_zyx, dtype=bool)
    wanted[1:5, 3:10, 4:21] = True
    assert_array_equal(array, wanted)
    assert notes == ()


@pytest.mark.parametrize("grid", [GRID, OBLIQUE, SAGITTAL], ids=["axial", "oblique", "sagittal"])
def test_vertices_on_voxel_centres_follow_the_edge_rule_in_any_direction(grid: Geometry) -> None:
    array, _ = filled([Contour(box(grid, 2, (3, 4), (8, 12)))], grid, Policy())
    wanted = np.zeros(grid.size_zyx, dtype=bool)
    wanted[2, 3:8, 4:12] = True
    assert_array_equal(array, wanted)


@given(st.floats(3.0, 9.0), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
@settings(max_examples=30)
def test_a_sphere_equals_the_analytic_one(radius: float, dy: float, dx: float) -> None:
    grid = Geometry((21, 24, 24), (1.0, 1.0, 1.0))
    centre = np.array([10.0, 11.5 + dy, 11.5 + dx])
    z, y, x = np.indices(grid.size_zyx)
    distance = np.sqrt((z - centre[0]) ** 2 + (y - centre[1]) ** 2 + (x - centre[2]) ** 2)
    contours = []
    for plane in range(21):
        disc = radius**2 - (plane - centre[0]) ** 2
        if disc > 1e-4:
            angle = np.linspace(0, 2 * math.pi, 3600, endpoint=False)
            ring = math.sqrt(disc) * np.stack([np.sin(angle), np.cos(angle)], axis=1) + centre[1:]
            contours.append(Contour(grid.index_to_mm(np.column_stack([np.full(3600, plane), ring]))))
    array, _ = filled(contours, grid, Policy())
    # 3,600 corners leave the circle by less than r * (1 - cos(pi / 3600)) = 4e-6; centres nearer are left out.
    disc2 = np.maximum(radius**2 - (z - centre[0]) ** 2, 0)
    clear = np.abs(np.hypot(y - centre[1], x - centre[2]) - np.sqrt(disc2)) > 2e-2
    assert_array_equal(array[clear], (distance < radius)[clear])


def test_a_closing_vertex_and_the_sense_of_rotation_change_nothing() -> None:
    plain, _ = filled([Contour(OUTER)], GRID, Policy())
    closed, _ = filled([Contour(np.concatenate([OUTER, OUTER[:1]])[::-1])], GRID, Policy())
    assert_array_equal(plain, closed)


def test_contours_between_slices_go_to_the_nearest() -> None:
    array, notes = filled([Contour(box(GRID, 2.4, (1.5, 1.5), (4.5, 4.5)))], GRID, Policy())
    assert array[2].sum() == 9
    assert codes(notes) == ["W_OFF_SLICE"]


def test_of_two_planes_on_one_slice_the_nearest_is_taken() -> None:
    near, far = box(GRID, 2.1, (1.5, 1.5), (4.5, 4.5)), box(GRID, 1.7, (1.5, 1.5), (9.5, 9.5))
    array, notes = filled([Contour(near), Contour(far)], GRID, Policy())
    assert array.sum() == array[2].sum() == 9
    assert "2 contours" in notes[0].sentence


def test_points_and_open_lines_are_counted() -> None:
    contours = [Contour(OUTER), Contour(OUTER[:1], "POINT"), Contour(OUTER, "OPEN_PLANAR"), Contour(OUTER[:2])]
    _, notes = filled(contours, GRID, Policy())
    assert codes(notes) == ["W_OPEN_CONTOURS", "W_DEGENERATE_CONTOURS"]
    assert "1 OPEN_PLANAR, 1 POINT" in notes[0].sentence


@pytest.mark.parametrize("contours", [[], [Contour(OUTER[:1], "POINT")], [Contour(OUTER[:2])]])
def test_a_roi_without_area_is_refused(contours: list[Contour]) -> None:
    with pytest.raises(InputError, match="E_NO_CONTOURS"):
        filled(contours, GRID, Policy())


def test_a_roi_is_found_by_number_not_by_position(tmp_path: Path, make: Any) -> None:
    # ROI 3 comes first, ROI 7 is declared but has no contour list.
    small = box(GRID, 2, (1.5, 1.5), (4.5, 4.5))
    rois = [(7, "empty", []), (3, "GTV-1", [("CLOSED_PLANAR", OUTER)]), (1, "GTV-2", [("CLOSED_PLANAR", small)])]
    path = make.roi_file(tmp_path / "rs.dcm", rois)
    assert open_mask(make.roi_ref(path, 1), GRID).voxel_count == 9
    assert open_mask(make.roi_ref(path, 3), GRID).voxel_count == 169
    with pytest.raises(InputError, match=r"E_NO_CONTOURS  GTV-1: .*no contour at all.*rs\.dcm"):
        open_mask(make.roi_ref(path, 7), GRID)
    with pytest.raises(InputError, match=r"E_SEGMENT_MISSING.*number 2 .*1 \(GTV-2\), 3 \(GTV-1\), 7 \(empty\)"):
        open_mask(make.roi_ref(path, 2), GRID)


def test_a_roi_drawn_on_another_grid_is_filled_there_and_resampled(tmp_path: Path, make: Any) -> None:
    drawn = Geometry((12, 40, 40), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0), frame_of_reference_uid=make.FRAME)
    coarse = Geometry((4, 10, 10), (3.0, 4.0, 4.0), (1.5, 1.5, 1.0), drawn.direction, make.FRAME)
    contours = [("CLOSED_PLANAR", box(drawn, z, (7.5, 7.5), (23.5, 23.5))) for z in range(3, 9)]
    path = make.roi_file(tmp_path / "rs.dcm", [(1, "GTV-1", contours)])
    mask = open_mask(make.roi_ref(path, 1, drawn_on=drawn), coarse)
    wanted = np.zeros(coarse.size_zyx, dtype=bool)
    wanted[1:3, 2:6, 2:6] = True  # centres at z 4, 7 and at y, x 9.5, 13.5, 17.5, 21.5 of the fine grid
    assert_array_equal(mask.full_array(), wanted)
    assert codes(mask.notes) == ["W_RESAMPLED_MASK"]


def test_two_frames_of_reference_are_refused(tmp_path: Path, make: Any) -> None:
    path = make.roi_file(tmp_path / "rs.dcm", [(1, "GTV-1", [("CLOSED_PLANAR", OUTER)])], frame="1.2.3")
    other = Geometry(GRID.size_zyx, GRID.spacing_zyx_mm, GRID.origin_xyz_mm, GRID.direction, "1.2.4")
    with pytest.raises(InputError, match=r"E_FRAME_OF_REFERENCE.*1\.2\.4 and 1\.2\.3"):
        open_mask(make.roi_ref(path), other)


def test_coordinates_that_are_no_points_are_refused(tmp_path: Path, make: Any, edit: Any) -> None:
    path = make.roi_file(tmp_path / "rs.dcm", [(1, "GTV-1", [("CLOSED_PLANAR", OUTER)])])
    edit(str(path), lambda data: data.ROIContourSequence[0].ContourSequence[0].ContourData.pop())
    with pytest.raises(InputError, match="E_UNREADABLE"):
        open_mask(make.roi_ref(path), GRID)
