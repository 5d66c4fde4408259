"""NRRD and MetaImage: units, spacing and axes that a header must tell; encodings; messages equal in each run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from numpy.testing import assert_array_equal

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

    def test_a_field_that_stands_twice_with_two_values_is_refused(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.mha")
        path.write_bytes(path.read_bytes().replace(b"ElementType", b"ElementType = MET_USHORT\nElementType"))
        with pytest.raises(InputError, match=r"E_HEADER.*ElementType is MET_USHORT and MET_SHORT"):
            read(path)

    @pytest.mark.parametrize("vector", ["(nan,nan,nan)", "(0,0,0)", "none"])
    def test_an_axis_without_a_direction_has_no_voxel_size(self, tmp_path: Path, vector: str) -> None:
        path = self.nrrd(tmp_path / "a.nrrd", lambda head: head.replace("(0,0,3)", vector))
        with pytest.raises(InputError, match=r"E_NO_SPACING.*the direction of axis 3 is "):
            read(path)
