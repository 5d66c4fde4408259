"""Keys of tasks: from path, size and time when planning, from the bytes of all files when measuring.

Planning may not read what it plans: a national archive would be read for hours before the first image is measured. So
a task's key comes from what the file system says of its files, and the worker, which reads them anyway, digests their
content. A task whose key is new but whose content was measured before, as after a copy, is taken over.
"""

import hashlib
import json
import os
import stat
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from radpipe.cohort import RoiRef
from radpipe.imaging.deformable import BENDING
from radpipe.imaging.itk_reading import data_files
from radpipe.imaging.registration import METHOD
from radpipe.run.tasks import ImageTask

__all__ = ["content_digest", "input_paths", "recipe_of", "stamps_of", "stat_key"]

SORTED = json.JSONEncoder(sort_keys=True)


def input_paths(task: ImageTask) -> tuple[str, ...]:
    """List the files that a task reads, without those that only their headers name."""
    masks = dict.fromkeys(path for target in task.targets for roi in target.rois for path in roi.paths)
    alignment = task.alignment
    further = () if alignment is None else (*alignment.drawn.paths, *([alignment.file] if alignment.file else []))
    return (*task.image.paths, *masks, *further)


def recipe_of(fingerprint: str, engine: str, engine_version: str, policy: Mapping[str, object]) -> str:
    """Tell, as one text, all that can change a value and is not the input.

    Parameters
    ----------
    fingerprint
        Of the settings.
    engine, engine_version
        Name, and everything of it that may change a number.
    policy
        Code -> action, where it is not the default.
    """
    return json.dumps([fingerprint, engine, engine_version, sorted(policy.items())], default=str)


def stat_key(task: ImageTask) -> str:
    """Digest everything that can change the outcomes of a task, its files by path, size and time.

    Parameters
    ----------
    task
        Its own key is not asked.

    Returns
    -------
    str
        32 hexadecimal digits. A file that is not there has no size; when it comes the key changes.
    """
    return _digest(task, _stamp)


def stamps_of(task: ImageTask) -> list[Any]:
    """Return path, size and time of all files that a task reads; -1 of a file that is not there."""
    return [_stamp(path) for path in input_paths(task)]


def content_digest(task: ImageTask, known: dict[str, list[Any]] | None = None) -> str:
    """Digest everything that can change the outcomes of a task, its files by their bytes.

    Parameters
    ----------
    task
        Its own key is not asked.
    known
        Path -> digests of files that did not change since; those that are read now are added.

    Returns
    -------
    str
        32 hexadecimal digits; empty when a file cannot be read.
    """
    known = {} if known is None else known

    def digests(path: str) -> list[Any]:
        if path not in known:
            known[path] = _sha256(path)
        return known[path]

    try:
        return _digest(task, digests)
    except OSError:
        return ""


def _stamp(path: str) -> list[Any]:
    stamps: list[Any] = []
    for name in data_files(path):
        try:
            status = os.stat(name)  # noqa: PTH116
        except (OSError, ValueError):
            stamps += [name, -1, -1]
        else:
            stamps += [name, status.st_size, status.st_mtime_ns]
    return stamps


def _sha256(path: str) -> list[Any]:
    digests = []
    for name in data_files(path):
        if not stat.S_ISREG(os.stat(name).st_mode):  # noqa: PTH116
            message = f"{name} is no file"  # a pipe would be waited for without end
            raise OSError(message)
        with Path(name).open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").hexdigest())
    return digests


def _digest(task: ImageTask, told: Callable[[str], list[Any]]) -> str:
    file = cache(told)  # labels of one mask lie in one file
    image = task.image
    content = {
        "case": [image.case_id, image.image_id, image.modality, task.params.name],
        "image": str(image.kind),
        "files": [file(path) for path in image.paths],
        "columns": sorted(image.columns.items()),
        "targets": [[target.name, [_roi(roi, file) for roi in target.rois]] for target in task.targets],
        "problems": [[note.code, note.sentence] for note in task.notes],
        "recipe": task.recipe,
    }
    if task.alignment is not None:
        drawn, given = task.alignment.drawn, task.alignment.file
        files = [file(path) for path in (*drawn.paths, *([given] if given else []))]
        method = task.alignment.method
        way = f"{METHOD} {BENDING}" if method.startswith("deformable") else METHOD
        content["alignment"] = [method, way, str(drawn.kind), drawn.image_id, files]
    return hashlib.sha256(SORTED.encode(content).encode()).hexdigest()[:32]


def _roi(roi: RoiRef, file: Callable[[str], list[Any]]) -> dict[str, Any]:
    """Return every field of a ROI but our own names for it and its images, files as they are told apart."""
    record = roi.to_json()
    del record["roi_id"], record["image_ids"]
    record["path"] = file(roi.path)
    record["twin"] = None if roi.twin is None else _roi(roi.twin, file)
    return record
