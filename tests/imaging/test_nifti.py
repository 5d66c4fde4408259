"""NIfTI: scaled values as ITK gives them, both versions and byte orders, and headers that contradict themselves."""

import gzip
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from numpy.testing import assert_allclose, assert_array_equal

from radpipe.cohort import ImageKind, ImageRef
from radpipe.errors import InputError, Policy
from radpipe.imaging.open import open_image

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
            ("B", 123, (3,), "its unit of length has the code 3, not that of mm"),
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
