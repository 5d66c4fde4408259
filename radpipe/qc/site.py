"""The page of a run: an index, pictures a file a task, and what shows them; opened from disk, without a network."""

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from radpipe import __version__
from radpipe.errors import NothingUsableError, StorageError
from radpipe.files import list_files, remove, write_text
from radpipe.qc.decisions import REASONS
from radpipe.qc.gather import MEASURES, Masked, Shown, gather
from radpipe.qc.order import SEVERE, middle_masks, queue, sampled
from radpipe.run.draw import FOLDER, Drawn, draw_task, drawn_name, script, script_content
from radpipe.run.tasks import ImageTask

__all__ = ["LARGEST_SINGLE_BYTES", "Page", "page_html", "write_page", "write_single"]

LARGEST_SINGLE_BYTES = 20_000_000
"""A page in one file is refused above this size: browsers become slow, and mail servers refuse it."""

SCRIPTS = ("take.js", "run.js", "decide.js", "draw.js", "list.js", "numbers.js", "stage.js", "sheet.js", "app.js")
"""In the order in which they are loaded; the index comes before the last."""


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
    drawn = _drawn(shown, out, jobs, tell)
    folder = out / "qc"
    content = index_of(shown, drawn, "" if shown.private else out.absolute().name)
    for name in ("page.css", *SCRIPTS):
        write_text(folder / name, _text(name))
    write_text(folder / "index.js", script("index", content))
    write_text(folder / "index.html", page_html())
    _sweep(out, {found.file for found in drawn.values()})
    return _page(folder / "index.html", shown, drawn, content, out)


def _drawn(shown: Shown, out: Path, jobs: int, tell: Callable[[int, int], None]) -> dict[str, Drawn]:
    """Return key of the task -> its pictures, of each task that a mask is shown by."""
    keys = list(dict.fromkeys(mask.rows[0].task_key for mask in shown.masks))
    tasks = [shown.tasks[key] for key in keys if key in shown.tasks]
    found = {key: kept for key in keys if key not in shown.tasks and (kept := _kept(key, out)) is not None}
    if not tasks and not found:
        message = (
            f"{out} is a private run, which keeps no references: measure it with `radpipe extract --qc`, "
            "or give its plan by --plan FILE"
        )
        raise NothingUsableError(message)
    for count, one in enumerate(_parallel(tasks, out, jobs, shown.private), start=1):
        found[one.key] = one
        tell(count, len(tasks))
    return found


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


def _sweep(out: Path, used: set[str]) -> None:
    for path in list_files(out / FOLDER, ".js"):
        if path.name not in used:
            remove(path)


def index_of(shown: Shown, drawn: Mapping[str, Drawn], title: str) -> dict[str, Any]:
    """Return what the page knows of the run as JSON values, columns rather than rows.

    Parameters
    ----------
    shown
        The masks.
    drawn
        Key of the task -> its pictures.
    title
        Name of the run.
    """
    images = _Numbered()
    rois, configs, keys, names = _Numbered(), _Numbered(), _Numbered(), _Numbered()
    units: dict[int, str] = {}
    columns: dict[str, list[Any]] = {name: [] for name in ("image", "roi", "sha", "file", "rows", "middle")}
    middle = middle_masks(shown.masks)
    faults = {}
    for place, mask in enumerate(shown.masks):
        image = images.of((mask.case_id, mask.image_id, mask.modality))
        units.setdefault(image, {"SUVbw": "SUV", "arbitrary": ""}.get(mask.unit, mask.unit))
        found = drawn.get(mask.rows[0].task_key)
        digest, fault = _checked(mask, found)
        if fault:
            faults[place] = fault
        columns["image"].append(image)
        columns["roi"].append(rois.of(mask.roi))
        columns["sha"].append(digest)
        columns["file"].append(names.of(found.file.removesuffix(".js")) if found is not None and found.file else -1)
        columns["rows"].append([[configs.of(row.config), keys.of(row.task_key)] for row in mask.rows])
        columns["middle"].append(middle[mask.roi, mask.modality])
    return {
        "format": 1,
        "title": title,
        "digest": shown.digest,
        "radpipe": __version__,
        "measures": [{"name": name, "words": words, "unit": unit} for name, words, unit in MEASURES],
        "images": [list(image) for image in images.values],
        "units": [units[i] for i in range(len(images.values))],
        "rois": rois.values,
        "configs": configs.values,
        "keys": keys.values,
        "files": names.values,
        "masks": columns,
        "values": [list(column) for column in zip(*(mask.values for mask in shown.masks), strict=True)],
        "flags": {
            i: [[one.code, one.sentence] for one in mask.flags] for i, mask in enumerate(shown.masks) if mask.flags
        },
        "remarks": {i: mask.remarks for i, mask in enumerate(shown.masks) if mask.remarks},
        "warnings": {i: list(mask.warnings) for i, mask in enumerate(shown.masks) if mask.warnings},
        "faults": faults,
        "queue": queue(shown.masks, shown.digest),
        "sample": sorted(sampled(shown.masks, shown.digest)),
        "flagged": shown.flagged,
        "severe": SEVERE,
        "reasons": [list(reason) for reason in REASONS.items()],
    }


def _checked(mask: Masked, found: Drawn | None) -> tuple[str, str]:
    """Return the digest that decisions are bound to, and what is wrong with the pictures."""
    if found is None:
        return mask.mask_sha256, "This private run was measured without --qc: there is no picture."
    if mask.roi in found.faults:
        return mask.mask_sha256, f"It could not be drawn: {found.faults[mask.roi]}"
    digest = found.digests.get(mask.roi, "")
    if mask.mask_sha256 and digest != mask.mask_sha256:
        return mask.mask_sha256, "The files changed since the run: the picture shows another mask than was measured."
    return digest, ""


class _Numbered:
    """Numbers values in the order in which they come."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._place: dict[Any, int] = {}

    def of(self, value: Any) -> int:
        place = self._place.setdefault(value, len(self.values))
        if place == len(self.values):
            self.values.append(value)
        return place


def page_html(*, served: bool = False) -> str:
    """Return the page that loads its scripts from beside it.

    Parameters
    ----------
    served
        It may ask the server that it comes from, where decisions are kept.
    """
    names = (*SCRIPTS[:-1], "index.js", SCRIPTS[-1])
    connect = " connect-src 'self';" if served else ""
    return _filled(
        f"default-src 'none'; script-src 'self'; style-src 'self';{connect} img-src 'self' data: blob:; "
        "base-uri 'none'; form-action 'none'",
        '<link rel="stylesheet" href="page.css">',
        "\n".join(f'<script src="{name}"></script>' for name in names),
    )


def write_single(out: Path, page: Page) -> Path:
    """Write a run's page as one file, ``OUT/qc/review.html``, for runs that are small enough.

    Parameters
    ----------
    out
        The output folder.
    page
        What :func:`write_page` wrote.

    Returns
    -------
    Path
        The file; what it runs is named in its policy by SHA-256, so that nothing else runs.

    Raises
    ------
    NothingUsableError
        It would be larger than 20 MB.
    """
    folder = page.path.parent
    scripts = [_text(name) for name in SCRIPTS[:-1]]
    try:
        scripts.append((folder / "index.js").read_text(encoding="utf-8"))
        scripts += [path.read_text(encoding="utf-8") for path in list_files(out / FOLDER, ".js")]
    except OSError as fault:
        message = f"{folder} cannot be read: {fault.strerror}"
        raise StorageError(message) from fault
    scripts.append(_text(SCRIPTS[-1]))
    size = sum(map(len, scripts))
    if size > LARGEST_SINGLE_BYTES:
        message = f"one file would have {size / 1e6:.0f} MB, more than 20; {page.path} loads pictures as it needs them"
        raise NothingUsableError(message)
    style = _text("page.css")
    policy = (
        f"default-src 'none'; script-src {' '.join(map(_hash, scripts))}; style-src {_hash(style)}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    html = _filled(policy, f"<style>{style}</style>", "\n".join(f"<script>{text}</script>" for text in scripts))
    write_text(folder / "review.html", html)
    return folder / "review.html"


def _filled(policy: str, styles: str, scripts: str) -> str:
    before, after = _text("index.html").split("{{scripts}}")
    before = before.replace("{{policy}}", policy).replace("{{styles}}", styles)
    return f"{before}{scripts}{after}"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _text(name: str) -> str:
    return (files("radpipe.qc") / "page" / name).read_text(encoding="utf-8")


def _page(path: Path, shown: Shown, drawn: Mapping[str, Drawn], content: Mapping[str, Any], out: Path) -> Page:
    masks = shown.masks
    missing = tuple((masks[place].case_id, masks[place].roi, why) for place, why in content["faults"].items())
    pictured = sum(file >= 0 for file in content["masks"]["file"])
    size = sum((out / FOLDER / found.file).stat().st_size for found in drawn.values() if found.file)
    return Page(path, len(masks), pictured, len(content["flags"]), size, missing)
