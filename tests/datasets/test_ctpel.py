"""CTPEL: SEG and SR by SOP class, bones by description, landmarks in mm from both kinds of coordinates."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from radpipe.datasets import open_cohort
from radpipe.datasets.ctpel import landmark_rows
from radpipe.demo.dicom_layouts import BONES, LANDMARKS
from radpipe.errors import NothingUsableError
from radpipe.imaging.open import open_image, open_mask

Layout = Callable[[str], Path]


def test_bones_are_named_by_the_description_in_every_case(layout: Layout) -> None:
    cohort = open_cohort(layout("ctpel"), "ctpel")
    assert [case.case_id for case in cohort] == ["PEL001", "PEL002", "PEL010"]
    assert all([roi.name for roi in case.rois] == list(BONES) for case in cohort)
    assert all([image.modality for image in case.images] == ["CT"] for case in cohort)


def test_bones_are_the_boxes_that_were_written(layout: Layout) -> None:
    case = open_cohort(layout("ctpel"), "ctpel").cases[1]
    volume = open_image(case.images[0])
    for roi in case.rois:
        (z, y, x), (nz, ny, nx) = BONES[roi.name]
        expected = np.zeros(volume.array.shape, dtype=bool)
        expected[z : z + nz, y : y + ny, x : x + nx] = True
        np.testing.assert_array_equal(open_mask(roi, volume.geometry).full_array(), expected)


def test_landmarks_are_in_mm_from_points_in_mm_and_in_pixels(layout: Layout) -> None:
    rows = landmark_rows(open_cohort(layout("ctpel"), "ctpel"))
    assert [row.case_id for row in rows] == ["PEL001"] * 3 + ["PEL002"] * 3 + ["PEL010"] * 3
    for row in rows:
        assert (row.x_mm, row.y_mm, row.z_mm) == pytest.approx(LANDMARKS[row.landmark], abs=1e-4)
        assert row.frame == "LPS"
        assert row.x_mm == round(row.x_mm, 3)


def test_a_landmark_is_told_with_its_nearest_bone_and_remarked_beside_it(layout: Layout) -> None:
    # Grid: origin -98.75, -98.75, -45 mm, steps 2.5, 2.5, 3 mm; a voxel reaches half a step beyond its centre.
    # ASIS right, (-40.5, -20.25, 12): index x 23.3, y 31.4, z 19. The right hip has x 14..29 and z 13..22, its y begins
    # at 36, hence at 35.5: 4.1 steps of 2.5 mm. Symphysis, (0.5, -30, -30): index x 39.7, y 27.5, z 5; the right femur
    # ends at x 23.5 and begins at y 39.5: 16 and 12 steps, over 30 mm.
    rows = landmark_rows(open_cohort(layout("ctpel"), "ctpel"))
    asis, _, symphysis = (row for row in rows if row.case_id == "PEL001")
    assert (asis.nearest_roi, asis.distance_mm) == ("Right Hip", pytest.approx((35.5 - 31.4) * 2.5, abs=0.06))
    assert re.fullmatch(r"the landmark lies 10\.[23] mm from the nearest bone", asis.message)
    assert symphysis.message == "the landmark lies over 30 mm from any bone"


def test_a_report_that_cannot_be_read_is_a_row_that_says_so(layout_copy: Layout) -> None:
    folder = layout_copy("ctpel")
    cohort = open_cohort(folder, "ctpel")
    Path(cohort.cases[0].reports[0]).unlink()
    (row,) = [row for row in landmark_rows(cohort) if row.case_id == "PEL001"]
    assert row.x_mm is None
    assert "E_MISSING_FILE" in row.message


def test_a_folder_without_images_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingUsableError, match="holds no DICOM image"):
        open_cohort(tmp_path, "ctpel")
