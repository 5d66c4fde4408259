"""NIfTI headers that contradict themselves, or that readers take differently."""

import struct
from pathlib import Path

import numpy as np
import pytest

from radpipe.errors import InputError

from .nifti_files import patch, read, write


@pytest.mark.parametrize("slope", [0.0, np.nan])
def test_a_slope_that_readers_take_differently_is_refused_with_both_readings(tmp_path: Path, slope: float) -> None:
    path = patch(write(tmp_path / "a.nii"), "2f", 112, slope, -1024.0)
    with pytest.raises(InputError, match=r"E_HEADER.*with intercept -1024: some readers add .*others leave"):
        read(path)


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
    tmp_path: Path, form: str, place: int, values: tuple[float, ...], complaint: str
) -> None:
    path = patch(write(tmp_path / "a.nii"), form, place, *values)
    with pytest.raises(InputError, match=rf"E_HEADER.*{complaint}|{complaint}"):
        read(path)


def test_sform_and_qform_that_disagree_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.nii")
    raw = path.read_bytes()
    (x,) = struct.unpack_from("<f", raw, 292)  # srow_x[3]
    patch(path, "f", 292, x + 40.0)
    patch(path, "f", 284, 0.3)  # sheared, so that ITK falls back to the qform
    with pytest.raises(InputError, match="E_HEADER"):
        read(path)


def test_no_voxel_size_is_refused_or_told(tmp_path: Path) -> None:
    path = patch(write(tmp_path / "a.nii"), "f", 84, 0.0)
    patch(path, "2h", 252, 0, 0)
    with pytest.raises(InputError, match=r"E_NO_SPACING.*pixdim of axis y is 0"):
        read(path)
    assert [note.code for note in read(path, "E_NO_SPACING=warn").notes] == ["E_NO_SPACING"]
