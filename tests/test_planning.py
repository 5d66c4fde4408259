"""What a start of a run tells of its source, in the words of a check; of a private one only that there is something."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.datasets import open_cohort
from radpipe.demo.layouts import make_layout
from radpipe.errors import Note
from radpipe.planning import MOST_TOLD, planned_source
from radpipe.request import Request

ALONE = "1 of 7 masks were left out: their radiographs are not in the folder (first 99999999_000.png)"


@pytest.fixture
def radiographs(made_once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    return made_once("layout_chestxray14", lambda folder: make_layout("chestxray14", folder, seed=3))


def words(command: str, source: Path, out: Path, *more: str) -> list[str]:
    return [command, str(source), "-d", "chestxray14", "-r", "Heart", "-p", "xray_2d", *more, "-o", str(out)]


@pytest.mark.parametrize("command", ["extract", "plan"])
def test_masks_without_a_radiograph_are_told_before_anything_is_measured(
    radiographs: Path, tmp_path: Path, command: str
) -> None:
    told = CliRunner().invoke(app, words(command, radiographs, tmp_path / "out")).output
    assert told.count(ALONE) == 1
    assert told.index(ALONE) < told.index("planned")
    quiet = CliRunner().invoke(app, ["-q", *words(command, radiographs, tmp_path / "quiet")]).output
    assert "left out" not in quiet


def test_a_private_run_tells_how_many_remarks_there_are_and_no_name(radiographs: Path, tmp_path: Path) -> None:
    more = ("--private", str(tmp_path / "key"))
    told = CliRunner().invoke(app, words("plan", radiographs, tmp_path / "out", *more)).output
    assert "2 remarks on the source: radpipe check tells them" in told
    assert "99999999" not in told


def test_of_many_remarks_the_first_are_told(radiographs: Path, tmp_path: Path) -> None:
    notes = tuple(Note.of("W_DATASET", what=f"remark {number}") for number in range(MOST_TOLD + 3))
    cohort = replace(open_cohort(radiographs, "chestxray14"), problems=notes)
    told: list[str] = []
    planned_source(Request(cohort, tmp_path / "out", params="xray_2d", rois=["Heart"]), say=told.append)
    assert len(told) == MOST_TOLD + 1
    assert told[-1] == "  3 more remarks on the source: radpipe check tells them"
