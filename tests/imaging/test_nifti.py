"""NIfTI: scaled values as ITK gives them, and no more bytes than a header promises."""

import zlib
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from numpy.testing import assert_array_equal

from radpipe.errors import InputError

from .nifti_files import VALUES, patch, read, write


@pytest.mark.parametrize("suffix", ["nii", "nii.gz"])
@pytest.mark.parametrize(("slope", "intercept"), [(0.37, -12.3), (1.0, -1024.0), (2.0, 0.0), (-1.0, 5.0)])
@pytest.mark.parametrize("dtype", [np.int16, np.uint8, np.float32, np.float64, np.int32])
def test_scaled_values_are_those_of_itk(
    tmp_path: Path, suffix: str, slope: float, intercept: float, dtype: type
) -> None:
    path = patch(write(tmp_path / f"a.{suffix}", np.abs(VALUES // 8).astype(dtype)), "2f", 112, slope, intercept)
    volume = read(path)
    wanted = sitk.ReadImage(str(path))
    assert_array_equal(volume.array, sitk.GetArrayFromImage(wanted))
    assert volume.array.dtype == sitk.GetArrayFromImage(wanted).dtype
    assert volume.geometry.spacing_zyx_mm == wanted.GetSpacing()[::-1]
    assert volume.geometry.origin_xyz_mm == wanted.GetOrigin()


@pytest.mark.parametrize(("slope", "intercept"), [(0.0, 0.0), (np.nan, np.nan), (1.0, 0.0)])
def test_no_scale_leaves_the_values_alone(tmp_path: Path, slope: float, intercept: float) -> None:
    volume = read(patch(write(tmp_path / "a.nii"), "2f", 112, slope, intercept))
    assert volume.array.dtype == np.int16
    assert_array_equal(volume.array, VALUES)


def test_a_bomb_is_unpacked_no_further_than_its_header_promises(tmp_path: Path) -> None:
    raw = write(tmp_path / "a.nii").read_bytes()
    packer = zlib.compressobj(9, wbits=31)
    data = packer.compress(raw) + b"".join(packer.compress(bytes(1 << 20)) for _ in range(200)) + packer.flush()
    (tmp_path / "b.nii.gz").write_bytes(data)
    with pytest.raises(InputError, match="more bytes than its header promises"):
        read(tmp_path / "b.nii.gz")
