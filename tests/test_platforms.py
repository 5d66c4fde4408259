"""Where fcntl, resource and fork are missing, as on Windows, everything imports, and one job in one process works."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

BLOCK = """
import os, sys
for name in ("fcntl", "resource", "pwd", "grp", "termios"):
    sys.modules[name] = None
del os.fork
"""

IMPORT = """
import pkgutil, importlib, radpipe
for name in radpipe.__all__:
    assert getattr(radpipe, name) is not None
for module in pkgutil.walk_packages(radpipe.__path__, "radpipe."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""

MEASURE = """
import radpipe, sys
summary = radpipe.extract(sys.argv[1], dataset="manifest", params="aerts2014", out=sys.argv[2])
print(summary.account)
"""

COMMAND = """
import sys
sys.argv = ["radpipe", *sys.argv[1:]]
from radpipe.cli.app import main
main()
"""


def without_posix(script: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-c", BLOCK + script, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    array = np.random.default_rng(2).integers(-100, 100, (4, 8, 8)).astype(np.int16)
    mask = np.zeros(array.shape, np.uint8)
    mask[1:3, 2:6, 2:6] = 1
    for name, values in (("image", array), ("mask", mask)):
        sitk.WriteImage(sitk.GetImageFromArray(values), folder / f"{name}.nrrd")
    (folder / "cases.csv").write_text("case_id,image,mask,roi,modality\np1,image.nrrd,mask.nrrd,GTV,CT\n")
    return folder / "cases.csv"


def test_every_module_imports() -> None:
    done = without_posix(IMPORT)
    assert done.returncode == 0, done.stderr[-800:]


def test_a_cohort_is_measured_in_one_process(manifest: Path, tmp_path: Path) -> None:
    done = without_posix(MEASURE, manifest, tmp_path / "out")
    assert done.stdout.strip() == "1 planned = 1 ok + 0 failed + 0 skipped", done.stderr[-800:]


def test_the_command_line_measures_with_one_job_and_says_what_it_cannot(manifest: Path, tmp_path: Path) -> None:
    words = ["extract", manifest, "-d", "manifest", "-p", "aerts2014", "-o"]
    done = without_posix(COMMAND, *words, tmp_path / "one")
    assert done.returncode == 0, done.stderr[-800:]
    done = without_posix(COMMAND, *words, tmp_path / "two", "-j", "2")
    assert done.returncode == 2
    assert "several jobs and limits need a POSIX system" in " ".join(done.stderr.split())


def test_the_version_stands_in_one_place(checkout: Path) -> None:
    from importlib.metadata import version

    import radpipe

    assert version("radpipe") == radpipe.__version__
    assert f'"{radpipe.__version__}"' not in (checkout / "pyproject.toml").read_text()
