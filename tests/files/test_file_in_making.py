"""A file in the making, before it has its name."""

from pathlib import Path

from radpipe.files import list_files, whole_file
from radpipe.files.file_in_making import BUFFER_BYTES


def test_bytes_reach_the_disk_in_large_pieces_and_are_counted_at_once(tmp_path: Path) -> None:
    with whole_file(tmp_path, "x.bin") as file:
        file.write(b"1" * (BUFFER_BYTES - 1))
        assert (file.tell(), file.temporary.stat().st_size) == (BUFFER_BYTES - 1, 0)
        file.write(b"23")
        assert (file.tell(), file.temporary.stat().st_size) == (BUFFER_BYTES + 1, BUFFER_BYTES + 1)
        assert list_files(tmp_path, ".bin") == []
    assert (tmp_path / "x.bin").read_bytes()[-3:] == b"123"
