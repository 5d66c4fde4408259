"""NRRD headers: encodings that are read to the last byte, and those that are left to ITK."""

from pathlib import Path

import pytest
from numpy.testing import assert_array_equal

from radpipe.errors import InputError

from .headers import VALUES, read


def test_bzip2_is_read_to_its_checksum(tmp_path: Path) -> None:
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


def test_text_encodings_are_left_to_itk(tmp_path: Path) -> None:
    path = tmp_path / "a.nrrd"
    head = "NRRD0004\ntype: short\ndimension: 3\nsizes: 8 7 6\nspacings: 1 1 3\nencoding: ascii\n\n"
    path.write_text(head + " ".join(map(str, VALUES.ravel())) + "\n")
    assert_array_equal(read(path).array, VALUES)


def test_a_list_of_no_files_is_refused(tmp_path: Path) -> None:
    head = "NRRD0004\ntype: short\ndimension: 3\nsizes: 8 7 6\nspacings: 1 1 3\nencoding: raw\ndata file: LIST\n\n"
    (tmp_path / "a.nhdr").write_text(head)
    with pytest.raises(InputError, match=r"E_UNREADABLE.*its list of data files is empty"):
        read(tmp_path / "a.nhdr")
