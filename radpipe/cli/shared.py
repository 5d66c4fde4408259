"""Options that several commands share as a whole: a command names a value, and takes the options it is made of."""

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_type_hints

import typer

from radpipe.cli.options import (
    USUAL_TIMEOUT,
    Cases,
    Dask,
    Dataset,
    IncludePartial,
    Jobs,
    Labels,
    MemPerTask,
    Merges,
    MinDice,
    Modalities,
    Out,
    Policies,
    Presets,
    Register,
    Replaced,
    Retries,
    RoiDictionary,
    Rois,
    Source,
    TaskTimeout,
    Transforms,
)

__all__ = ["chosen_of", "execution_of", "foreseen_of", "here_of", "measured_of", "takes"]

T = TypeVar("T")


def takes(**makers: Callable[..., object]) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Give a command the options that its values are made of, each in the place of the value.

    Parameters
    ----------
    **makers
        Name of a parameter of the command -> function that makes its value of options.

    Examples
    --------
    >>> def area(width: int, height: int = 1) -> int:
    ...     return width * height
    >>> @takes(area=area)
    ... def told(area: int, unit: str = "mm2") -> str:
    ...     return f"{area} {unit}"
    >>> told(width=3, height=2)
    '6 mm2'
    >>> list(inspect.signature(told).parameters)
    ['width', 'height', 'unit']
    """

    def taking(command: Callable[..., T]) -> Callable[..., T]:
        options = {name: _parameters(maker) for name, maker in makers.items()}
        parameters: list[inspect.Parameter] = []
        for own in _parameters(command):
            parameters += options.get(own.name, [own])

        @wraps(command)
        def filled(**given: Any) -> T:
            made = {
                name: maker(**{option.name: given.pop(option.name) for option in options[name] if option.name in given})
                for name, maker in makers.items()
            }
            return command(**made, **given)

        filled.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        filled.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        return filled

    return taking


def _parameters(function: Callable[..., object]) -> list[inspect.Parameter]:
    hints = get_type_hints(function, include_extras=True) if not hasattr(function, "__wrapped__") else {}
    return [
        parameter.replace(
            kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints.get(parameter.name, parameter.annotation)
        )
        for parameter in inspect.signature(function).parameters.values()
    ]


def chosen_of(
    source: Source,
    out: Out,
    dataset: Dataset = "dicom",
    roi: Rois = None,
    merge: Merges = None,
    modality: Modalities = None,
    case: Cases = None,
    policy: Policies = None,
    include_partial: IncludePartial = False,
    min_dice: MinDice = None,
    roi_dictionary: RoiDictionary = None,
    label: Labels = None,
) -> dict[str, Any]:
    """Return the fields of a request that say what of a source is meant."""
    from radpipe.datasets.options import DatasetOptions
    from radpipe.errors import Policy

    return {
        "source": source,
        "out": out,
        "dataset": dataset,
        "rois": roi or (),
        "merges": merge or (),
        "modalities": modality or (),
        "cases": case or (),
        "policy": Policy.parse(policy or ()),
        "options": DatasetOptions(include_partial, min_dice, roi_dictionary, DatasetOptions.parse_labels(label or ())),
    }


@takes(chosen=chosen_of)
def foreseen_of(chosen: dict[str, Any], params: Presets = None, setting: Replaced = None) -> dict[str, Any]:
    """Return the fields of a request that is checked; without settings only images and masks are opened."""
    from radpipe.features import presets

    asked = presets.Presets.parse(params or (), setting or ()) if params or setting else None
    return {**chosen, "params": asked}


@takes(chosen=chosen_of)
def measured_of(
    chosen: dict[str, Any],
    params: Presets = None,
    setting: Replaced = None,
    engine: Annotated[
        str, typer.Option("--engine", help="`native`, or `pyradiomics` where it is installed: the same values.")
    ] = "native",
    register_by: Register = "",
    transform: Transforms = None,
    private: Annotated[
        Path | None,
        typer.Option(
            "--private",
            help="Key file, outside OUT; made when it is not there: ids become keyed digests. What `plan` writes of "
            "such a run lies in KEYFILE.plans.",
        ),
    ] = None,
) -> dict[str, Any]:
    """Return the fields of a request that say what is measured, and how."""
    from radpipe.features import presets

    return {
        **chosen,
        "params": presets.Presets.parse(params or (), setting or ()),
        "engine": engine,
        "register": register_by,
        "transforms": transform or "",
        "private": private,
    }


def here_of(
    jobs: Jobs = None,
    task_timeout: TaskTimeout = USUAL_TIMEOUT,
    mem_per_task: MemPerTask = None,
    retries: Retries = 1,
) -> dict[str, Any]:
    """Return the arguments that say how many processes of this machine do the work, and what each image may take."""
    from radpipe.machine import usual_jobs
    from radpipe.run.executors.protocol import Limits

    return {
        "jobs": jobs or usual_jobs(),
        "limits": Limits(task_timeout or None, mem_per_task, retries),
        "isolate": True,
    }


@takes(here=here_of)
def execution_of(here: dict[str, Any], dask: Dask = "") -> dict[str, Any]:
    """Return the arguments that say where images are measured."""
    return {**here, "dask": dask}
