"""``radpipe notebooks``: each notebook is told with its title, and never written over what stands there."""

from pathlib import Path

from radpipe.examples import notebook_paths


def test_each_notebook_is_told_with_its_title(radpipe, tmp_path: Path) -> None:
    done = radpipe("notebooks", tmp_path / "mine")
    assert done.code == 0, done.err
    *lines, last = done.out.splitlines()
    assert [Path(line.split("  ")[0]).name for line in lines] == [path.name for path in notebook_paths()]
    assert all(len(line.split("  ")[1]) > 5 for line in lines)
    assert last == f"jupyter lab {tmp_path / 'mine'}"


def test_what_stands_there_is_left_alone(radpipe, tmp_path: Path) -> None:
    name = notebook_paths()[0].name
    (tmp_path / name).write_text("mine")
    done = radpipe("notebooks", tmp_path)
    assert done.code == 0, done.err
    assert f"{tmp_path / name}  is there already and was left alone" in done.out
    assert (tmp_path / name).read_text() == "mine"
    assert len(list(tmp_path.glob("*.ipynb"))) == len(notebook_paths())
