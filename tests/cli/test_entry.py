"""The program's first moment: the process that loads what workers need starts before the command, if that measures."""

import gc
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.cli import entry
from radpipe.cli.entry import measures
from radpipe.run.executors.ahead import nursery_for

of_linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is started ahead")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("extract IN -p ct_native -o no_such_folder", True),
        ("-v perturb IN -p ct_native -o no_such_folder", True),
        ("--log-file extract status OUT", False),
        ("--log-file run.log extract IN -o no_such_folder", True),
        ("status extract", False),
        ("extract --help", False),
        ("extract IN --dry-run -o no_such_folder", False),
        ("extract IN --engine=pyradiomics -o no_such_folder", False),
        ("extract IN --dask tcp://there:8786 -o no_such_folder", False),
        ("", False),
    ],
)
def test_only_commands_that_measure_start_it(line: str, expected: bool) -> None:
    assert measures(line.split()) is expected


@pytest.mark.parametrize("word", ["{out}", "--out={out}"])
def test_a_folder_that_has_a_run_already_does_not(tmp_path: Path, word: str) -> None:
    (tmp_path / "plans.json").touch()
    assert not measures(["extract", "IN", "-o", word.format(out=tmp_path)])


@of_linux
def test_the_command_finds_a_nursery_that_loads_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["radpipe", "--shared", "extract", "IN", "-o", "no_such_folder"])
    for name in entry.LINEAR_ALGEBRA:
        monkeypatch.setenv(name, "1")
    threshold = gc.get_threshold()
    libraries = []

    def command() -> None:
        nursery = nursery_for(["radpipe.features.warm:load_flat"])
        libraries.extend(nursery.libraries)
        nursery.kill_all()

    monkeypatch.setattr(entry, "_run", command)
    entry.main()
    gc.set_threshold(*threshold)
    assert libraries[-2:] == ["radpipe.features.native", "radpipe.features.warm:load_flat"]


@of_linux
def test_both_processes_share_what_reads_dicom_and_nothing_that_only_pydicoms_tests_need() -> None:
    script = (
        "import sys\n"
        "from radpipe.cli import entry\n"
        "entry._import_shared(['extract', 'IN', '-d', 'chestxray14'])\n"
        "print('pydicom' in sys.modules)\n"
        "entry._import_shared(['extract', 'IN'])\n"
        "print('pydicom' in sys.modules, 'requests' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["False", "True", "False"], done.stderr


@of_linux
def test_one_image_is_measured_by_a_worker_of_it(tmp_path: Path) -> None:
    array = np.zeros((6, 8, 8), np.int16)
    array[1:5, 2:6, 2:6] = np.arange(64).reshape(4, 4, 4) + 1
    sitk.WriteImage(sitk.GetImageFromArray(array), tmp_path / "image.nrrd")
    sitk.WriteImage(sitk.GetImageFromArray((array > 0).astype(np.uint8)), tmp_path / "mask.nrrd")
    (tmp_path / "cases.csv").write_text("case_id,image,mask,roi,modality\np1,image.nrrd,mask.nrrd,GTV,CT\n")
    script = (
        "import os, sys\n"
        "from radpipe.run.executors import nursery_process\n"
        "forked = []\n"
        "fork = os.fork\n"
        "def told():\n"
        "    forked.append([name for name in ('numba', 'pandas', 'pyarrow', 'typer') if name in sys.modules])\n"
        "    return fork()\n"
        "os.fork = told\n"
        "nursery_process.subprocess.Popen = None\n"
        "from radpipe.cli.entry import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    print(forked)\n"
    )
    words = ["extract", "cases.csv", "-d", "manifest", "-p", "ct_native", "-o", "out"]
    done = subprocess.run(
        [sys.executable, "-c", script, *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "1 planned = 1 ok" in done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "[[]]"  # one process, forked before anything else was imported
