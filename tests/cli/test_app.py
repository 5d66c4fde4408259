"""Every command has help and stands in the README; what cannot be carried out, streams that are full or closed, and
rights of files are a sentence and an exit code, never a traceback.
"""

import os
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.cli.app import GROUPS
from radpipe.run.stop import LEAVES

of_linux = pytest.mark.skipif(sys.platform != "linux", reason="streams and rights of Linux")


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


@pytest.mark.parametrize("command", [name for names in GROUPS.values() for name in names])
def test_each_command_has_help_and_stands_in_the_readme(radpipe, command: str, checkout: Path) -> None:
    done = radpipe(command, "--help")
    assert (done.code, "--help" in done.out) == (0, True)
    assert f"`radpipe {command}" in (checkout / "README.md").read_text()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("extract", "{tmp}/in", "-o", "{tmp}/in/out"), 2, "lies in the source"),
        (("check", "{tmp}/in", "-o", "{tmp}/in"), 2, "lies in the source"),
        (("extract", "{tmp}/in", "-o", "{tmp}/out"), 3, "holds no DICOM image"),
        (("extract", "{tmp}/in", "-p", "ct_natve", "-o", "{tmp}/out"), 2, "did you mean ct_native"),
        (("extract", "{tmp}/in", "-d", "nope", "-o", "{tmp}/out"), 2, "data set 'nope' is unknown"),
        (("extract", "{tmp}/in", "--engine", "nope", "-o", "{tmp}/out"), 2, "engine 'nope' is unknown"),
        (("extract", "{tmp}/in", "--policy", "E_FOO=warn", "-o", "{tmp}/out"), 2, "E_FOO is not a known code"),
        (("extract", "{tmp}/in", "-r", "re:(", "-o", "{tmp}/out"), 2, "not a regular expression"),
        (("extract", "{tmp}/in"), 2, "Missing option"),
        (("status", "{tmp}"), 3, "holds no run"),
        (("codes", "E_FOO"), 2, "E_FOO is not a known code"),
    ],
)
def test_a_command_that_cannot_be_carried_out(
    radpipe, words: tuple[str, ...], code: int, said: str, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    done = radpipe(*(word.format(tmp=tmp_path) for word in words))
    assert done.code == code
    assert said in " ".join(done.err.split())
    assert "Traceback" not in done.err


@pytest.mark.parametrize("words", ["radpipe --debug status {tmp}", "radpipe status {tmp} --debug"])
def test_debug_shows_the_traceback_wherever_it_stands(words: str, tmp_path: Path) -> None:
    done = shell(words.format(tmp=tmp_path))
    assert done.returncode == 1
    assert "NothingUsableError" in done.stderr
    assert "Traceback" in done.stderr


@of_linux
def test_a_full_standard_output_is_one_sentence_and_exit_4() -> None:
    done = shell("radpipe codes > /dev/full")
    assert done.returncode == 4
    assert done.stderr == "radpipe: standard output cannot be read or written: No space left on device\n"


@of_linux
def test_a_locale_without_unicode_prints_escapes() -> None:
    done = shell("radpipe params xray_2d; radpipe codes", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "E_UNREADABLE" in done.stdout


@of_linux
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


@of_linux
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


@pytest.mark.parametrize("words", [["--version"], ["describe", "no_such_folder"]])
def test_a_process_that_goes_on_after_a_command_is_not_taken_for_one_that_ends(radpipe, words: list[str]) -> None:
    radpipe(*words)
    assert not LEAVES.get()
