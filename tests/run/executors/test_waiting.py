"""Who has an image open gets the next task of it; nobody is idle while a task waits."""

from collections.abc import Iterator

import pytest

from radpipe.cohort import ImageKind, ImageRef
from radpipe.errors import Policy
from radpipe.features.params import Params
from radpipe.run.executors.waiting import Waiting
from radpipe.run.tasks import ImageTask


def tasks(*names: str) -> list[ImageTask]:
    """Make tasks; the first letter is the patient."""
    return [
        ImageTask(
            ImageRef(name[0], "CT", "CT", ImageKind.ITK_FILE, ("image.nrrd",)),
            (), Params("fake", (), {}), "fake", Policy(), (), name,
        )
        for name in names
    ]  # fmt: skip


def test_two_workers_take_an_image_each_and_share_what_is_left() -> None:
    waiting = Waiting(iter(tasks("a0", "a1", "a2", "b0", "b1", "c0", "c1", "c2", "c3")))
    one, two = waiting.take(), waiting.take()
    taken: dict[str, list[str]] = {"one": [one.key], "two": [two.key]}
    last = {"one": one, "two": two}
    while waiting.any():
        for worker in ("one", "two"):
            if waiting.any():
                last[worker] = waiting.take(last[worker])
                taken[worker].append(last[worker].key)
    assert taken == {"one": ["a0", "a1", "a2", "c1", "c3"], "two": ["b0", "b1", "c0", "c2"]}


def test_no_more_is_read_than_the_images_that_are_begun() -> None:
    read: list[str] = []

    def coming() -> Iterator[ImageTask]:
        for task in tasks("a0", "a1", "b0", "b1", "c0"):
            read.append(task.key)
            yield task

    waiting = Waiting(coming())
    assert waiting.take().key == "a0"
    assert read == ["a0", "a1", "b0"]


def test_what_is_given_back_is_next() -> None:
    waiting = Waiting(tasks("a0", "b0"))
    first = waiting.take()
    waiting.give_back(first)
    assert [waiting.take().key, waiting.take().key] == ["a0", "b0"]
    assert not waiting.any()


def test_tasks_of_an_image_that_come_apart_are_all_done() -> None:
    waiting = Waiting(tasks("a0", "a1", "b0", "a2"))
    first = waiting.take()
    keys = [first.key, waiting.take().key, waiting.take().key, waiting.take(first).key]
    assert sorted(keys) == ["a0", "a1", "a2", "b0"]
    with pytest.raises(IndexError, match="no task waits"):
        waiting.take()


def test_cleared_nothing_waits() -> None:
    waiting = Waiting(tasks("a0", "a1", "b0"))
    waiting.take()
    waiting.clear()
    assert not waiting.any()
