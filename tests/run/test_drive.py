"""The driver: equal bytes whatever the executor, resume after SIGKILL, a dead worker costs its own task only."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from radpipe.datasets import open_cohort
from radpipe.errors import Policy
from radpipe.features.params_file import load_params
from radpipe.outcome import Status
from radpipe.pipeline import extract
from radpipe.rois import RoiRule
from radpipe.run.drive import drive, executor_for
from radpipe.run.plan import ImageTask, Plan, Selection, plan
from radpipe.run.progress import SilentProgress
from radpipe.run.worker import measure
from radpipe.store.parts import Receipt, published

TABLES = (
    "features.csv",
    "features.parquet",
    "features_long.parquet",
    "failures.csv",
    "data_dictionary.csv",
    "provenance.json",
)


def planned(manifest: Path, params: str = "ct_native", **options: object) -> Plan:
    return plan(
        open_cohort(manifest, "manifest"), Selection(RoiRule()), load_params(params), engine="native", **options
    )


def tables(out: Path) -> dict[str, bytes]:
    return {name: (out / "tables" / name).read_bytes() for name in TABLES}


def mtimes(out: Path) -> dict[str, int]:
    return {key: path.stat().st_mtime_ns for key, path in published(out).items()}


def test_one_and_two_jobs_give_the_same_bytes(manifest: Path, tmp_path: Path) -> None:
    for jobs in (1, 2):
        extract(manifest, dataset="manifest", params="ct_native", out=tmp_path / f"out{jobs}", jobs=jobs)
    assert tables(tmp_path / "out1") == tables(tmp_path / "out2")


def test_a_second_run_measures_nothing_again(manifest: Path, tmp_path: Path) -> None:
    extract(manifest, dataset="manifest", params="ct_native", out=tmp_path / "out")
    before, tables_before = mtimes(tmp_path / "out"), tables(tmp_path / "out")
    extract(manifest, dataset="manifest", params="ct_native", out=tmp_path / "out")
    assert mtimes(tmp_path / "out") == before
    assert tables(tmp_path / "out") == tables_before


def test_a_changed_byte_of_input_changes_one_key(manifest: Path) -> None:
    before = [task.key for task in planned(manifest).tasks]
    path = manifest.parent / "image3.nrrd"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    after = [task.key for task in planned(manifest).tasks]
    assert [i for i in range(6) if before[i] != after[i]] == [3]


def test_settings_and_policy_change_every_key(manifest: Path) -> None:
    keys = [
        {task.key for task in one.tasks}
        for one in (
            planned(manifest),
            planned(manifest, "pet"),
            planned(manifest, policy=Policy.parse(["W_SMALL_ROI=error"])),
        )
    ]
    assert len(set.union(*keys)) == 18


def test_digests_are_kept_by_size_and_time(manifest: Path, tmp_path: Path) -> None:
    kept = tmp_path / "digests.json"
    first = planned(manifest, digests=kept)
    written = kept.stat().st_mtime_ns
    assert planned(manifest, digests=kept) == first
    assert kept.stat().st_mtime_ns == written


def test_resume_after_sigkill_gives_the_same_bytes(manifest: Path, tmp_path: Path) -> None:
    extract(manifest, dataset="manifest", params="ct_native", out=tmp_path / "whole")
    out = tmp_path / "killed"
    # The command line with its workers, once; test_kill.py kills a driver at many moments.
    words = ("extract", manifest, "-d", "manifest", "-p", "ct_native", "-o", out)
    process = subprocess.Popen(
        [sys.executable, "-m", "radpipe", *map(str, words)],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not published(out) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    saved = mtimes(out)
    assert saved
    extract(manifest, dataset="manifest", params="ct_native", out=out)
    assert tables(out) == tables(tmp_path / "whole")
    assert {key: mtimes(out)[key] for key in saved} == saved


def die_on_p2(task: ImageTask, out: Path) -> Receipt:
    """Measure, but end the process on one case, as a crash in native code does."""
    if task.image.case_id == "p2":
        os.kill(os.getpid(), signal.SIGSEGV)
    return measure(task, out)


def test_a_dead_worker_costs_its_own_task_only(manifest: Path, tmp_path: Path, by_value: Any) -> None:
    outcomes = drive(
        planned(manifest), tmp_path / "out", executor_for(2), SilentProgress(), measure=by_value(die_on_p2)
    )
    ended = {one.case_id: (one.status, one.code) for one in outcomes}
    assert ended.pop("p2") == (Status.FAILED, "E_CRASHED")
    assert set(ended.values()) == {(Status.OK, "")}
    assert "SIGSEGV" in next(one.message for one in outcomes if one.case_id == "p2")


def raise_unexpectedly(task: ImageTask, out: Path) -> Receipt:
    """Measure with an engine that does not exist: a fault of the program, not of the input."""
    from dataclasses import replace

    return measure(replace(task, engine="none"), out)


def test_an_unexpected_fault_is_a_row_with_its_traceback(manifest: Path, tmp_path: Path) -> None:
    outcomes = drive(planned(manifest), tmp_path, executor_for(1), SilentProgress(), measure=raise_unexpectedly)
    assert {one.code for one in outcomes} == {"E_UNEXPECTED"}
    assert "UsageError" in outcomes[0].message
    assert "Traceback" in outcomes[0].traceback


def test_failed_images_are_measured_again_only_when_asked(manifest: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    drive(planned(manifest), out, executor_for(1), SilentProgress(), measure=raise_unexpectedly)
    kept = drive(planned(manifest), out, executor_for(1), SilentProgress())
    assert {one.code for one in kept} == {"E_UNEXPECTED"}
    again = drive(planned(manifest), out, executor_for(1), SilentProgress(), retry_failed=True)
    assert {one.status for one in again} == {Status.OK}


def test_a_damaged_part_is_measured_again(manifest: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    extract(manifest, dataset="manifest", params="ct_native", out=out)
    before = tables(out)
    victim = next(iter(published(out).values()))
    victim.write_bytes(victim.read_bytes()[:-1])
    extract(manifest, dataset="manifest", params="ct_native", out=out)
    assert tables(out) == before
