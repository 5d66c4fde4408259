"""One task after the other in this process: in their order, and none is begun after a stop."""

import os
from collections.abc import Callable
from pathlib import Path

from radpipe.run.executors.protocol import Place
from radpipe.run.executors.serial import make
from radpipe.run.plan import Plan
from radpipe.run.tasks import ImageTask


def name_and_process(task: ImageTask, out: Path) -> tuple[str, int, Path]:
    return task.image.case_id, os.getpid(), out


def test_tasks_are_done_in_their_order_in_this_process(plan_of: Callable[[list[str]], Plan], tmp_path: Path) -> None:
    tasks = plan_of(["b", "a", "c"]).tasks
    found = list(make(Place(jobs=8)).run(tasks, tmp_path, name_and_process))
    assert found == [(name, os.getpid(), tmp_path) for name in ("b", "a", "c")]


def test_after_a_stop_nothing_more_is_begun(plan_of: Callable[[list[str]], Plan], tmp_path: Path) -> None:
    begun: list[str] = []

    def work(task: ImageTask, out: Path) -> str:
        begun.append(task.image.case_id)
        return task.image.case_id

    found = list(make(Place()).run(plan_of(["a", "b", "c"]).tasks, tmp_path, work, lambda: len(begun) == 2))
    assert found == begun == ["a", "b"]


def test_a_task_is_taken_when_the_one_before_was_given_back(
    plan_of: Callable[[list[str]], Plan], tmp_path: Path
) -> None:
    taken: list[str] = []

    def tasks():
        for task in plan_of(["a", "b"]).tasks:
            taken.append(task.image.case_id)
            yield task

    results = make(Place()).run(tasks(), tmp_path, name_and_process)
    next(results)
    assert taken == ["a"]
