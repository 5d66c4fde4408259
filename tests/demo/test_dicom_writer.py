"""What is written as DICOM is the phantom, the same from the same seed."""

from pathlib import Path

import numpy as np
import pydicom

import radpipe


def contours_of(root: Path) -> list[list[float]]:
    """All coordinates of the first patient's RTSTRUCT; its UIDs are rt-utils' own and differ."""
    data = pydicom.dcmread(root / "HN1001/01-01-2010-synthetic/1.000000-RTSTRUCT/1-1.dcm")
    return [list(one.ContourData) for roi in data.ROIContourSequence for one in roi.ContourSequence]


def test_the_same_seed_gives_the_same_pixels_and_contours(hn1_cohort: Path, tmp_path: Path) -> None:
    from radpipe.demo import make_demo

    again = make_demo(tmp_path / "again", patients=1, seed=7)
    name = "HN1001/01-01-2010-synthetic/2.000000-CT/1-010.dcm"
    assert (again / name).read_bytes() == (hn1_cohort / name).read_bytes()
    assert contours_of(again) == contours_of(hn1_cohort)


def test_masks_of_rtstruct_and_seg_are_near_the_phantom(hn1_cohort: Path) -> None:
    cohort = radpipe.open_cohort(hn1_cohort, "dicom")
    case = cohort.cases[0]
    volume = radpipe.open_image(case.images[0])
    by_kind = {str(roi.kind): radpipe.open_mask(roi, volume.geometry) for roi in case.rois if roi.name == "GTV-1"}
    both = np.count_nonzero(by_kind["rtstruct"].full_array() & by_kind["dicom_seg"].full_array())
    dice = 2 * both / (by_kind["rtstruct"].voxel_count + by_kind["dicom_seg"].voxel_count)
    # rt-utils rounds contours to pixels, so RTSTRUCT is a little smaller than the SEG, which is the mask itself.
    assert 0.8 < dice < 1.0
