"""``radpipe work``: the share that the environment of an array names, and the exit code of a stopped process."""

from pathlib import Path

import pytest

from radpipe.batch import WorkSummary, status


def test_the_environment_of_an_array_names_the_shard(
    radpipe, planned_130: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("-d", "manifest", "-p", "ct_native", "--shards", "3", "-o", tmp_path)
    assert radpipe("plan", planned_130, *words).code == 0
    for name, value in (("TASK_ID", "2"), ("TASK_COUNT", "1")):
        monkeypatch.setenv(f"SLURM_ARRAY_{name}", value)
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "1")
    done = radpipe("work", tmp_path)
    assert done.code == 0, done.err
    assert "2 images measured: 2 ROIs ok, 0 failed" in done.out  # 130 images: stripes of 64, 64 and 2
    assert status(tmp_path).open_shards == {"ct_native": (0, 1)}


def test_a_stopped_process_asks_to_be_started_again(radpipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("radpipe.batch.work", lambda *_, **__: WorkSummary(5, 4, 1, stopped=15))
    done = radpipe("work", tmp_path)
    assert done.code == 75  # EX_TEMPFAIL of sysexits.h
    assert done.out.splitlines() == [
        "5 images measured: 4 ROIs ok, 1 failed",
        "stopped before the end: start the same command again to go on",
    ]


def test_failed_rows_do_not_end_a_share_with_an_error(radpipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("radpipe.batch.work", lambda *_, **__: WorkSummary(5, 4, 1))
    assert radpipe("work", tmp_path).code == 0


def test_quiet_is_silent_where_all_was_measured(radpipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("radpipe.batch.work", lambda *_, **__: WorkSummary(5, 5, 0))
    assert radpipe("work", tmp_path, "-q").out == ""


def test_limits_are_handed_over_and_0_seconds_mean_none(
    radpipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {}

    def work(out: Path, **given: object) -> WorkSummary:
        asked.update(given, out=out)
        return WorkSummary(0, 0, 0)

    monkeypatch.setattr("radpipe.batch.work", work)
    radpipe("work", tmp_path, "--shard", "17", "--task-timeout", "0", "--mem-per-task", "2.5", "--retries", "3")
    limits = asked["limits"]
    assert (asked["out"], asked["shard"]) == (tmp_path, 17)
    assert (limits.task_seconds, limits.memory_gb, limits.retries) == (None, 2.5, 3)
