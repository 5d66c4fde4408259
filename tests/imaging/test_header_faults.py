"""Headers that contradict themselves, pairs that are cut, bytes that readers repair in silence: each ends in a code."""

import gzip
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from numpy.testing import assert_allclose, assert_array_equal

from radpipe.cohort import ImageKind, ImageRef, MaskKind
from radpipe.errors import InputError, Policy
from radpipe.imaging.itk_files import data_files
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


def patch(path: Path, form: str, place: int, *values: float) -> Path:
    """Write numbers into a NIfTI header, compressed or not."""
    packed = path.suffix == ".gz"
    data = bytearray(gzip.decompress(path.read_bytes()) if packed else path.read_bytes())
    struct.pack_into("<" + form, data, place, *values)
    path.write_bytes(gzip.compress(bytes(data)) if packed else bytes(data))
    return path


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


class TestNifti:
    @pytest.mark.parametrize("suffix", ["nii", "nii.gz"])
    @pytest.mark.parametrize(("slope", "intercept"), [(0.37, -12.3), (1.0, -1024.0), (2.0, 0.0), (-1.0, 5.0)])
    @pytest.mark.parametrize("dtype", [np.int16, np.uint8, np.float32, np.float64, np.int32])
    def test_scaled_values_are_those_of_itk(
        self, tmp_path: Path, suffix: str, slope: float, intercept: float, dtype: type
    ) -> None:
        path = patch(write(tmp_path / f"a.{suffix}", np.abs(VALUES // 8).astype(dtype)), "2f", 112, slope, intercept)
        volume = read(path)
        wanted = sitk.ReadImage(str(path))
        assert_array_equal(volume.array, sitk.GetArrayFromImage(wanted))
        assert volume.array.dtype == sitk.GetArrayFromImage(wanted).dtype
        assert volume.geometry.spacing_zyx_mm == wanted.GetSpacing()[::-1]
        assert volume.geometry.origin_xyz_mm == wanted.GetOrigin()

    @pytest.mark.parametrize("slope", [0.0, np.nan])
    def test_a_slope_that_readers_take_differently_is_refused_with_both_readings(
        self, tmp_path: Path, slope: float
    ) -> None:
        path = patch(write(tmp_path / "a.nii"), "2f", 112, slope, -1024.0)
        with pytest.raises(InputError, match=r"E_HEADER.*with intercept -1024: some readers add .*others leave"):
            read(path)

    @pytest.mark.parametrize(("slope", "intercept"), [(0.0, 0.0), (np.nan, np.nan), (1.0, 0.0)])
    def test_no_scale_leaves_the_values_alone(self, tmp_path: Path, slope: float, intercept: float) -> None:
        volume = read(patch(write(tmp_path / "a.nii"), "2f", 112, slope, intercept))
        assert volume.array.dtype == np.int16
        assert_array_equal(volume.array, VALUES)

    @pytest.mark.parametrize(
        ("form", "place", "values", "complaint"),
        [
            ("f", 88, (6.0,), "along z pixdim says 6 and the sform 3"),
            ("h", 72, (8,), "bitpix is 8, but data type 4 has 16 bits"),
            ("f", 116, (np.inf,), "slope 1, intercept inf"),
            ("f", 292, (np.nan,), "E_"),
            ("B", 123, (5,), "its unit of length has the code 5"),
        ],
    )
    def test_two_statements_that_differ_are_refused_with_both(
        self, tmp_path: Path, form: str, place: int, values: tuple[float, ...], complaint: str
    ) -> None:
        path = patch(write(tmp_path / "a.nii"), form, place, *values)
        with pytest.raises(InputError, match=rf"E_HEADER.*{complaint}|{complaint}"):
            read(path)

    def test_sform_and_qform_that_disagree_are_refused(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.nii")
        raw = path.read_bytes()
        (x,) = struct.unpack_from("<f", raw, 292)  # srow_x[3]
        patch(path, "f", 292, x + 40.0)
        patch(path, "f", 284, 0.3)  # sheared, so that ITK falls back to the qform
        with pytest.raises(InputError, match="E_HEADER"):
            read(path)

    def test_no_voxel_size_is_refused_or_told(self, tmp_path: Path) -> None:
        path = patch(write(tmp_path / "a.nii"), "f", 84, 0.0)
        patch(path, "2h", 252, 0, 0)
        with pytest.raises(InputError, match=r"E_NO_SPACING.*pixdim of axis y is 0"):
            read(path)
        assert [note.code for note in read(path, "E_NO_SPACING=warn").notes] == ["E_NO_SPACING"]

    def test_a_time_axis_is_refused(self, tmp_path: Path) -> None:
        path = patch(write(tmp_path / "a.nii"), "5h", 40, 4, 8, 7, 3, 2)
        with pytest.raises(InputError, match=r"E_UNREADABLE.*it holds 2 volumes"):
            read(path)

    @pytest.mark.parametrize("packed", [False, True])
    def test_nifti_2_is_read(self, tmp_path: Path, packed: bool) -> None:
        # By hand from nifti2.h: 540 bytes of header, 4 of extension; sform of 1 x 1.5 x 3 mm in RAS.
        head = bytearray(544)
        struct.pack_into("<i8s2h8q", head, 0, 540, b"n+2\0\r\n\x1a\n", 4, 16, 3, 8, 7, 6, 1, 1, 1, 1)
        struct.pack_into("<8d", head, 104, 1, 1.0, 1.5, 3.0, 1, 1, 1, 1)
        struct.pack_into("<q2d", head, 168, 544, 0.0, 0.0)
        struct.pack_into("<2i", head, 344, 0, 1)
        struct.pack_into("<12d", head, 400, -1.0, 0, 0, 12.0, 0, -1.5, 0, -7.0, 0, 0, 3.0, 30.0)
        struct.pack_into("<i", head, 500, 2)
        data = bytes(head) + VALUES.tobytes()
        path = tmp_path / ("a.nii.gz" if packed else "a.nii")
        path.write_bytes(gzip.compress(data) if packed else data)
        volume = read(path)
        assert_array_equal(volume.array, VALUES)
        assert volume.geometry.spacing_zyx_mm == (3.0, 1.5, 1.0)
        assert_allclose(volume.geometry.origin_xyz_mm, (-12.0, 7.0, 30.0))
        assert_allclose(volume.geometry.direction_matrix, np.eye(3))

    def test_big_endian_files_are_read(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.nii")
        raw = path.read_bytes()
        head = bytearray(352)
        for form, places in (("i", (0,)), ("h", (*range(40, 56, 2), 70, 72, 252, 254)), ("f", (*range(76, 120, 4),))):
            for place in (*places, *(range(256, 328, 4) if form == "f" else ())):
                struct.pack_into(">" + form, head, place, *struct.unpack_from("<" + form, raw, place))
        head[123] = raw[123]
        head[344:348] = raw[344:348]
        path.write_bytes(bytes(head) + VALUES.astype(">i2").tobytes())
        volume = read(path)
        assert_array_equal(volume.array, VALUES)
        assert volume.array.dtype.isnative

    def test_a_bomb_is_unpacked_no_further_than_its_header_promises(self, tmp_path: Path) -> None:
        raw = write(tmp_path / "a.nii").read_bytes()
        packer = zlib.compressobj(9, wbits=31)
        data = packer.compress(raw) + b"".join(packer.compress(bytes(1 << 20)) for _ in range(200)) + packer.flush()
        (tmp_path / "b.nii.gz").write_bytes(data)
        with pytest.raises(InputError, match="more bytes than its header promises"):
            read(tmp_path / "b.nii.gz")


class TestTextHeaders:
    def nrrd(self, path: Path, change: Callable[[str], str]) -> Path:
        raw = write(path).read_bytes()
        head, _, data = raw.partition(b"\n\n")
        path.write_bytes(change(head.decode()).encode() + b"\n\n" + data)
        return path

    def test_units_that_are_not_mm_are_refused(self, tmp_path: Path) -> None:
        path = self.nrrd(tmp_path / "a.nrrd", lambda head: head + '\nspace units: "um" "um" "um"')
        with pytest.raises(InputError, match=r"E_HEADER.*units of length are um, um, um, not mm"):
            read(path)
        meta = write(tmp_path / "a.mhd")
        meta.write_text(meta.read_text().replace("NDims", "DistanceUnits = um\nNDims"))
        with pytest.raises(InputError, match=r"E_HEADER.*its unit of length is um"):
            read(meta)

    def test_no_voxel_size_is_refused(self, tmp_path: Path) -> None:
        keep = ("NRRD", "type", "dimension", "sizes", "endian", "encoding")
        path = self.nrrd(
            tmp_path / "a.nrrd",
            lambda head: "\n".join(line for line in head.splitlines() if line.startswith(keep)),
        )
        with pytest.raises(InputError, match=r"E_NO_SPACING.*spacings are not given"):
            read(path)
        meta = write(tmp_path / "a.mhd")
        lines = [line for line in meta.read_text().splitlines(keepends=True) if "ElementSpacing" not in line]
        meta.write_text("".join(lines))
        with pytest.raises(InputError, match=r"E_NO_SPACING.*ElementSpacing is not given"):
            read(meta)

    def test_a_time_axis_is_no_direction_of_space(self, tmp_path: Path) -> None:
        path = self.nrrd(
            tmp_path / "a.nrrd",
            lambda head: (
                "\n".join(line for line in head.splitlines() if not line.startswith(("space", "kinds")))
                + "\nspacings: 1 1 1\nkinds: domain domain time"
            ),
        )
        with pytest.raises(InputError, match=r"one of its axes is time \(6 moments\)"):
            read(path)

    def test_bzip2_is_read_to_its_checksum(self, tmp_path: Path) -> None:
        import bz2

        path = tmp_path / "a.nrrd"
        head = "NRRD0004\ntype: short\ndimension: 3\nsizes: 8 7 6\nspacings: 1 1 3\nendian: little\nencoding: bzip2\n\n"
        packed = bytearray(bz2.compress(VALUES.tobytes()))
        path.write_bytes(head.encode() + packed)
        assert_array_equal(read(path).array, VALUES)
        packed[-8] ^= 1
        path.write_bytes(head.encode() + packed)
        with pytest.raises(InputError, match="E_CHECKSUM"):
            read(path)

    def test_text_encodings_are_left_to_itk(self, tmp_path: Path) -> None:
        path = tmp_path / "a.nrrd"
        head = "NRRD0004\ntype: short\ndimension: 3\nsizes: 8 7 6\nspacings: 1 1 3\nencoding: ascii\n\n"
        path.write_text(head + " ".join(map(str, VALUES.ravel())) + "\n")
        assert_array_equal(read(path).array, VALUES)

    def test_messages_hold_no_address_in_memory(self, tmp_path: Path) -> None:
        path = tmp_path / "a.gipl"
        path.write_bytes(b"not an image" * 40)
        with pytest.raises(InputError, match="E_UNREADABLE") as caught:
            read(path)
        assert "0x" not in str(caught.value)


def test_a_mask_in_the_place_of_an_image_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "m.nrrd", (VALUES > 0).astype(np.uint8))
    with pytest.raises(InputError, match=r"E_NOT_AN_IMAGE.*nothing but 0 and 1"):
        read(path)
    assert [note.code for note in read(path, "E_NOT_AN_IMAGE=warn").notes] == ["E_NOT_AN_IMAGE"]
