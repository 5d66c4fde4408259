"""The record of a task: its references as JSON in the plan, from which any process makes the task again."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.cohort import ImageRef
from radpipe.errors import Note, NothingUsableError, Policy
from radpipe.features.params import Params
from radpipe.features.params_file import parse_params
from radpipe.features.variant import variant_from_json
from radpipe.rois import Target
from radpipe.run.keys import recipe_of
from radpipe.run.tasks import Alignment, ImageTask
from radpipe.store.plans import PlanEntry, PlanFile

__all__ = ["Recipe", "read_tasks", "task_text"]

DENSE = json.JSONEncoder(separators=(",", ":"))


def task_text(task: ImageTask) -> str:
    """Return what of a task differs from its neighbours, as JSON; the rest stands in the plan's header."""
    record: dict[str, Any] = {
        "image": task.image.to_json(),
        "targets": [target.to_json() for target in task.targets],
        "notes": [[note.code, note.sentence] for note in task.notes],
    }
    if task.alignment is not None:
        drawn = task.alignment.drawn.to_json()
        record["alignment"] = {"drawn": drawn, "method": task.alignment.method, "file": task.alignment.file}
    return DENSE.encode(record)


def _alignment(record: Mapping[str, Any] | None) -> Alignment | None:
    if record is None:
        return None
    return Alignment(ImageRef.from_json(record["drawn"]), record["method"], record["file"])


def _content(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings as a parameter file says them: without what is not set, which no file may say."""
    content = {
        name: dict(value) if isinstance(value, list) else value for name, value in settings.items() if name != "variant"
    }
    defaults = Params("", (), {}).to_json()["setting"]
    if "setting" in content:
        content["setting"] = {name: value for name, value in content["setting"].items() if value != defaults[name]}
    content["radpipe"] = _said(content["radpipe"])
    return content


def _said(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: _said(part) for name, part in value.items() if part is not None and part != []}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a plan's tasks are measured; with it an entry becomes a task again."""

    params: Params
    engine: str
    policy: Policy
    text: str

    @classmethod
    def of(cls, header: Mapping[str, Any]) -> "Recipe":
        """Read a plan's header."""
        params = parse_params(_content(header["settings"]), source="the plan", name=header["config"])
        if "variant" in header["settings"]:
            params = replace(params, variant=variant_from_json(header["settings"]["variant"]))
        policy = Policy.parse([f"{code}={action}" for code, action in header["policy"].items()])
        engine = header["engine"]
        text = recipe_of(header["settings_sha256"], engine["name"], engine["version"], policy.overrides)
        return cls(params, engine["name"], policy, text)

    def task(self, entry: PlanEntry) -> ImageTask:
        """Make the task of an entry.

        Raises
        ------
        NothingUsableError
            The plan is the public copy of a private one, or of another version of radpipe.
        """
        if not entry.task:
            message = "the plan holds no references, as it is of a private run; give the private plan by --plan FILE"
            raise NothingUsableError(message)
        try:
            record = json.loads(entry.task)
            return ImageTask(
                ImageRef.from_json(record["image"]),
                tuple(Target.from_json(target) for target in record["targets"]),
                self.params,
                self.engine,
                self.policy,
                tuple(Note(code, sentence) for code, sentence in record["notes"]),
                entry.key,
                self.text,
                entry.position,
                _alignment(record.get("alignment")),
            )
        except (ValueError, KeyError, TypeError) as fault:
            message = f"the plan was written by another version of radpipe, or is damaged ({fault}); plan again"
            raise NothingUsableError(message) from fault


def read_tasks(plan: PlanFile, wanted: npt.NDArray[np.bool_] | None = None) -> Iterator[tuple[int, ImageTask]]:
    """Read the tasks of a plan one by one, each with its position.

    Parameters
    ----------
    plan
        With references.
    wanted
        For each position, whether its task is wanted; None: all.

    Raises
    ------
    StorageError
        The plan cannot be read.
    NothingUsableError
        It holds no references.
    """
    recipe = Recipe.of(plan.header)
    for entries in plan.entries(wanted):
        for entry in entries:
            if entry.key:
                yield entry.position, recipe.task(entry)
