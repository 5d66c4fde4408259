"""The folder of compiled kernels: one for each processor and set of versions, filled whole or not at all, then read."""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

import radpipe.kernels
from radpipe.kernels._cached import all_cached, fill, folder_to_fill, kernel_folder


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for folders of kernels, and a temporary folder beside it that is nobody else's."""
    for name in ("NUMBA_CACHE_DIR", "RADPIPE_KERNEL_CACHE", "RADPIPE_KERNELS_FILL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("RADPIPE_KERNELS", str(tmp_path / "kernels"))
    return tmp_path / "kernels"


def compiled(folder: Path) -> bool:
    """Stand for half a minute of numba."""
    (folder / "runs.count-1.nbi").touch()
    (folder / "runs.count-1.1.nbc").touch()
    return True


def test_a_folder_is_filled_once_and_then_read(base: Path) -> None:
    assert (kernel_folder(), all_cached()) == (None, False)
    filled = fill(compiled)
    assert filled == kernel_folder()
    assert filled is not None
    assert (filled.parent, all_cached()) == (base, True)
    assert [path.name for path in base.iterdir()] == [filled.name]


@pytest.mark.parametrize("fails", [lambda folder: False, lambda folder: True], ids=["told", "nothing written"])
def test_what_was_not_compiled_leaves_nothing(base: Path, fails) -> None:
    assert fill(fails) is None
    assert list(base.iterdir()) == []


def test_the_slower_of_two_nodes_discards_its_own(base: Path) -> None:
    def slowly(folder: Path) -> bool:
        assert fill(compiled) is not None  # the other node, meanwhile
        (folder / "mine.1.nbc").touch()
        return compiled(folder)

    filled = fill(slowly)
    assert filled is not None
    assert [path.name for path in base.iterdir()] == [filled.name]
    assert not (filled / "mine.1.nbc").exists()


GATE = """
import sys, time
from pathlib import Path

from radpipe.kernels._cached import fill


def compiled(folder):
    (Path(sys.argv[1]) / f"here-{sys.argv[2]}").touch()
    while len(list(Path(sys.argv[1]).glob("here-*"))) < 2:
        time.sleep(0.01)
    for i in range(200):
        (folder / f"k.{i}.nbc").touch()
    return True


print(fill(compiled))
"""


def test_two_processes_fill_a_shared_folder_at_once(base: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-c", GATE, str(tmp_path)]
    both = [subprocess.Popen([*words, name], stdout=subprocess.PIPE, text=True) for name in "ab"]
    said = [process.communicate(timeout=60)[0].strip() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert said == [str(kernel_folder())] * 2
    assert [str(path) for path in base.iterdir()] == said[:1]  # one folder, nothing in the making
    assert len(list(Path(said[0]).iterdir())) == 200


def name_elsewhere(**environment: str) -> str:
    """The folder's name in a process with another environment."""
    script = (
        "from radpipe.kernels import _cached; print(_cached.fill(lambda folder: (folder / 'k.1.nbc').touch() or True))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    return Path(done.stdout.strip()).name


def test_another_processor_has_another_folder(base: Path) -> None:
    names = [name_elsewhere(), name_elsewhere(), name_elsewhere(NUMBA_CPU_NAME="generic")]
    assert names[0] == names[1]
    assert len(set(names)) == 2
    assert {path.name for path in base.iterdir()} == set(names)


def test_where_the_folder_cannot_be_written_the_temporary_one_is_taken(base: Path, tmp_path: Path) -> None:
    base.write_text("a file, so that no folder can be made here, for root neither")
    filled = fill(compiled)
    assert filled is not None
    assert filled.parent.parent == tmp_path / "tmp"
    assert filled.parent.stat().st_mode & 0o077 == 0
    assert kernel_folder() == filled


def test_a_temporary_folder_that_others_can_write_to_is_not_believed(base: Path) -> None:
    base.write_text("no folder")
    filled = fill(compiled)
    assert filled is not None
    filled.parent.chmod(0o777)
    assert kernel_folder() is None
    assert fill(compiled) is None


def test_a_folder_that_was_filled_before_may_be_read_only(base: Path) -> None:
    filled = fill(compiled)
    assert filled is not None
    filled.chmod(0o555)
    base.chmod(0o555)
    assert kernel_folder() == filled


def test_what_killed_processes_and_old_versions_left_is_removed(base: Path) -> None:
    machine = os.uname().machine
    for name, days in (
        (".a.tmp", 0.01),
        (".b.tmp", 2),
        (f"0.0-{machine}-00", 89),
        (f"0.0-{machine}-11", 91),
        ("x", 91),
    ):
        folder = base / name
        folder.mkdir(parents=True)
        (folder / "k.nbi").touch()
        os.utime(folder, (time.time() - days * 86_400,) * 2)
    filled = fill(compiled)
    assert filled is not None
    assert {path.name for path in base.iterdir()} == {".a.tmp", f"0.0-{machine}-00", "x", filled.name}


def test_no_cache_is_wanted(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RADPIPE_KERNEL_CACHE", "0")
    assert (kernel_folder(), all_cached(), folder_to_fill()) == (None, True, None)


def test_the_folder_of_this_machine_holds_every_kernel() -> None:
    folder = kernel_folder()
    assert folder is not None
    for source in sorted(Path(radpipe.kernels.__file__).parent.glob("[!_]*.py")):
        for kernel in re.findall(r"^@njit\ndef (\w+)", source.read_text(encoding="utf-8"), re.MULTILINE):
            assert list(folder.glob(f"{source.stem}.{kernel}-*.nbi")), f"{source.stem}.{kernel} was not compiled"
