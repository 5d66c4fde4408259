"""The walk through a folder: each file once, and every entry that is not opened in the account."""

import os
from pathlib import Path

import pytest

from radpipe.imaging.crawl import crawl


def names(root: Path) -> list[str]:
    return [Path(place.path).name for place in crawl(root).places]


def test_a_linked_folder_is_followed_once_and_a_loop_ends(tmp_path: Path) -> None:
    outside, inside = tmp_path / "store", tmp_path / "source"
    (outside / "deep").mkdir(parents=True)
    inside.mkdir()
    (outside / "deep" / "1.dcm").write_bytes(b"1")
    (outside / "deep" / "back").symlink_to(inside, target_is_directory=True)
    (inside / "a").symlink_to(outside, target_is_directory=True)
    (inside / "b").symlink_to(outside, target_is_directory=True)
    assert names(inside) == ["1.dcm"]
    assert crawl(inside).ignored == {"folder reached a second time (link or loop)": 2}


def test_a_folder_that_lies_here_itself_is_preferred_to_a_link_to_it(tmp_path: Path) -> None:
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / "1.dcm").write_bytes(b"1")
    (tmp_path / "a").symlink_to(tmp_path / "z", target_is_directory=True)
    assert [place.path for place in crawl(tmp_path).places] == [str(tmp_path.resolve() / "z" / "1.dcm")]


def test_folders_1200_deep_are_walked_through(tmp_path: Path) -> None:
    (tmp_path / "2.dcm").write_bytes(b"2")
    folder = str(tmp_path)
    for _ in range(1200):
        folder += "/d"
        Path(folder).mkdir()
    deepest = Path(folder) / "1.dcm"
    deepest.write_bytes(b"1")
    assert names(tmp_path) == ["2.dcm", "1.dcm"]
    deepest.unlink()
    os.removedirs(folder)  # what pytest removes it with fails at this depth


def test_hidden_files_and_snapshots_directory_files_and_pipes_are_counted_not_opened(tmp_path: Path) -> None:
    (tmp_path / ".snapshot").mkdir()
    (tmp_path / ".snapshot" / "1.dcm").write_bytes(b"1")
    for name in (".DS_Store", "._1.dcm", "DICOMDIR", "1.dcm"):
        (tmp_path / name).write_bytes(b"1")
    os.mkfifo(tmp_path / "pipe.dcm")
    assert names(tmp_path) == ["1.dcm"]
    assert crawl(tmp_path).ignored == {
        "hidden (name begins with a dot)": 3,
        "DICOMDIR": 1,
        "no regular file (pipe, device or socket)": 1,
    }


def test_a_link_to_nothing_has_its_place_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "1.dcm").symlink_to(tmp_path / "annex" / "absent")
    (place,) = crawl(tmp_path).places
    assert (place.size, place.fault) == (-1, "it is a link to a file that is not there")


def test_a_folder_that_cannot_be_listed_is_told_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("closed", "open"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.dcm").write_bytes(b"1")
    plain = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return plain(path)

    monkeypatch.setattr(os, "scandir", scandir)
    told = crawl(tmp_path)
    assert [place.path for place in told.places] == [str(tmp_path.resolve() / "open" / "1.dcm")]
    assert told.unlisted == (f"{tmp_path.resolve() / 'closed'}: Permission denied",)
