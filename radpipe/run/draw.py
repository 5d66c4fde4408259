"""Drawing in a worker: the pictures of one task, from the very masks that are measured, as one file."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from radpipe.drawing.pictures import DRAWING, draw
from radpipe.errors import InputError
from radpipe.files import write_text
from radpipe.imaging.mask_metrics import mask_digest
from radpipe.run.beside import beside_of
from radpipe.run.opened import open_targets
from radpipe.run.tasks import ImageTask
from radpipe.run.worker import guarded
from radpipe.volume import Mask, Volume

__all__ = ["FOLDER", "Drawn", "draw_opened", "draw_task", "drawn_name", "script", "script_content"]

FOLDER = "qc/cases"
"""Where in the output folder pictures lie: a file a task."""

BEFORE, AFTER = "radpipe.take(", ");\n"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What became of the pictures of a task.

    Parameters
    ----------
    key
        Of the task.
    file
        Name of the file in ``FOLDER``; empty where nothing could be drawn.
    digests
        ROI -> digest of the mask that was drawn.
    faults
        ROI -> why it was not drawn.
    """

    key: str
    file: str
    digests: Mapping[str, str]
    faults: Mapping[str, str]


def drawn_name(key: str) -> str:
    """Return the name of a task's file, from which nobody learns an id; another way to draw gives another name.

    Parameters
    ----------
    key
        Of the task.
    """
    return f"{hashlib.sha256(f'{DRAWING} {key}'.encode()).hexdigest()[:16]}.js"


def draw_task(task: ImageTask, out: Path, *, private: bool = False) -> Drawn:
    """Open a task's image and masks again and draw them; whatever goes wrong becomes a fault of its ROIs.

    Parameters
    ----------
    task
        What was measured.
    out
        The output folder; a file that is there already is kept.
    private
        Faults are told by their code alone, since sentences name files.
    """
    kept = _kept(task, out)
    if kept is not None:
        return kept
    names = [target.name for target in task.targets]
    opened = guarded(lambda: open_targets(task, out=out))
    if not isinstance(opened, tuple):
        return Drawn(task.key, "", {}, dict.fromkeys(names, _why(opened, private)))
    volume, masks = opened
    faults = {name: _why(mask, private) for name, mask in masks.items() if isinstance(mask, InputError)}
    usable = {name: mask for name, mask in masks.items() if isinstance(mask, Mask)}
    return draw_opened(task, volume, usable, out=out, faults=faults)


def draw_opened(
    task: ImageTask, volume: Volume, masks: Mapping[str, Mask], *, out: Path, faults: Mapping[str, str] | None = None
) -> Drawn:
    """Draw masks that are open already, and write the file.

    Parameters
    ----------
    task
        What is measured.
    volume, masks
        The image and its ROIs on its grid.
    out
        The output folder.
    faults
        ROI -> why it has no mask.

    Returns
    -------
    Drawn
        Nothing is drawn of a perturbed state or a control, which have the masks of the image as it is.

    Raises
    ------
    StorageError
        The folder cannot be written.
    """
    faults = dict(faults or {})
    if not masks or task.params.variant is not None:
        return Drawn(task.key, "", {}, faults)
    pictures = guarded(lambda: draw(volume, masks, task.image.modality, beside_of(task, volume, out)).to_json())
    if not isinstance(pictures, dict):
        return Drawn(task.key, "", {}, faults | dict.fromkeys(masks, _why(pictures, private=True)))
    digests = {name: mask_digest(mask) for name, mask in masks.items()}
    name = drawn_name(task.key)
    write_text(out / FOLDER / name, script(name.removesuffix(".js"), pictures | {"digests": digests, "faults": faults}))
    return Drawn(task.key, name, digests, faults)


def _why(fault: object, private: bool) -> str:
    if isinstance(fault, InputError):
        return fault.code if private else str(fault)
    kind, what = getattr(fault, "kind", ""), getattr(fault, "what", "")
    return str(kind) if private else f"{kind}: {what}"


def _kept(task: ImageTask, out: Path) -> Drawn | None:
    name = drawn_name(task.key)
    try:
        content = script_content((out / FOLDER / name).read_text(encoding="utf-8"))
        return Drawn(task.key, name, content["digests"], content["faults"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def script(name: str, content: object) -> str:
    r"""Return a script that hands content to the page; nothing in it can end the script or begin another.

    Parameters
    ----------
    name
        Under which the page asked for it.
    content
        JSON values.

    Examples
    --------
    >>> script("a", {"roi": "</script>"}).strip()
    'radpipe.take("a",{"roi":"\\u003c/script\\u003e"});'
    """
    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return f"{BEFORE}{json.dumps(name)},{text}{AFTER}"


def script_content(text: str) -> Any:
    """Read what :func:`script` wrote.

    Raises
    ------
    ValueError
        It is another text.
    """
    if not (text.startswith(BEFORE) and text.endswith(AFTER)):
        message = "no script of radpipe"
        raise ValueError(message)
    return json.loads(f"[{text.removeprefix(BEFORE).removesuffix(AFTER)}]")[1]
