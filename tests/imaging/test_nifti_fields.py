"""Both versions of NIfTI, in both byte orders."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from radpipe.errors import InputError

from .nifti_files import VALUES, patch, read, write


@pytest.mark.parametrize("packed", [False, True])
def test_nifti_2_is_read(tmp_path: Path, packed: bool) -> None:
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


def test_big_endian_files_are_read(tmp_path: Path) -> None:
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


def test_a_time_axis_is_refused(tmp_path: Path) -> None:
    path = patch(write(tmp_path / "a.nii"), "5h", 40, 4, 8, 7, 3, 2)
    with pytest.raises(InputError, match=r"E_UNREADABLE.*it holds 2 volumes"):
        read(path)
