"""Limits of a task, and what a place is when nothing is said of it."""

import pytest

from radpipe.errors import UsageError
from radpipe.run.executors.protocol import Limits, never


@pytest.mark.parametrize("limits", [(0.0, None, 1), (None, -1.0, 1), (None, None, -1)])
def test_a_limit_that_makes_no_sense_is_refused(limits: tuple[float | None, float | None, int]) -> None:
    with pytest.raises(UsageError, match=r"--(task-timeout|mem-per-task|retries)"):
        Limits(*limits)


def test_a_limit_that_is_no_number_is_refused() -> None:
    with pytest.raises(UsageError, match=r"--task-timeout nan is not positive"):
        Limits(float("nan"))


@pytest.mark.parametrize(
    ("limits", "wants"), [(Limits(), False), (Limits(retries=9), False), (Limits(1.0), True), (Limits(None, 0.5), True)]
)
def test_time_and_memory_need_a_process_that_can_be_ended(limits: Limits, wants: bool) -> None:
    assert limits.any is wants


def test_nobody_wants_to_stop_unless_somebody_says_so() -> None:
    assert never() is False
