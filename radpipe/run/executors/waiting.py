"""Tasks that wait for a worker: one that has an image open gets the next task of that image."""

from collections import deque
from collections.abc import Iterable

from radpipe.run.tasks import ImageTask

__all__ = ["Waiting"]

Image = tuple[str, str]


class Waiting:
    """Tasks that wait: those that were given back, then those of images that are being worked at, then new ones.

    Parameters
    ----------
    tasks
        Taken as they are needed: no further than to the end of the tasks of the images that are being worked at.
    """

    def __init__(self, tasks: Iterable[ImageTask]) -> None:
        self._coming = iter(tasks)
        self._next: ImageTask | None = None
        self._back: deque[ImageTask] = deque()
        self._begun: dict[Image, deque[ImageTask]] = {}

    def any(self) -> bool:
        """Tell whether a task waits."""
        return bool(self._back or self._begun) or self._peek() is not None

    def take(self, last: ImageTask | None = None) -> ImageTask:
        """Return the next task for a worker.

        Parameters
        ----------
        last
            What the worker did last; None: nothing.

        Raises
        ------
        IndexError
            No task waits.
        """
        if self._back:
            return self._back.popleft()
        if not self.any():
            message = "no task waits"
            raise IndexError(message)
        own = None if last is None else self._begun.get(_image(last))
        tasks = own or self._begin() or max(self._begun.values(), key=len)
        task = tasks.popleft()
        if not tasks:
            del self._begun[_image(task)]
        return task

    def _begin(self) -> deque[ImageTask]:
        """Take the tasks of the next image; nothing where none comes."""
        tasks: deque[ImageTask] = deque()
        while (task := self._peek()) is not None and (not tasks or _image(task) == _image(tasks[0])):
            tasks.append(task)
            self._next = None
        if not tasks:
            return tasks
        begun = self._begun.setdefault(_image(tasks[0]), tasks)
        if begun is not tasks:  # tasks of this image came before, apart from these
            begun.extend(tasks)
        return begun

    def _peek(self) -> ImageTask | None:
        if self._next is None:
            self._next = next(self._coming, None)
        return self._next

    def give_back(self, task: ImageTask) -> None:
        """Let a task be the next one again.

        Parameters
        ----------
        task
            That a worker did not take.
        """
        self._back.appendleft(task)

    def clear(self) -> None:
        """Forget all tasks."""
        self._back.clear()
        self._begun.clear()
        self._coming, self._next = iter(()), None


def _image(task: ImageTask) -> Image:
    return task.image.case_id, task.image.image_id
