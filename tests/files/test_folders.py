"""What is not there is listed as nothing."""

from pathlib import Path

import pytest

from radpipe.files import list_files, read_whole, remove


def test_what_is_not_there_is_listed_as_nothing_and_removed_already(tmp_path: Path) -> None:
    assert list_files(tmp_path / "none", ".parquet") == []
    remove(tmp_path / "none")
    with pytest.raises(FileNotFoundError, match="none"):
        read_whole(tmp_path / "none")
