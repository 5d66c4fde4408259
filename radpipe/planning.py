"""From a source to plans in an output folder: what all ways to start a run have in common."""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from radpipe.cohort import Cohort
from radpipe.datasets import DatasetOptions, open_cohort
from radpipe.errors import UsageError
from radpipe.private import private_cohort, private_id, read_key
from radpipe.run.plan import Request
from radpipe.steps import make_plan
from radpipe.store.plans import PlanFile

__all__ = ["open_source", "planned_source", "refuse_out_inside"]


def planned_source(
    source: str | Path | Cohort,
    dataset: str,
    out: Path,
    requests: Sequence[Request] | Callable[[Cohort], Sequence[Request]],
    options: DatasetOptions | None,
    private: str | Path | None,
    *,
    shards: int = 1,
) -> list[PlanFile]:
    """Open a source and write its plans; the caller holds the output folder's lock.

    Parameters
    ----------
    source, dataset, out, requests, options
        What is measured, and how: a plan for each request, or for each that a function of the cohort returns.
    private
        Key file; the plans then lie in ``KEYFILE.plans``.
    shards
        Into how many shares each is cut.

    Raises
    ------
    RadpipeError
        As :func:`extract`.
    """
    key = None if private is None else read_key(private, out)
    cohort = open_source(source, dataset, out if key is None else None, options)
    if callable(requests):
        requests = requests(cohort)
    if key is not None:
        wanted = tuple(private_id(key, case) for case in requests[0].selection.cases)
        requests = [replace(one, selection=replace(one.selection, cases=wanted)) for one in requests]
        cohort = private_cohort(cohort, key)
    plans = None if private is None else Path(f"{private}.plans")
    told = options or DatasetOptions()
    return [make_plan(cohort, request, told, out, shards=shards, private=plans) for request in requests]


def refuse_out_inside(source: str | Path | Cohort, out: Path) -> None:
    """Refuse to write among the patients.

    Raises
    ------
    UsageError
        The output folder lies in the source.
    """
    if isinstance(source, Cohort) or not Path(source).is_dir():
        return
    if out.resolve().is_relative_to(Path(source).resolve()):
        message = f"the output folder {out} lies in the source {source}; choose one beside it"
        raise UsageError(message)


def open_source(source: str | Path | Cohort, dataset: str, out: Path | None, options: DatasetOptions | None) -> Cohort:
    """Open a source; the index of a folder is kept in the output folder, if there is one.

    Raises
    ------
    RadpipeError
        The source cannot be used.
    """
    if isinstance(source, Cohort):
        return source
    if out is None:
        return open_cohort(source, dataset, options=options)
    # One index per source folder: a second source in the same output does not push out the first.
    name = hashlib.sha256(os.fsencode(Path(source).resolve())).hexdigest()[:12]
    return open_cohort(source, dataset, cache=out / "cache" / f"index-{name}.parquet", options=options)
