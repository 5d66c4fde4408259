"""NIfTI, NRRD, MHA: values and grids, and damage that readers hide."""

import gzip
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from numpy.testing import assert_array_equal

from radpipe.errors import InputError
from radpipe.imaging.open import open_image

from .written import SUFFIXES, TURNED, VALUES, image_ref, write


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "float64"])
def test_values_and_grid_are_those_of_the_file(tmp_path: Path, suffix: str, dtype: str) -> None:
    volume = open_image(image_ref(write(tmp_path / f"a.{suffix}", VALUES.astype(dtype))))
    assert_array_equal(volume.array, VALUES)
    assert volume.array.dtype == dtype
    np.testing.assert_allclose(volume.geometry.spacing_zyx_mm, (3.0, 1.5, 1.0), rtol=1e-6)
    np.testing.assert_allclose(volume.geometry.direction, TURNED, atol=1e-6)
    np.testing.assert_allclose(volume.geometry.origin_xyz_mm, (-12.0, 7.0, 30.0), atol=1e-5)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("share", [0.0, 0.1, 0.6, 0.99])
@pytest.mark.parametrize("compress", [False, True])
def test_a_cut_file_is_refused(tmp_path: Path, suffix: str, share: float, compress: bool) -> None:
    path = Path(
        write(tmp_path / f"a.{suffix}", np.random.default_rng(1).integers(0, 99, (9, 20, 20)), compress=compress)
    )
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InputError, match=r"E_(TRUNCATED|UNREADABLE|CHECKSUM)  case: .*File: "):
        open_image(image_ref(str(path)))


@pytest.mark.parametrize("suffix", ["nii.gz", "nrrd"])
def test_a_flipped_bit_of_a_compressed_file_is_found_by_its_checksum(tmp_path: Path, suffix: str) -> None:
    array = np.random.default_rng(1).integers(0, 99, (9, 20, 20))
    path = Path(write(tmp_path / f"a.{suffix}", array, compress=True))
    data = bytearray(path.read_bytes())
    data[-6] ^= 1  # in the CRC or the length that close a gzip stream
    path.write_bytes(data)
    with pytest.raises(InputError, match="E_CHECKSUM"):
        open_image(image_ref(str(path)))


@pytest.mark.parametrize("kind", ["text", "absent", "vector", "empty"])
def test_what_is_no_image_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.nrrd"
    if kind == "text":
        path.write_text("not an image")
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "vector":
        sitk.WriteImage(sitk.GetImageFromArray(np.zeros((3, 4, 5, 2)), isVector=True), str(path))
    with pytest.raises(InputError, match="E_MISSING_FILE" if kind == "absent" else "E_UNREADABLE"):
        open_image(image_ref(str(path)))


def test_messages_hold_no_address_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.gipl"
    path.write_bytes(b"not an image" * 40)
    with pytest.raises(InputError, match="E_UNREADABLE") as caught:
        open_image(image_ref(str(path)))
    assert "0x" not in str(caught.value)


def test_a_nifti_whose_header_promises_more_is_refused(tmp_path: Path) -> None:
    path = Path(write(tmp_path / "a.nii", VALUES))
    data = bytearray(path.read_bytes())
    data[42:44] = (7000).to_bytes(2, "little")
    packed = tmp_path / "b.nii.gz"
    packed.write_bytes(gzip.compress(bytes(data)))
    with pytest.raises(InputError, match="E_TRUNCATED"):
        open_image(image_ref(str(packed)))
