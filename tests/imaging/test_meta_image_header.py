"""MetaImage headers: units, spacing, fields that contradict each other."""

from pathlib import Path

import pytest

from radpipe.errors import InputError

from .headers import read, write


def test_units_that_are_not_mm_are_refused(tmp_path: Path) -> None:
    meta = write(tmp_path / "a.mhd")
    meta.write_text(meta.read_text().replace("NDims", "DistanceUnits = um\nNDims"))
    with pytest.raises(InputError, match=r"E_HEADER.*its unit of length is um"):
        read(meta)


def test_no_voxel_size_is_refused(tmp_path: Path) -> None:
    meta = write(tmp_path / "a.mhd")
    lines = [line for line in meta.read_text().splitlines(keepends=True) if "ElementSpacing" not in line]
    meta.write_text("".join(lines))
    with pytest.raises(InputError, match=r"E_NO_SPACING.*ElementSpacing is not given"):
        read(meta)


def test_a_field_that_stands_twice_with_two_values_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mha")
    path.write_bytes(path.read_bytes().replace(b"ElementType", b"ElementType = MET_USHORT\nElementType"))
    with pytest.raises(InputError, match=r"E_HEADER.*ElementType is MET_USHORT and MET_SHORT"):
        read(path)
