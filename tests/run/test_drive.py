"""The driver: equal bytes whatever the executor, resume after SIGKILL, a dead worker costs its own task only."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from radpipe.datasets import open_cohort
from radpipe.features.params_file import load_params
from radpipe.outcome import Status
from radpipe.pipeline import extract
from radpipe.rois import RoiRule
from radpipe.run.drive import Shares, executor_for
from radpipe.run.plan import Plan, Selection, plan
from radpipe.run.tasks import ImageTask
from radpipe.run.worker import measure
from radpipe.store.packs import Measured

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


Published = Callable[[Path], dict[str, tuple[str, int]]]


def test_one_and_two_jobs_give_the_same_bytes(manifest: Path, tmp_path: Path) -> None:
    for jobs in (1, 2):
        extract(manifest, dataset="manifest", params="ct_native", out=tmp_path / f"out{jobs}", jobs=jobs)
    assert tables(tmp_path / "out1") == tables(tmp_path / "out2")


def test_a_second_run_measures_nothing_again(manifest: Path, tmp_path: Path, published: Published) -> None:
    extract(manifest, dataset="manifest", params="ct_native", out=tmp_path / "out")
    before, tables_before = published(tmp_path / "out"), tables(tmp_path / "out")
    extract(manifest, dataset="manifest", params="ct_native", out=tmp_path / "out")
    assert published(tmp_path / "out") == before
    assert tables(tmp_path / "out") == tables_before


def test_images_that_were_copied_are_taken_over_and_one_that_changed_is_measured(
    manifest: Path, tmp_path: Path, run_plan: Any
) -> None:
    out, measured = tmp_path / "out", []

    def watched(task: ImageTask, out: Path, known: frozenset[str] = frozenset()) -> Measured:
        image = measure(task, out, known)
        if image.outcomes is not None:
            measured.append(task.image.case_id)
        return image

    first = run_plan(planned(manifest), out, executor_for(1), measure=watched)
    for path in manifest.parent.glob("image*.nrrd"):
        os.utime(path, (1, 1))
    changed = bytearray((manifest.parent / "image4.nrrd").read_bytes())
    changed[-1] ^= 1
    (manifest.parent / "image4.nrrd").write_bytes(changed)
    second = run_plan(planned(manifest), out, executor_for(1), measure=watched)
    assert measured == [*(f"p{i}" for i in range(6)), "p4"]
    for before, after in zip(first, second, strict=True):
        np.testing.assert_array_equal(after.vector.values, before.vector.values)


def test_resume_after_sigkill_gives_the_same_bytes(manifest: Path, tmp_path: Path, published: Published) -> None:
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
    while not list((out / "packs").glob("*/[!.]*.parquet")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    saved = published(out)
    assert saved
    extract(manifest, dataset="manifest", params="ct_native", out=out)
    assert tables(out) == tables(tmp_path / "whole")
    assert {key: published(out)[key] for key in saved} == saved


def die_on_p2(task: ImageTask, out: Path) -> Measured:
    """Measure, but end the process on one case, as a crash in native code does."""
    if task.image.case_id == "p2":
        os.kill(os.getpid(), signal.SIGSEGV)
    return measure(task, out)


def test_a_dead_worker_costs_its_own_task_only(manifest: Path, tmp_path: Path, by_value: Any, run_plan: Any) -> None:
    outcomes = run_plan(planned(manifest), tmp_path / "out", executor_for(2), measure=by_value(die_on_p2))
    ended = {one.case_id: (one.status, one.code) for one in outcomes}
    assert ended.pop("p2") == (Status.FAILED, "E_CRASHED")
    assert set(ended.values()) == {(Status.OK, "")}
    assert "SIGSEGV" in next(one.message for one in outcomes if one.case_id == "p2")


def raise_unexpectedly(task: ImageTask, out: Path) -> Measured:
    """Measure with an engine that does not exist: a fault of the program, not of the input."""
    from dataclasses import replace

    return measure(replace(task, engine="none"), out)


def test_an_unexpected_fault_is_a_row_with_its_traceback(manifest: Path, tmp_path: Path, run_plan: Any) -> None:
    outcomes = run_plan(planned(manifest), tmp_path, executor_for(1), measure=raise_unexpectedly)
    assert {one.code for one in outcomes} == {"E_UNEXPECTED"}
    assert "UsageError" in outcomes[0].message
    assert "Traceback" in outcomes[0].traceback


def test_failed_images_are_measured_again_only_when_asked(manifest: Path, tmp_path: Path, run_plan: Any) -> None:
    out = tmp_path / "out"
    run_plan(planned(manifest), out, executor_for(1), measure=raise_unexpectedly)
    kept = run_plan(planned(manifest), out, executor_for(1))
    assert {one.code for one in kept} == {"E_UNEXPECTED"}
    again = run_plan(planned(manifest), out, executor_for(1), retry_failed=True)
    assert {one.status for one in again} == {Status.OK}


def test_a_damaged_part_is_measured_again(manifest: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    extract(manifest, dataset="manifest", params="ct_native", out=out)
    before = tables(out)
    victim = next((out / "packs").glob("*/*.parquet"))
    victim.write_bytes(victim.read_bytes()[:-1])
    extract(manifest, dataset="manifest", params="ct_native", out=out)
    assert tables(out) == before


def test_several_plans_are_worked_off_image_by_image() -> None:
    class Some:
        def __init__(self, name: str, places: tuple[int, ...], known: frozenset[str]) -> None:
            self.name, self.places, self.known = name, places, known

        def __len__(self) -> int:
            return len(self.places)

        def tasks(self) -> Any:
            return ((place, f"{self.name}{place}") for place in self.places)

    both: Any = (Some("plain", (0, 1, 3), frozenset("a")), Some("state", (0, 2, 3), frozenset("b")))
    shares = Shares(both)
    assert [task for _, task in shares.tasks()] == ["plain0", "state0", "plain1", "state2", "plain3", "state3"]
    assert len(shares) == 6
    assert shares.known == {"a", "b"}
