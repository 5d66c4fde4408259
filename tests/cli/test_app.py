"""Standard streams that are full, closed or of another encoding, and rights of files: a sentence, never a traceback."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="streams and rights of Linux")


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of sh in which ``radpipe`` is this checkout's."""
    line = line.replace("radpipe ", f"{sys.executable} -m radpipe ")
    return subprocess.run(
        ["/bin/sh", "-c", line], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """One image whose ROI's name holds the escape sequence that clears a terminal."""
    array = np.zeros((6, 8, 8), np.int16)
    array[1:5, 2:6, 2:6] = np.arange(64).reshape(4, 4, 4) + 1
    sitk.WriteImage(sitk.GetImageFromArray(array), tmp_path / "image.nrrd")
    sitk.WriteImage(sitk.GetImageFromArray((array > 0).astype(np.uint8)), tmp_path / "mask.nrrd")
    path = tmp_path / "cases.csv"
    path.write_text("case_id,image,mask,roi,modality\np1,image.nrrd,mask.nrrd,GTV\x1b[2J,CT\n")
    return path


def test_a_full_standard_output_is_one_sentence_and_exit_4() -> None:
    done = shell("radpipe codes > /dev/full")
    assert done.returncode == 4
    assert done.stderr == "radpipe: standard output cannot be read or written: No space left on device\n"


def test_a_locale_without_unicode_prints_escapes() -> None:
    done = shell("radpipe params xray_2d; radpipe codes", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "E_UNREADABLE" in done.stdout


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("radpipe codes >&-", 0),
        ("radpipe codes 2>&-", 0),
        ("radpipe params none 2>&-", 2),
        ("radpipe params none 2>/dev/full", 2),
        ("radpipe codes <&- >&- 2>&-", 0),
    ],
)
def test_closed_and_full_streams_change_no_exit_code(line: str, code: int) -> None:
    done = shell(line)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_what_is_written_is_for_its_owner_alone_unless_shared(manifest: Path, tmp_path: Path) -> None:
    rights = {}
    for words, name in (("", "mine"), ("--shared", "ours")):
        done = shell(f"umask 022; radpipe check {manifest} -d manifest {words} -o {tmp_path / name}")
        assert done.returncode == 0, done.stderr
        assert "\x1b" not in done.stdout + done.stderr
        assert "GTV\\x1b[2J" in done.stdout
        paths = [tmp_path / name, *(tmp_path / name).rglob("*")]
        rights[name] = {stat.S_IMODE(path.stat().st_mode) for path in paths}
    assert rights == {"mine": {0o700, 0o600}, "ours": {0o755, 0o644}}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("radpipe --version", "radpipe 0."),
        ("radpipe", "Measure on many machines:"),
        ("radpipe -h", "Measure on many machines:"),
    ],
)
def test_the_first_things_that_people_type_end_with_0(line: str, words: str) -> None:
    done = shell(f"{line} " if " " not in line else line)
    assert (done.returncode, words in done.stdout) == (0, True)
