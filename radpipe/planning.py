"""From a source to plans in an output folder: what all ways to start a run have in common."""

import hashlib
import logging
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from radpipe.cohort import Cohort
from radpipe.datasets import DatasetOptions, open_cohort
from radpipe.private import private_cohort, private_id, read_key
from radpipe.request import Request
from radpipe.run.plan import ConfigRequest, planned_entries
from radpipe.steps import make_plan
from radpipe.store.index import PackIndex, scan
from radpipe.store.plans import PlanFile

__all__ = ["DryRun", "PlannedConfig", "dry_run", "open_source", "planned_source"]

logger = logging.getLogger(__name__)


MOST_TOLD = 10
"""Problems of a source that a run tells; ``radpipe check`` tells all."""


def planned_source(request: Request, *, shards: int = 1, say: Callable[[str], None] | None = None) -> list[PlanFile]:
    """Open a source and write its plans; the caller holds the output folder's lock.

    Parameters
    ----------
    request
        What is measured, and how: a plan for each of its configurations. Those of a private request lie in
        ``KEYFILE.plans``.
    shards
        Into how many shares each is cut.
    say
        Is told the problems of the source as a whole, in the words of ``radpipe check``; of a private request only how
        many there are.

    Raises
    ------
    RadpipeError
        As :func:`radpipe.extract`.
    """
    key = None if request.private is None else read_key(request.private, request.folder)
    cohort = open_source(request, keep_index=key is None)
    wanted = request.configurations(cohort)
    logger.info("%d cases read, to be measured as %s", len(cohort), ", ".join(config.params.name for config in wanted))
    for sentence in _problems(cohort, private=key is not None):
        if say is not None:
            say(f"  {sentence}")
    if key is not None:
        cases = tuple(private_id(key, case) for case in request.selection.cases)
        wanted = [replace(config, selection=replace(config.selection, cases=cases)) for config in wanted]
        cohort = private_cohort(cohort, key)
    plans = None if request.private is None else Path(f"{request.private}.plans")
    options = request.options or DatasetOptions()
    return [make_plan(cohort, config, options, request.folder, shards=shards, private=plans) for config in wanted]


def _problems(cohort: Cohort, *, private: bool) -> list[str]:
    sentences = [] if private else [str(note) for note in cohort.problems[:MOST_TOLD]]
    left = len(cohort.problems) - len(sentences)
    return (
        [*sentences, f"{left} {'more ' if sentences else ''}remarks on the source: radpipe check tells them"]
        if left
        else sentences
    )


def open_source(request: Request, *, keep_index: bool = True) -> Cohort:
    """Open the source of a request.

    Parameters
    ----------
    request
        Its source, data set and options are asked.
    keep_index
        The index of a folder is kept in the output folder.

    Raises
    ------
    RadpipeError
        The source cannot be used.
    """
    source = request.source
    if isinstance(source, Cohort):
        return source
    if not keep_index:
        return open_cohort(source, request.dataset, options=request.options)
    # One index per source folder: a second source in the same output does not push out the first.
    name = hashlib.sha256(os.fsencode(Path(source).resolve())).hexdigest()[:12]
    cache = request.folder / "cache" / f"index-{name}.parquet"
    return open_cohort(source, request.dataset, cache=cache, options=request.options)


@dataclass(frozen=True, slots=True)
class PlannedConfig:
    """What would be measured with one of the settings.

    Parameters
    ----------
    name
        Of the settings.
    images, rows
        How many images would be opened, and how many rows planned.
    modalities
        Of the images, with their numbers, as text.
    measured
        Images whose values lie in the output folder already.
    codes
        Code -> rows that end at planning.
    rois
        ROI name -> rows, the most frequent first.
    """

    name: str
    images: int
    rows: int
    modalities: str
    measured: int
    codes: tuple[tuple[str, int], ...]
    rois: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a run would do.

    Parameters
    ----------
    cases
        Of the source.
    configs
        One for each of the settings.
    problems
        Of the source as a whole.
    """

    cases: int
    configs: tuple[PlannedConfig, ...]
    problems: tuple[str, ...]


def dry_run(request: Request) -> DryRun:
    """Plan a request without writing anything, not even the index of its source.

    Parameters
    ----------
    request
        What is asked.

    Raises
    ------
    RadpipeError
        As :func:`radpipe.extract`.
    """
    cohort = open_source(request, keep_index=False)
    index = scan(request.folder) if (request.folder / "plans.json").is_file() else None
    configs = tuple(_planned_config(cohort, config, index) for config in request.configurations(cohort))
    return DryRun(len(cohort), configs, tuple(map(str, cohort.problems)))


def _planned_config(cohort: Cohort, wanted: ConfigRequest, index: PackIndex | None) -> PlannedConfig:
    """Count what one of the settings would measure."""
    modalities: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    rois: Counter[str] = Counter()
    keys: list[str] = []
    for entry, task in planned_entries(cohort, wanted):
        rois.update(entry.rois)
        codes.update([entry.code] * len(entry.rois) if entry.code else [])
        if task is not None:
            keys.append(task.key)
            modalities[entry.modality] += 1
    measured = 0
    if index is not None and keys:
        import pyarrow as pa

        measured = int((index.best(pa.array(sorted(set(keys)))) >= 0).sum())
    counted = ", ".join(f"{count} {name}" for name, count in sorted(modalities.items())) or "none"
    return PlannedConfig(
        wanted.params.name,
        len(keys),
        sum(rois.values()),
        counted,
        measured,
        tuple(codes.most_common()),
        tuple(sorted(rois.items(), key=lambda item: (-item[1], item[0]))),
    )
