"""NIfTI, NRRD, MHA: values, grids, labels, and damage that readers hide."""

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from numpy.testing import assert_array_equal

from radpipe.cohort import ImageKind, ImageRef, MaskKind
from radpipe.errors import InputError, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.open import open_image, open_mask, unite

SUFFIXES = ["nii", "nii.gz", "nrrd", "mha"]
VALUES = np.arange(5 * 6 * 7, dtype=np.int16).reshape(5, 6, 7)
TURNED = (0.6, -0.8, 0.0, 0.8, 0.6, 0.0, 0.0, 0.0, 1.0)


def write(path: Path, array: Any, *, direction: tuple[float, ...] = TURNED, compress: bool = False) -> str:
    image = sitk.GetImageFromArray(array)
    image.SetSpacing((1.0, 1.5, 3.0))
    image.SetOrigin((-12.0, 7.0, 30.0))
    image.SetDirection(direction)
    sitk.WriteImage(image, str(path), useCompression=compress)
    return str(path)


def image_ref(path: str, modality: str = "MR") -> ImageRef:
    return ImageRef("case", "image", modality, ImageKind.ITK_FILE, (path,))


def labels() -> Any:
    array = np.zeros(VALUES.shape, dtype=np.uint8)
    array[1:4, 1:5, 1:6] = 1
    array[2, 2:4, 2:4] = 3
    return array


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


def test_one_nan_is_counted(tmp_path: Path) -> None:
    array = VALUES.astype(np.float32)
    array[2, 3, 4] = np.nan
    with pytest.raises(InputError, match=r"E_NONFINITE  case: 1 voxels.*a\.nrrd"):
        open_image(image_ref(write(tmp_path / "a.nrrd", array)))


def test_unusual_hu_of_a_ct_are_told(tmp_path: Path) -> None:
    volume = open_image(image_ref(write(tmp_path / "a.nrrd", VALUES - 2000), "CT"))
    assert volume.unit == "HU"
    assert [note.code for note in volume.notes] == ["W_HU_RANGE"]


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


class TestLabels:
    def grid(self, tmp_path: Path) -> Geometry:
        return open_image(image_ref(write(tmp_path / "image.nrrd", VALUES))).geometry

    def open(self, tmp_path: Path, make: Any, array: Any, label: int | None, *policy: str, suffix: str = "nrrd") -> Any:
        path = Path(write(tmp_path / f"mask.{suffix}", array))
        return open_mask(make.roi_ref(path, label, MaskKind.ITK_FILE), self.grid(tmp_path), Policy.parse(policy))

    @pytest.mark.parametrize("suffix", [*SUFFIXES, "seg.nrrd"])
    def test_a_label_is_chosen_by_its_value(self, tmp_path: Path, make: Any, suffix: str) -> None:
        assert_array_equal(self.open(tmp_path, make, labels(), 3, suffix=suffix).full_array(), labels() == 3)
        only = np.where(labels() == 3, np.uint8(3), np.uint8(0))
        assert_array_equal(self.open(tmp_path, make, only, None, suffix=suffix).full_array(), labels() == 3)

    def test_several_labels_and_none_asked_for_are_refused_by_name(self, tmp_path: Path, make: Any) -> None:
        with pytest.raises(InputError, match=r"E_SEVERAL_LABELS  GTV-1: the mask holds labels 1, 3, and none was"):
            self.open(tmp_path, make, labels(), None)

    def test_whole_numbers_in_a_float_mask_are_labels(self, tmp_path: Path, make: Any) -> None:
        assert self.open(tmp_path, make, labels().astype(np.float32), 3).voxel_count == 4

    def test_a_float_mask_is_refused(self, tmp_path: Path, make: Any) -> None:
        with pytest.raises(InputError, match=r"E_FLOAT_MASK  GTV-1: the mask holds 1\.7"):
            self.open(tmp_path, make, np.where(labels() > 0, 1.7, 0.0), 1)

    def test_a_mask_with_nan_is_refused_with_the_count(self, tmp_path: Path, make: Any) -> None:
        damaged = labels().astype(np.float32)
        damaged[0, 0, :2] = np.nan
        with pytest.raises(InputError, match=r"E_NONFINITE.* 2 "):
            self.open(tmp_path, make, damaged, 1)

    def test_255_is_taken_for_label_one_and_told(self, tmp_path: Path, make: Any) -> None:
        mask = self.open(tmp_path, make, np.where(labels() > 0, np.uint8(255), np.uint8(0)), 1)
        assert mask.voxel_count == 60
        assert [str(n) for n in mask.notes] == [
            "W_MASK_VALUE: the mask's only label is 255; it was taken where 1 was asked"
        ]

    def test_another_only_label_is_not_taken_for_label_one(self, tmp_path: Path, make: Any) -> None:
        with pytest.raises(InputError, match=r"E_LABEL_MISSING.*label 1 .* holds 3"):
            self.open(tmp_path, make, np.where(labels() > 0, np.uint8(3), np.uint8(0)), 1)

    def test_a_missing_label_is_told_with_those_found(self, tmp_path: Path, make: Any) -> None:
        with pytest.raises(InputError, match=r"E_LABEL_MISSING.*label 2 .* holds 1, 3"):
            self.open(tmp_path, make, labels(), 2)

    def test_an_empty_mask_is_refused(self, tmp_path: Path, make: Any) -> None:
        with pytest.raises(InputError, match="E_EMPTY_ROI"):
            self.open(tmp_path, make, np.zeros_like(labels()), 1)

    def test_another_grid_is_refused_with_both_values_or_resampled(self, tmp_path: Path, make: Any) -> None:
        part = labels()[:, :, 1:]
        with pytest.raises(InputError, match=r"E_GRID_MISMATCH.*5 x 6 x 7 and 5 x 6 x 6"):
            self.open(tmp_path, make, part, 1)
        mask = self.open(tmp_path, make, part, 1, "E_GRID_MISMATCH=fix")
        assert_array_equal(mask.full_array()[:, :, :6], part == 1)
        assert [note.code for note in mask.notes] == ["W_RESAMPLED_MASK"]

    def test_masks_unite_with_their_notes_each_once(self, tmp_path: Path, make: Any) -> None:
        one, three = (self.open(tmp_path, make, labels(), label) for label in (1, 3))
        assert_array_equal(unite([one, three]).full_array(), labels() > 0)
        with pytest.raises(ValueError, match="at least one"):
            unite([])


def test_a_nifti_whose_header_promises_more_is_refused(tmp_path: Path) -> None:
    path = Path(write(tmp_path / "a.nii", VALUES))
    data = bytearray(path.read_bytes())
    data[42:44] = (7000).to_bytes(2, "little")
    packed = tmp_path / "b.nii.gz"
    packed.write_bytes(gzip.compress(bytes(data)))
    with pytest.raises(InputError, match="E_TRUNCATED"):
        open_image(image_ref(str(packed)))
