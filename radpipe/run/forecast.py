"""What a run will take: the largest image is measured, and the others are counted by their voxels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from radpipe.run.executors.protocol import Crash, Executor
from radpipe.run.tasks import ImageTask
from radpipe.run.worker import Inspection, Probe, probe

__all__ = ["Forecast", "forecast"]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a configuration will take.

    Parameters
    ----------
    config
        Name of the settings.
    images
        That can be measured.
    seconds
        Of one process, for all of them.
    peak_bytes
        Most memory of a process, while it measured the largest image.
    case_id, largest_seconds
        The case of the largest image, and how long it took.
    """

    config: str
    images: int
    seconds: float
    peak_bytes: int
    case_id: str
    largest_seconds: float


def forecast(
    tasks: Sequence[ImageTask], inspections: Sequence[Inspection], out: Path, executor: Executor
) -> Forecast | None:
    """Measure the image with the most voxels, and foresee the others.

    An image takes the time to open it, which is known, and a share of the largest one's time by its voxels.

    Parameters
    ----------
    tasks
        Of one configuration.
    inspections
        What was found when each was opened.
    out, executor
        Where the largest one is measured; nothing is written.

    Returns
    -------
    Forecast or None
        None where no image can be measured, or where measuring the largest ended its process.
    """
    by_key = {task.key: task for task in tasks}
    known = [inspection for inspection in inspections if inspection.key in by_key and inspection.voxels]
    if not known:
        return None
    largest = max(known, key=lambda inspection: inspection.voxels)
    task = by_key[largest.key]
    results = [result for result in executor.run([task], out, probe) if result is not None]
    if not results or isinstance(results[0], Crash):
        return None
    probed: Probe = results[0]
    work = max(probed.seconds - largest.seconds, 0.0)
    seconds = sum(inspection.seconds + work * inspection.voxels / largest.voxels for inspection in known)
    return Forecast(task.params.name, len(known), seconds, probed.peak_bytes, task.image.case_id, probed.seconds)
