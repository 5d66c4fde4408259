"""Axes of NRRD headers: directions of space in mm, and nothing else."""

from pathlib import Path

import pytest

from radpipe.errors import InputError

from .headers import nrrd, read


def test_units_that_are_not_mm_are_refused(tmp_path: Path) -> None:
    path = nrrd(tmp_path / "a.nrrd", lambda head: head + '\nspace units: "um" "um" "um"')
    with pytest.raises(InputError, match=r"E_HEADER.*units of length are um, um, um, not mm"):
        read(path)


def test_no_voxel_size_is_refused(tmp_path: Path) -> None:
    keep = ("NRRD", "type", "dimension", "sizes", "endian", "encoding")
    path = nrrd(
        tmp_path / "a.nrrd",
        lambda head: "\n".join(line for line in head.splitlines() if line.startswith(keep)),
    )
    with pytest.raises(InputError, match=r"E_NO_SPACING.*spacings are not given"):
        read(path)


def test_a_time_axis_is_no_direction_of_space(tmp_path: Path) -> None:
    path = nrrd(
        tmp_path / "a.nrrd",
        lambda head: (
            "\n".join(line for line in head.splitlines() if not line.startswith(("space", "kinds")))
            + "\nspacings: 1 1 1\nkinds: domain domain time"
        ),
    )
    with pytest.raises(InputError, match=r"one of its axes is time \(6 moments\)"):
        read(path)


@pytest.mark.parametrize("vector", ["(nan,nan,nan)", "(0,0,0)", "none"])
def test_an_axis_without_a_direction_has_no_voxel_size(tmp_path: Path, vector: str) -> None:
    path = nrrd(tmp_path / "a.nrrd", lambda head: head.replace("(0,0,3)", vector))
    with pytest.raises(InputError, match=r"E_NO_SPACING.*the direction of axis 3 is "):
        read(path)
