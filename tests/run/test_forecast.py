"""What a run will take, from its largest image."""

from collections.abc import Callable, Generator, Iterable
from pathlib import Path

import pytest

from radpipe.cohort import ImageKind, ImageRef
from radpipe.errors import Policy
from radpipe.features.params_file import load_params
from radpipe.run.executors.protocol import Crash, never
from radpipe.run.forecast import forecast
from radpipe.run.tasks import ImageTask
from radpipe.run.worker import Inspected, Inspection, Probe


class Told:
    """An executor that answers, and remembers what it was asked to measure."""

    def __init__(self, answer: Probe | None) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def run(
        self, tasks: Iterable[ImageTask], out: Path, work: object, stop: Callable[[], bool] = never
    ) -> Generator[Probe | Crash | None, None, None]:
        for task in tasks:
            self.asked.append(task.image.case_id)
            yield None
            yield self.answer or Crash(task, "E_CRASHED", (("how", "signal 9"),))


def task(case: str) -> ImageTask:
    image = ImageRef(case, "ct", "CT", ImageKind.ITK_FILE, ("a.nrrd",))
    return ImageTask(image, (), load_params("ct_native"), "native", Policy(), (), key=case)


def inspection(case: str, voxels: int, seconds: float) -> Inspection:
    return Inspection(case, (Inspected("GTV", "ok" if voxels else "failed", "", "", voxels or None),), seconds)


def test_the_largest_image_is_measured_and_the_others_follow_by_voxels(tmp_path: Path) -> None:
    # Opening takes 1, 2 and 3 s; of its 11 s the largest measures 9, the one of a third as many voxels 3.
    executor = Told(Probe(11.0, 5_000_000))
    found = forecast(
        [task("a"), task("b"), task("c")],
        [inspection("a", 1000, 1.0), inspection("b", 3000, 2.0), inspection("c", 0, 3.0), inspection("x", 9999, 1.0)],
        tmp_path,
        executor,
    )
    assert found is not None
    assert executor.asked == ["b"]
    assert (found.images, found.case_id, found.peak_bytes, found.largest_seconds) == (2, "b", 5_000_000, 11.0)
    assert found.seconds == pytest.approx(1.0 + 3.0 + 2.0 + 9.0)


@pytest.mark.parametrize("voxels", [0, 1000])
def test_nothing_is_foreseen_where_nothing_can_be_measured(voxels: int, tmp_path: Path) -> None:
    assert forecast([task("a")], [inspection("a", voxels, 1.0)], tmp_path, Told(None)) is None
