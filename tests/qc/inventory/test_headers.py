"""What a header tells of an image without its voxels."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk  # noqa: N813

from radpipe.cohort import Case, Cohort, ImageKind, ImageRef
from radpipe.qc.inventory.contents import inventory_of


def test_files_without_a_dicom_header_tell_their_grid_and_a_missing_one_stays_empty(tmp_path: Path):
    image = sitk.GetImageFromArray(np.zeros((4, 5, 6), np.int16))
    image.SetSpacing((0.5, 0.5, 2.5))
    sitk.WriteImage(image, tmp_path / "a.nrrd")
    images = tuple(
        ImageRef("p1", name, "MR", ImageKind.ITK_FILE, (str(tmp_path / f"{name}.nrrd"),)) for name in ("a", "gone")
    )
    rows = inventory_of(Cohort("manifest", "", (Case("p1", images, ()),))).images
    assert rows[["PixelSpacing", "SpacingBetweenSlices", "slices"]].to_numpy().tolist() == [
        ["0.5", "2.5", 4],
        ["", "", ""],
    ]
