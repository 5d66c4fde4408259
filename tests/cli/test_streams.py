"""Files are the owner's alone unless they are shared."""

import os

import pytest

from radpipe.cli.streams import protect_files


@pytest.mark.parametrize(("words", "rights"), [(["extract", "IN"], 0o077), (["extract", "IN", "--shared"], 0o022)])
def test_rights_of_new_files_follow_the_word(words: list[str], rights: int) -> None:
    before = os.umask(0o022)
    try:
        protect_files(words)
        assert os.umask(before) == rights
    finally:
        os.umask(before)
