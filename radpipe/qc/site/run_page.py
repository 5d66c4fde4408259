"""The page of a run: ``OUT/qc/index.html`` and the files that it loads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from radpipe.files import write_text
from radpipe.qc.gather import Shown, gather
from radpipe.qc.site.index import index_of
from radpipe.qc.site.markup import SCRIPTS, page_html, page_part
from radpipe.qc.site.pictures import pictures_of, sweep
from radpipe.run.draw import FOLDER, Drawn, script

__all__ = ["Page", "write_page"]


@dataclass(frozen=True, slots=True)
class Page:
    """What was written.

    Parameters
    ----------
    path
        The page.
    masks, drawn
        How many masks are shown, and how many of them have pictures.
    flagged
        How many have a flag.
    picture_bytes
        Size of all files with pictures.
    faults
        Case, ROI and why there is no picture.
    """

    path: Path
    masks: int
    drawn: int
    flagged: int
    picture_bytes: int
    faults: tuple[tuple[str, str, str], ...]


def write_page(
    out: Path,
    *,
    jobs: int = 1,
    private_plans: Sequence[Path] = (),
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Page:
    """Draw what is not drawn yet, and write ``OUT/qc/index.html`` with ``index.js`` and ``cases/``.

    Parameters
    ----------
    out
        An output folder of ``radpipe extract``.
    jobs
        Processes that draw.
    private_plans
        Of a private run: its plans with references. Without them only what ``extract --qc`` drew is shown.
    tell
        Called with the images drawn and to draw.

    Raises
    ------
    NothingUsableError
        The folder holds no run, no measured row, or is private and nothing was drawn.
    StorageError
        The folder cannot be written.
    """
    shown = gather(out, private_plans)
    drawn = pictures_of(shown, out, jobs, tell)
    folder = out / "qc"
    content = index_of(shown, drawn, "" if shown.private else out.absolute().name)
    for name in ("page.css", *SCRIPTS):
        write_text(folder / name, page_part(name))
    write_text(folder / "index.js", script("index", content))
    write_text(folder / "index.html", page_html())
    sweep(out, {picture.file for picture in drawn.values()})
    return _page(folder / "index.html", shown, drawn, content, out)


def _page(path: Path, shown: Shown, drawn: Mapping[str, Drawn], content: Mapping[str, Any], out: Path) -> Page:
    masks = shown.masks
    missing = tuple((masks[place].case_id, masks[place].roi, why) for place, why in content["faults"].items())
    pictured = sum(file >= 0 for file in content["masks"]["file"])
    size = sum((out / FOLDER / picture.file).stat().st_size for picture in drawn.values() if picture.file)
    return Page(path, len(masks), pictured, len(content["flags"]), size, missing)
