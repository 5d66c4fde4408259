"""An image stays open for the tasks that follow on it, and for no others."""

import os
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.errors import InputError, Policy
from radpipe.features.variant import State
from radpipe.run import opened
from radpipe.run.keys import content_digest
from radpipe.run.opened import LastImage, open_targets
from radpipe.run.plan import Plan
from radpipe.run.tasks import ImageTask

PlanOf = Callable[[list[str]], Plan]


@pytest.fixture
def reads() -> mock.Mock:
    """Count images that are read."""
    with mock.patch.object(opened, "open_image", side_effect=opened.open_image) as counted:
        yield counted


def state(task: ImageTask, number: int) -> ImageTask:
    return replace(task, params=task.params.with_variant(State("V", number, 3)), key=f"state-{number}")


def test_states_of_an_image_read_it_once(plan_of: PlanOf, reads: mock.Mock) -> None:
    (task,) = plan_of(["a"]).tasks
    last = LastImage()
    first, *others = (last.open(one) for one in (task, state(task, 1), state(task, 2)))
    assert all(volume is first[0] for volume, _ in others)
    assert reads.call_count == 1


def test_the_next_image_takes_its_place(plan_of: PlanOf, reads: mock.Mock) -> None:
    one, two = plan_of(["a", "b"]).tasks
    last = LastImage()
    for task in (one, two, one):
        last.open(task)
    assert reads.call_count == 3


def test_a_file_that_changed_is_read_again(plan_of: PlanOf, tmp_path: Path) -> None:
    (task,) = plan_of(["a"]).tasks
    last = LastImage()
    last.open(task)
    path = tmp_path / "image.nrrd"
    sitk.WriteImage(sitk.GetImageFromArray(np.full((4, 6, 6), 7, np.int16)), path)
    os.utime(path, ns=(1, 1))
    digest = content_digest(task, last.digests_for(task))
    volume, _ = last.open(task)
    assert np.unique(volume.array).tolist() == [7]
    assert digest == content_digest(task)


def test_another_policy_reads_again(plan_of: PlanOf, reads: mock.Mock) -> None:
    (task,) = plan_of(["a"]).tasks
    last = LastImage()
    last.open(task)
    last.open(replace(task, policy=Policy.parse(["W_OUTSIDE=error"])))
    assert reads.call_count == 2


def test_files_are_digested_once_and_the_digest_is_the_same(plan_of: PlanOf) -> None:
    (task,) = plan_of(["a"]).tasks
    tasks = [task, state(task, 1), state(task, 2)]
    alone = [content_digest(one) for one in tasks]
    last = LastImage()
    with mock.patch("hashlib.file_digest", side_effect=opened_digest()) as read:
        assert [content_digest(one, last.digests_for(one)) for one in tasks] == alone
    assert read.call_count == 2  # image and mask


def opened_digest() -> Callable[..., object]:
    import hashlib

    return hashlib.file_digest


def test_an_image_that_cannot_be_opened_is_tried_again(plan_of: PlanOf, tmp_path: Path) -> None:
    (task,) = plan_of(["a"]).tasks
    last = LastImage()
    aside = (tmp_path / "image.nrrd").rename(tmp_path / "aside.nrrd")
    with pytest.raises(InputError):
        last.open(task)
    aside.rename(tmp_path / "image.nrrd")
    assert last.open(task)[0].array.shape == open_targets(task)[0].array.shape


def test_it_travels_empty(plan_of: PlanOf) -> None:
    (task,) = plan_of(["a"]).tasks
    last = LastImage()
    last.open(task)
    assert len(pickle.dumps(last)) < 200
    assert pickle.loads(pickle.dumps(last)).shared is None  # noqa: S301
