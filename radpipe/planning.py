"""From a source to plans in an output folder: what all ways to start a run have in common."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

from radpipe.cohort import Cohort
from radpipe.datasets import DatasetOptions, open_cohort
from radpipe.private import private_cohort, private_id, read_key
from radpipe.request import Request
from radpipe.steps import make_plan
from radpipe.store.plans import PlanFile

__all__ = ["open_source", "planned_source"]


def planned_source(request: Request, *, shards: int = 1) -> list[PlanFile]:
    """Open a source and write its plans; the caller holds the output folder's lock.

    Parameters
    ----------
    request
        What is measured, and how: a plan for each of its configurations. Those of a private request lie in
        ``KEYFILE.plans``.
    shards
        Into how many shares each is cut.

    Raises
    ------
    RadpipeError
        As :func:`radpipe.extract`.
    """
    key = None if request.private is None else read_key(request.private, request.folder)
    cohort = open_source(request, keep_index=key is None)
    wanted = request.configurations(cohort)
    if key is not None:
        cases = tuple(private_id(key, case) for case in request.selection.cases)
        wanted = [replace(one, selection=replace(one.selection, cases=cases)) for one in wanted]
        cohort = private_cohort(cohort, key)
    plans = None if request.private is None else Path(f"{request.private}.plans")
    options = request.options or DatasetOptions()
    return [make_plan(cohort, one, options, request.folder, shards=shards, private=plans) for one in wanted]


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
