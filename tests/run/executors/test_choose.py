"""Executors by name, and the one that a number of jobs and limits wants."""

import os
from importlib import import_module
from typing import Any

import pytest

from radpipe.errors import UsageError
from radpipe.run.executors.choose import EXECUTORS, choose_executor, executor_for
from radpipe.run.executors.pool import PoolExecutor
from radpipe.run.executors.protocol import Limits, Place
from radpipe.run.executors.serial import SerialExecutor


def test_an_executor_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="executor 'loky' is unknown; choose one of serial, pool, dask"):
        choose_executor("loky", Place())


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ({"jobs": 1}, SerialExecutor),
        ({"jobs": 1, "limits": Limits(retries=0)}, SerialExecutor),  # no limit on a task is none
        ({"jobs": 1, "isolate": True}, PoolExecutor),
        ({"jobs": 1, "limits": Limits(memory_gb=2)}, PoolExecutor),
        ({"jobs": 2}, PoolExecutor),
    ],
    ids=str,
)
def test_what_must_be_ended_or_done_at_once_wants_processes(asked: dict[str, Any], kind: type) -> None:
    assert type(executor_for(**asked)) is kind


@pytest.mark.parametrize("asked", [{"jobs": 2}, {"jobs": 1, "limits": Limits(task_seconds=5)}], ids=str)
def test_where_processes_cannot_be_forked_jobs_and_limits_are_refused(
    monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any]
) -> None:
    monkeypatch.delattr(os, "fork")
    with pytest.raises(UsageError, match=r"need a POSIX system \(Linux, macOS, WSL\)"):
        executor_for(**asked)


def test_there_one_image_after_the_other_is_measured_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    assert type(executor_for(1, isolate=True)) is SerialExecutor


def test_each_name_leads_to_a_function_that_makes_it() -> None:
    for name in EXECUTORS:
        module, _, function = EXECUTORS[name].partition(":")
        assert callable(getattr(import_module(module), function))
