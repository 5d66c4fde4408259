"""One anatomy through every kind of file: the same voxels, also on an oblique grid."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from numpy.testing import assert_array_equal

from radpipe.cohort import ImageKind, ImageRef, MaskKind
from radpipe.errors import InputError
from radpipe.imaging.open import open_image, open_mask

OBLIQUE = (0.6, 0.8, 0.0, 0.0, 0.0, -1.0)


@pytest.mark.parametrize("orientation", [(1.0, 0.0, 0.0, 0.0, 1.0, 0.0), OBLIQUE], ids=["axial", "oblique"])
def test_rtstruct_seg_and_nrrd_of_one_anatomy_give_the_same_voxels(
    tmp_path: Path, make: Any, seg_of: Any, orientation: tuple[float, ...]
) -> None:
    normal = np.cross(orientation[:3], orientation[3:])
    planes = make.stored_values((6, 14, 12))
    slices = [
        make.slice_of(plane, 5 + 2.5 * i * normal, i + 1, orientation=orientation, spacing=(0.8, 1.1))
        for i, plane in enumerate(planes)
    ]
    volume = open_image(make.series(tmp_path / "ct", slices))
    grid = volume.geometry
    wanted = np.zeros(grid.size_zyx, dtype=bool)
    wanted[1:-1, 2:6, 3:8] = True

    squares = [
        ("CLOSED_PLANAR", grid.index_to_mm([(z, 1.5, 2.5), (z, 1.5, 7.5), (z, 5.5, 7.5), (z, 5.5, 2.5)]))
        for z in range(1, 5)
    ]
    image = sitk.GetImageFromArray(wanted.astype(np.uint8))
    image.SetSpacing(grid.spacing_zyx_mm[::-1])
    image.SetOrigin(grid.origin_xyz_mm)
    image.SetDirection(grid.direction)
    sitk.WriteImage(image, str(tmp_path / "mask.nrrd"))
    refs = [
        make.roi_ref(make.roi_file(tmp_path / "rs.dcm", [(1, "GTV-1", squares)])),
        make.roi_ref(seg_of(slices, tmp_path / "seg.dcm"), 1, MaskKind.DICOM_SEG),
        make.roi_ref(tmp_path / "mask.nrrd", 1, MaskKind.ITK_FILE),
    ]
    for ref in refs:
        mask = open_mask(ref, grid)
        assert_array_equal(mask.full_array(), wanted)
        assert mask.notes == ()


def test_an_error_of_a_mask_names_roi_and_file(tmp_path: Path, make: Any) -> None:
    grid = open_image(make.series(tmp_path, make.axial())).geometry
    for kind in MaskKind:
        with pytest.raises(InputError, match=r"E_MISSING_FILE  GTV-1: .*File: .*absent\."):
            open_mask(make.roi_ref(tmp_path / "absent.x", 1, kind), grid)


@pytest.mark.parametrize("kind", list(ImageKind))
def test_an_error_of_an_image_names_case_and_file(tmp_path: Path, kind: ImageKind) -> None:
    with pytest.raises(InputError, match=r"E_MISSING_FILE  HN0001: .*File: .*absent\."):
        open_image(ImageRef("HN0001", "image", "CT", kind, (str(tmp_path / "absent.x"),)))
