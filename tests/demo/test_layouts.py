"""Makers of small cohorts: what they refuse, and that a seed decides the pixels."""

from pathlib import Path

import pytest

from radpipe.demo.layouts import make_layout
from radpipe.errors import UsageError


def test_an_unknown_layout_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="choose one of hn1, hanseg, structseg, ctpel, chestxray14"):
        make_layout("kits", tmp_path)


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(UsageError, match="is not empty"):
        make_layout("structseg", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("name", ["structseg", "chestxray14"])
def test_the_same_seed_gives_the_same_files(tmp_path: Path, name: str) -> None:
    first, second = (make_layout(name, tmp_path / one, seed=5) for one in ("a", "b"))
    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert files
    assert all((first / one).read_bytes() == (second / one).read_bytes() for one in files)
