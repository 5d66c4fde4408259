"""Pictures of a run: drawn once, swept, and asked for where a run is private."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.errors import NothingUsableError
from radpipe.qc.site.run_page import write_page
from radpipe.run.draw import FOLDER

from .written import index


def test_a_second_run_of_the_command_draws_nothing_and_sweeps_what_is_not_used(out: Path) -> None:
    write_page(out)
    times = {path: path.stat().st_mtime_ns for path in (out / FOLDER).iterdir()}
    (out / FOLDER / "0123456789abcdef.js").write_text("old")
    write_page(out)
    assert {path: path.stat().st_mtime_ns for path in (out / FOLDER).iterdir()} == times


def test_pages_in_parallel_are_the_same(out: Path, review_run: Path, tmp_path: Path) -> None:
    write_page(out, jobs=2)
    other = Path(shutil.copytree(review_run, tmp_path / "other", ignore=shutil.ignore_patterns("qc")))
    write_page(other, jobs=1)
    assert index(out) | {"title": ""} == index(other) | {"title": ""}


def test_a_private_run_without_pictures_is_told_how_to_get_them(review_run: Path, tmp_path: Path) -> None:
    out, key = tmp_path / "out", tmp_path / "key"
    source = str(review_run.parent / "source" / "cases.csv")
    asked = ["-d", "manifest", "-p", "ct_native", "--roi", "GTV-1", "--private", str(key)]
    assert CliRunner().invoke(app, ["plan", source, *asked, "-o", str(out)]).exit_code == 0
    (plan,) = Path(f"{key}.plans").rglob("*.parquet")
    assert CliRunner().invoke(app, ["work", str(out), "--plan", str(plan)]).exit_code == 0
    with pytest.raises(NothingUsableError, match=r"private run.*extract --qc.*--plan FILE"):
        write_page(out)
    result = CliRunner().invoke(app, ["qc", str(out), "--plan", str(plan)])
    assert result.exit_code == 0, result.output
    text = "".join(path.read_text() for path in (out / "qc").rglob("*.js"))
    assert '"P0"' not in text
    assert str(tmp_path) not in text
    assert index(out)["title"] == ""
