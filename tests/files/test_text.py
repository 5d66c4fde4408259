"""Text from old file names, and text that is Unicode."""

import os

from radpipe.files import unicode_text, write_text


def test_bytes_of_old_file_names_become_escapes_and_unicode_stays(tmp_path) -> None:
    name = os.fsdecode(b"M\xfcller")
    assert unicode_text(name) == r"M\udcfcller"
    assert unicode_text("Müller 中") == "Müller 中"
    write_text(tmp_path / "a.txt", f"{name}\nMüller\n")
    assert (tmp_path / "a.txt").read_bytes() == b"M\\udcfcller\nM\xc3\xbcller\n"
