"""The notebooks are written for the user, without outputs, and never over what stands there."""

import json
from pathlib import Path

from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.examples import notebook_paths, write_notebooks


def test_all_notebooks_are_written_without_outputs(tmp_path: Path) -> None:
    written, kept = write_notebooks(tmp_path / "mine")
    assert [path.name for path, _ in written] == [path.name for path in notebook_paths()]
    assert not kept
    for path, title in written:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
        assert "".join(cells[0]["source"]).startswith(f"# {title}\n")


def test_what_stands_there_is_left_alone(tmp_path: Path) -> None:
    name = notebook_paths()[0].name
    (tmp_path / name).write_text("mine")
    done = CliRunner().invoke(app, ["notebooks", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "is there already and was left alone" in done.output
    assert (tmp_path / name).read_text() == "mine"
    assert len(list(tmp_path.glob("*.ipynb"))) == len(notebook_paths())
