"""Something else begins as soon as a core has no image to measure, and once."""

import pytest

from radpipe.run import spare_core
from radpipe.run.progress import SilentProgress
from radpipe.run.spare_core import OnSpareCore


class Counted(SilentProgress):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.images: list[tuple[int, int]] = []

    def advance(self, ok: int, failed: int) -> None:
        self.images.append((ok, failed))


class AtOnce:
    """A thread that runs where it is started."""

    def __init__(self, target: object, daemon: bool) -> None:
        assert daemon  # nobody waits for it
        self.start = target


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spare_core, "cores_of_job", lambda: 2)
    monkeypatch.setattr(spare_core, "Thread", AtOnce)


def begun_at(images: int, jobs: int) -> list[int]:
    """After how many images it begins; each image has two ROIs, one of which fails."""
    counted, begun = Counted(), []
    with OnSpareCore(counted, images, jobs, lambda: begun.append(len(counted.images))) as progress:
        for _ in range(images):
            progress.advance(1, 1)
    assert counted.images == [(1, 1)] * images
    return begun


@pytest.mark.parametrize(("images", "jobs", "expected"), [(3, 2, 2), (1, 2, 0), (3, 1, 0), (2, 3, 1)])
def test_it_begins_with_the_first_spare_core(images: int, jobs: int, expected: int) -> None:
    assert begun_at(images, jobs) == [expected]


def test_it_never_begins_where_there_is_one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spare_core, "cores_of_job", lambda: 1)
    assert begun_at(3, 1) == []
