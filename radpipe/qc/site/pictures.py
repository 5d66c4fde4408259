"""Pictures of a run: those that are kept, those that are still to be drawn, and those of no use."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from radpipe.errors import NothingUsableError
from radpipe.files import list_files, remove
from radpipe.qc.gather import Shown
from radpipe.run.draw import FOLDER, Drawn, draw_task, drawn_name, script_content
from radpipe.run.tasks import ImageTask

__all__ = ["pictures_of", "sweep"]


def pictures_of(shown: Shown, out: Path, jobs: int, tell: Callable[[int, int], None]) -> dict[str, Drawn]:
    """Draw what is not drawn yet.

    Parameters
    ----------
    shown
        The masks of a run, and tasks by which they can be drawn.
    out
        Output folder; pictures lie in ``qc/cases``.
    jobs
        Processes that draw.
    tell
        Called with the images drawn and to draw.

    Returns
    -------
    dict
        Key of the task -> its pictures, of each task that a mask is shown by.

    Raises
    ------
    NothingUsableError
        The run keeps no references, and nothing was drawn while it was measured.
    """
    keys = list(dict.fromkeys(mask.rows[0].task_key for mask in shown.masks))
    tasks = [shown.tasks[key] for key in keys if key in shown.tasks]
    pictures = {key: kept for key in keys if key not in shown.tasks and (kept := _kept(key, out)) is not None}
    if not tasks and not pictures:
        message = (
            f"{out} is a private run, which keeps no references: measure it with `radpipe extract --qc`, "
            "or give its plan by --plan FILE"
        )
        raise NothingUsableError(message)
    for count, picture in enumerate(_parallel(tasks, out, jobs, shown.private), start=1):
        pictures[picture.key] = picture
        tell(count, len(tasks))
    return pictures


def _parallel(tasks: Sequence[ImageTask], out: Path, jobs: int, private: bool) -> Iterable[Drawn]:
    if jobs == 1 or len(tasks) < 2:
        return (draw_task(task, out, private=private) for task in tasks)
    from joblib import Parallel, delayed

    # Workers of an earlier call may still stand in the folder that was the current one then.
    done: Iterable[Drawn] = Parallel(n_jobs=min(jobs, len(tasks)), return_as="generator_unordered")(
        delayed(draw_task)(task, out.resolve(), private=private) for task in tasks
    )
    return done


def _kept(key: str, out: Path) -> Drawn | None:
    path = out / FOLDER / drawn_name(key)
    try:
        content = script_content(path.read_text(encoding="utf-8"))
        return Drawn(key, path.name, content["digests"], content["faults"])
    except (OSError, ValueError, KeyError):
        return None


def sweep(out: Path, used: set[str]) -> None:
    """Remove pictures that the page does not use.

    Parameters
    ----------
    out
        Output folder.
    used
        Names of the files that it uses.
    """
    for path in list_files(out / FOLDER, ".js"):
        if path.name not in used:
            remove(path)
