"""The record of what a run measured and how: its tasks, as JSON, so that a finished run can be measured again."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from radpipe.cohort import ImageRef
from radpipe.errors import Note, NothingUsableError, Policy
from radpipe.features.params import Params
from radpipe.features.params_file import parse_params
from radpipe.rois import Target
from radpipe.run.plan import ImageTask
from radpipe.store.files import write_text

__all__ = ["read_tasks", "write_tasks"]


def write_tasks(out: Path, tasks: Sequence[ImageTask]) -> None:
    """Write ``tasks.jsonl``, one line a task; it replaces that of an earlier run."""
    write_text(out / "tasks.jsonl", "".join(json.dumps(_record(task)) + "\n" for task in tasks))


def read_tasks(out: Path) -> tuple[ImageTask, ...]:
    """Read what :func:`write_tasks` wrote.

    Raises
    ------
    NothingUsableError
        The folder holds no run, or one of an older radpipe.
    """
    try:
        lines = (out / "tasks.jsonl").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        message = f"{out} holds no run that can be measured again (tasks.jsonl is missing)"
        raise NothingUsableError(message) from None
    try:
        return tuple(_task(json.loads(line)) for line in lines)
    except (ValueError, KeyError, TypeError) as fault:
        message = f"{out / 'tasks.jsonl'} was written by another version of radpipe, or is damaged; run extract again"
        raise NothingUsableError(message) from fault


def _record(task: ImageTask) -> dict[str, Any]:
    return {
        "key": task.key,
        "image": task.image.to_json(),
        "targets": [target.to_json() for target in task.targets],
        "config": task.params.name,
        "params": task.params.to_json(),
        "engine": task.engine,
        "policy": [f"{code}={action}" for code, action in sorted(task.policy.overrides.items())],
        "notes": [[note.code, note.sentence] for note in task.notes],
    }


def _task(record: dict[str, Any]) -> ImageTask:
    return ImageTask(
        image=ImageRef.from_json(record["image"]),
        targets=tuple(Target.from_json(target) for target in record["targets"]),
        params=_params(record["config"], record["params"]),
        engine=record["engine"],
        policy=Policy.parse(record["policy"]),
        notes=tuple(Note(code, sentence) for code, sentence in record["notes"]),
        key=record["key"],
    )


def _params(name: str, told: dict[str, Any]) -> Params:
    content = {
        "imageType": dict(told["imageType"]),
        "featureClass": dict(told["featureClass"]),
        "setting": told["setting"],
        "radpipe": told["radpipe"],
    }
    return parse_params(content, source="tasks.jsonl", name=name)
