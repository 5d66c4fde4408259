"""Bytes that readers repair in silence, files of a header that are cut, elsewhere, or no files: each ends in a code."""

import gzip
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from numpy.testing import assert_array_equal

from radpipe.cohort import ImageKind, ImageRef, MaskKind
from radpipe.errors import InputError, Policy
from radpipe.imaging.itk_reading import data_files
from radpipe.imaging.open import open_image, open_mask

VALUES = np.random.default_rng(4).integers(-900, 900, (6, 7, 8)).astype(np.int16)


def write(path: Path, array: Any = VALUES, *, compress: bool = False) -> Path:
    image = sitk.GetImageFromArray(array)
    image.SetSpacing((1.0, 1.5, 3.0))
    image.SetOrigin((-12.0, 7.0, 30.0))
    sitk.WriteImage(image, str(path), useCompression=compress)
    return path


def read(path: Path, *policy: str) -> Any:
    return open_image(ImageRef("case", "image", "MR", ImageKind.ITK_FILE, (str(path),)), Policy.parse(policy))


@pytest.mark.parametrize("suffix", ["nii", "nii.gz", "img", "nrrd", "mha", "mhd", "nhdr"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_voxel_that_is_no_number_is_counted_in_every_format(
    tmp_path: Path, suffix: str, dtype: type, value: float
) -> None:
    array = VALUES.astype(dtype)
    array[2, 3, 4] = value
    with pytest.raises(InputError, match=r"E_NONFINITE  case: 1 voxels"):
        read(write(tmp_path / f"a.{suffix}", array))


@pytest.mark.parametrize("suffix", ["nii", "nii.gz"])
def test_a_mask_with_one_nan_is_refused(tmp_path: Path, suffix: str, make: Any) -> None:
    mask = np.zeros(VALUES.shape, np.float32)
    mask[1:4, 2:5, 2:5] = 1
    mask[2, 3, 3] = np.nan
    path = write(tmp_path / f"m.{suffix}", mask)
    with pytest.raises(InputError, match="E_NONFINITE"):
        open_mask(make.roi_ref(path, 1, MaskKind.ITK_FILE), read(write(tmp_path / "a.nrrd")).geometry)


class TestPairs:
    @pytest.mark.parametrize(("header", "data"), [("hdr", "img"), ("mhd", "raw"), ("nhdr", "raw")])
    @pytest.mark.parametrize("share", [0.0, 0.6])
    def test_cut_data_are_refused(self, tmp_path: Path, header: str, data: str, share: float) -> None:
        path = write(tmp_path / ("a.img" if header == "hdr" else f"a.{header}")).with_suffix(f".{header}")
        assert_array_equal(read(path).array, VALUES)
        whole = path.with_suffix(f".{data}").read_bytes()
        path.with_suffix(f".{data}").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(InputError, match=r"E_TRUNCATED.* 672 are needed"):  # 6 x 7 x 8 voxels of 2 bytes
            read(path)

    def test_a_compressed_pair_is_read_and_refused_when_it_is_cut(self, tmp_path: Path) -> None:
        write(tmp_path / "b.img")
        for name in ("hdr", "img"):
            (tmp_path / f"a.{name}.gz").write_bytes(gzip.compress((tmp_path / f"b.{name}").read_bytes()))
        for name in ("a.hdr.gz", "a.img.gz"):
            assert_array_equal(read(tmp_path / name).array, VALUES)
        packed = (tmp_path / "a.img.gz").read_bytes()
        (tmp_path / "a.img.gz").write_bytes(packed[: len(packed) // 2])
        with pytest.raises(InputError, match="E_TRUNCATED"):
            read(tmp_path / "a.hdr.gz")

    @pytest.mark.parametrize("how", ["cut", "flipped", "checksum"])
    def test_damaged_zlib_data_are_refused(self, tmp_path: Path, how: str) -> None:
        path = write(tmp_path / "a.mhd", compress=True)
        data = bytearray((tmp_path / "a.zraw").read_bytes())
        if how == "cut":
            data = data[: int(len(data) * 0.6)]
        else:
            data[-1 if how == "checksum" else len(data) // 2] ^= 255
        (tmp_path / "a.zraw").write_bytes(data)
        with pytest.raises(InputError, match=r"E_(CHECKSUM|TRUNCATED)"):
            read(path)

    def test_a_list_shorter_than_the_slices_is_refused(self, tmp_path: Path) -> None:
        for number, plane in enumerate(VALUES):
            (tmp_path / f"s{number}.raw").write_bytes(plane.tobytes())
        names = [f"s{number}.raw" for number in range(6)]
        head = "NDims = 3\nDimSize = 8 7 6\nElementType = MET_SHORT\nElementSpacing = 1 1 3\nElementDataFile = LIST\n"
        (tmp_path / "a.mhd").write_text(head + "\n".join(names) + "\n")
        assert_array_equal(read(tmp_path / "a.mhd").array, VALUES)
        assert [Path(one).name for one in data_files(str(tmp_path / "a.mhd"))] == ["a.mhd", *names]
        for count in (5, 4):
            (tmp_path / "a.mhd").write_text(head + "\n".join(names[:count]) + "\n")
            with pytest.raises(InputError, match=r"E_UNREADABLE|E_TRUNCATED"):
                read(tmp_path / "a.mhd")

    def test_slice_files_by_a_pattern_are_read(self, tmp_path: Path) -> None:
        for number, plane in enumerate(VALUES, start=1):
            (tmp_path / f"s{number:02d}.raw").write_bytes(plane.tobytes())
        (tmp_path / "a.nhdr").write_text(
            "NRRD0004\ntype: short\ndimension: 3\nsizes: 8 7 6\nspacings: 1 1 3\nendian: little\nencoding: raw\n"
            "data file: s%02d.raw 1 6 1\n"
        )
        assert_array_equal(read(tmp_path / "a.nhdr").array, VALUES)
        assert len(data_files(str(tmp_path / "a.nhdr"))) == 7

    @pytest.mark.parametrize("name", ["../outside.raw", "/etc/hostname", "sub/../../outside.raw", "C:/outside.raw"])
    @pytest.mark.parametrize("kind", ["mhd", "nhdr"])
    def test_data_outside_of_the_headers_folder_are_refused(self, tmp_path: Path, kind: str, name: str) -> None:
        folder = tmp_path / "folder"
        folder.mkdir()
        (tmp_path / "outside.raw").write_bytes(VALUES.tobytes())
        path = write(folder / f"a.{kind}")
        path.write_text(path.read_text().replace("a.raw", name))
        with pytest.raises(InputError, match=r"E_UNREADABLE.*is not in the header's folder"):
            read(path)
        assert data_files(str(path)) == (str(path),)

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
    def test_a_pipe_is_refused_at_once(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.mhd")
        (tmp_path / "a.raw").unlink()
        os.mkfifo(tmp_path / "a.raw")
        os.mkfifo(tmp_path / "b.nii")
        for one in (path, tmp_path / "b.nii"):
            with pytest.raises(InputError, match=r"E_UNREADABLE.*it is a pipe or device, not a file"):
                read(one)
        with pytest.raises(InputError, match="it is a folder, not a file"):
            read(tmp_path)


def test_a_mask_in_the_place_of_an_image_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "m.nrrd", (VALUES > 0).astype(np.uint8))
    with pytest.raises(InputError, match=r"E_NOT_AN_IMAGE.*nothing but 0 and 1"):
        read(path)
    assert [note.code for note in read(path, "E_NOT_AN_IMAGE=warn").notes] == ["E_NOT_AN_IMAGE"]
