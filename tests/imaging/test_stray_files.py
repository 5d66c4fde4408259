"""Cut copies beside whole slices."""

from pathlib import Path
from typing import Any

from numpy.testing import assert_array_equal

from radpipe.cohort import ImageKind, ImageRef
from radpipe.imaging.open import open_image


def test_a_cut_copy_of_a_slice_is_set_aside_and_told(tmp_path: Path, make: Any) -> None:
    ref = make.series(tmp_path, make.axial())
    copy = tmp_path / "9999.dcm"
    copy.write_bytes(Path(ref.paths[2]).read_bytes())
    import pydicom

    data = pydicom.dcmread(copy)
    data.PixelData = data.PixelData[:100]
    data.save_as(copy)
    volume = open_image(ImageRef("HN0001", "image", "CT", ImageKind.DICOM_SERIES, (*ref.paths, str(copy))))
    assert_array_equal(volume.array, make.stored_values((5, 8, 10)).astype(int) - 1024)
    (note,) = volume.notes
    assert str(note).startswith("W_STRAY_FILE: 1 cut files were set aside (9999.dcm)")
