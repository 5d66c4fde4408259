"""A bar with the time left, on the terminal only; a log or a pipe sees nothing of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["time_left"]


@contextmanager
def time_left(what: str = "models") -> Iterator[Callable[[float], None]]:
    """Show a bar while work is done.

    Parameters
    ----------
    what
        Stands before the bar.

    Yields
    ------
    callable
        To be called with the share that is done, 0 to 1.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(),
               TextColumn("left"))  # fmt: skip
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=1.0)

        def told(share: float) -> None:
            bar.update(task, completed=share)

        yield told
