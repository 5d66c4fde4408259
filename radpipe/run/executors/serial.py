"""One task after the other, in this process."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from radpipe.run.executors.protocol import Measure
from radpipe.run.plan import ImageTask
from radpipe.store.parts import Receipt

__all__ = ["SerialExecutor"]


class SerialExecutor:
    """Measures in the calling process: for one job, notebooks and debuggers."""

    def run(self, tasks: Sequence[ImageTask], out: Path, measure: Measure) -> Iterator[Receipt]:
        """Measure the tasks in their order; see :class:`~radpipe.run.executors.protocol.Executor`."""
        for task in tasks:
            yield measure(task, out)
