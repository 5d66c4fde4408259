"""An output folder holds all of its new files or none of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from radpipe.errors import StorageError
from radpipe.report.folder import staged
from radpipe.report.pack import write_pack


def test_nothing_is_written_when_the_block_fails(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "a.csv").write_text("half")
        message = "stopped"
        raise ValueError(message)

    with pytest.raises(ValueError, match="stopped"), staged(tmp_path / "out") as folder:
        fail(folder)
    assert list(tmp_path.iterdir()) == []


def test_an_output_folder_that_is_a_file_is_refused(make: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    made = make(n=40)
    with pytest.raises(StorageError, match="is a file"):
        write_pack(made.analysis, made.patients, tmp_path / "out")


def test_files_of_the_same_name_are_replaced_and_others_stay(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "figures").mkdir(parents=True)
    (out / "figures" / "a.svg").write_text("old")
    (out / "mine.txt").write_text("mine")
    with staged(out) as folder:
        (folder / "figures").mkdir()
        (folder / "figures" / "a.svg").write_text("new")
        assert (out / "figures" / "a.svg").read_text() == "old"
    assert (out / "figures" / "a.svg").read_text() == "new"
    assert (out / "mine.txt").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(StorageError, match=r"out cannot be written: "),
        staged(tmp_path / "file" / "out"),
    ):
        pass
