"""Plan, work and tables as steps of their own: for job arrays and other engines that run many processes."""

import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Unpack

from radpipe.cohort import Cohort
from radpipe.errors import NothingUsableError, UsageError
from radpipe.features.ready import get_ready
from radpipe.machine import usual_jobs
from radpipe.pipeline import RunSummary
from radpipe.planning import planned_source
from radpipe.request import Asked, Request, request_of
from radpipe.run.drive import Shares, drive, executor_for, measure_of, share_of
from radpipe.run.executors.protocol import Executor, Limits
from radpipe.run.job import array_index, in_a_job
from radpipe.run.progress import PlainProgress, Progress, SilentProgress
from radpipe.run.stop import Stop
from radpipe.steps import make_tables
from radpipe.store.index import scan
from radpipe.store.ledger import Account, read_statuses
from radpipe.store.locks import locked
from radpipe.store.plans import PlanFile, list_plans, read_plan_file
from radpipe.store.writer import Flush

__all__ = ["MOST_SHARDS", "RunStatus", "WorkSummary", "plan", "status", "tables", "work"]

MOST_SHARDS = 1000
"""The largest array that SLURM and LSF take unless their administrators allow more."""

CLUSTER_FLUSH_S = 60.0
"""Seconds of work in a pack where many processes write on one network disk."""

RECENT_S = 600.0
"""The rate is that of the last ten minutes."""


@dataclass(frozen=True, slots=True)
class WorkSummary:
    """What a process did of its share.

    Parameters
    ----------
    images, ok, failed
        Images that it measured, and how their ROIs ended.
    stopped
        The signal that stopped it before its end, or 0.
    """

    images: int
    ok: int
    failed: int
    stopped: int = 0


def plan(
    source: str | Path | Cohort | Request,
    *,
    out: str | Path | None = None,
    shards: int = 1,
    quiet: bool = True,
    **asked: Unpack[Asked],
) -> tuple[PlanFile, ...]:
    """Plan the measurement of a cohort, to be worked off by many processes; no image is read.

    Parameters
    ----------
    source, out
        As in :func:`radpipe.extract`; the plans of a private request, with the references, lie in ``KEYFILE.plans``.
    shards
        Into how many shares each plan is cut, at most ``MOST_SHARDS``.
    quiet
        Tell no problem of the source.
    **asked
        As in :func:`radpipe.extract`.

    Returns
    -------
    tuple of PlanFile
        One for each configuration: the settings of a modality, or a control or state of them.

    Raises
    ------
    RadpipeError
        As :func:`radpipe.extract`.
    """
    if not 1 <= shards <= MOST_SHARDS:
        message = f"--shards {shards}: from 1 to {MOST_SHARDS}, the largest array that SLURM and LSF take by default"
        raise UsageError(message)
    request = request_of(source, out, asked)
    with locked(request.folder):
        said = SilentProgress() if quiet else PlainProgress(0)
        return tuple(planned_source(request, shards=shards, say=said.say))


def work(
    out: str | Path,
    *,
    shard: int | None = None,
    jobs: int | None = None,
    limits: Limits | None = None,
    private_plan: str | Path | Sequence[str | Path] | None = None,
    dask: str = "",
    executor: Executor | None = None,
    retry_failed: bool = False,
    quiet: bool = True,
) -> WorkSummary:
    """Measure what of the plans of an output folder is open: all of it, or one shard. Any number of processes may.

    Parameters
    ----------
    out
        An output folder with plans.
    shard
        Which share, counted from 0 or from 1: shard N is shard 0. None: what the array of the batch scheduler says,
        or everything.
    jobs
        Processes; None: as many as the cores that the job was given, and as its memory allows.
    limits
        What an image may take.
    private_plan
        The plan of a private run, with its references; several where it has several configurations.
    dask
        Address or scheduler file of a dask cluster that runs already; images are measured there.
    executor
        Where images are measured, instead of ``jobs`` processes here.
    retry_failed
        Measure images again that have a failed ROI.
    quiet
        Tell no progress.

    Raises
    ------
    NothingUsableError
        The folder holds no plan.
    UsageError
        The plan was made for another version of the engine.
    StorageError
        The output cannot be read or written.

    Notes
    -----
    The first SIGINT, SIGTERM or SIGUSR1 writes what is finished, ends what runs and begins nothing more.
    """
    folder = Path(out)
    private = [private_plan] if isinstance(private_plan, str | Path) else private_plan or ()
    plans = [read_plan_file(folder, Path(path)) for path in private] or list_plans(folder)
    if not plans:
        message = f"{out} holds no run (plans.json is missing); radpipe plan makes one"
        raise NothingUsableError(message)
    shard = array_index() if shard is None else shard
    flush = Flush(CLUSTER_FLUSH_S) if shard is not None or in_a_job() else Flush()
    progress = _Counting(quiet=quiet)
    with Stop(progress.say) as stop:
        for first, *others in _together(plans):
            own = [share_of(plan, folder, shard, retry_failed=retry_failed) for plan in (first, *others)]
            share = Shares(tuple(part for part in own if len(part)))
            if not share.shares or stop():
                continue
            part = f"shard {shard % first.shards} of {first.shards}: " if shard is not None else ""
            others_too = f" and {len(share.shares) - 1} more" if len(share.shares) > 1 else ""
            progress.begin(len(share), f"{part}{len(share)} images of {share.shares[0].plan.config}{others_too}")
            get_ready(first.header["engine"]["name"], progress.say)
            where = executor or executor_for(jobs or usual_jobs(), limits, isolate=True, dask=dask)
            unit = "run" if shard is None else f"s{shard % first.shards:05d}"
            measure = measure_of(first, several=len(share.shares) > 1)
            drive(share, folder, where, progress, stop=stop, measure=measure, unit=unit, flush=flush)
    return WorkSummary(progress.images, progress.ok, progress.failed, int(stop.signal or 0))


def _together(plans: Sequence[PlanFile]) -> list[list[PlanFile]]:
    """Put plans together that the same processes can measure image by image: controls and states beside the image."""
    groups: dict[tuple[object, ...], list[PlanFile]] = {}
    for plan in plans:
        kind = (plan.header["engine"]["name"], bool(plan.header.get("private")), plan.shards)
        groups.setdefault(kind, []).append(plan)
    return list(groups.values())


class _Counting:
    """Counts over several plans, and tells progress of each."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._inner: Progress = SilentProgress() if quiet else PlainProgress(0)
        self.images = self.ok = self.failed = 0

    def begin(self, images: int, sentence: str) -> None:
        """Begin a plan."""
        self._inner = SilentProgress() if self._quiet else PlainProgress(images)
        self.say(sentence)

    def __enter__(self) -> "_Counting":
        self._inner.__enter__()
        return self

    def __exit__(self, *ended: object) -> None:
        self._inner.__exit__(None, None, None)

    def advance(self, ok: int, failed: int) -> None:
        """Count an image."""
        self.images += 1
        self.ok += ok
        self.failed += failed
        self._inner.advance(ok, failed)

    def say(self, message: str) -> None:
        """Tell a sentence."""
        self._inner.say(message)


def tables(
    out: str | Path, *, partial: bool = False, with_long: bool = False, wait_s: float = 0.0
) -> tuple[RunSummary | None, int]:
    """Write the tables of an output folder.

    Parameters
    ----------
    out
        An output folder with plans and packs.
    partial
        Write rows that are still open as skipped, with ``E_STOPPED``.
    with_long
        Write the long table though it is large.
    wait_s
        Look again for so many seconds while rows are open: a network disk may show late what others wrote.

    Returns
    -------
    tuple of RunSummary or None, and int
        None when rows are open, and how many.

    Raises
    ------
    NothingUsableError
        The folder holds no run.
    StorageError
        A table could not be written, or a plan or pack cannot be read.
    """
    folder = Path(out)
    until = time.monotonic() + wait_s
    with locked(folder):
        while True:
            made = make_tables(folder, stopped_by="--partial" if partial else "", with_long=with_long)
            if made is not None:
                return RunSummary(folder, made.features, made.account, made.codes), 0
            if time.monotonic() >= until:
                return None, status(folder).account.open
            time.sleep(min(5.0, max(until - time.monotonic(), 0.1)))


@dataclass(frozen=True, slots=True)
class RunStatus:
    """How far a run is.

    Parameters
    ----------
    account, codes
        Rows by status, and problem codes with their number of rows.
    images, images_open
        Of all plans.
    open_shards
        Config -> shards with open images; nothing where the plan was not cut.
    per_minute
        Images that were published a minute, over the last ten minutes; 0 when none was.
    """

    account: Account
    codes: tuple[tuple[str, int], ...]
    images: int
    images_open: int
    open_shards: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    per_minute: float = 0.0

    @property
    def minutes_left(self) -> float | None:
        """Expected at the present rate; None when nothing was published of late or nothing is open."""
        return self.images_open / self.per_minute if self.images_open and self.per_minute else None


def status(out: str | Path) -> RunStatus:
    """Account for a run, going on or finished, from any machine that sees its folder.

    Parameters
    ----------
    out
        An output folder with plans.

    Raises
    ------
    NothingUsableError
        The folder holds no run.
    StorageError
        It cannot be read.
    """
    folder = Path(out)
    plans = list_plans(folder)
    if not plans:
        message = f"{out} holds no run (plans.json is missing)"
        raise NothingUsableError(message)
    index = scan(folder)
    statuses: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    still: dict[str, set[int]] = defaultdict(set)
    left: set[tuple[str, int]] = set()
    for own, entry, _, ended, code in read_statuses(plans, index):
        statuses[ended] += 1
        codes.update([code] if code else [])
        if not ended:
            left.add((own.digest, entry.position))
            if own.shards > 1:
                still[own.config].add(own.shard_of(entry.position))
    now = time.time()
    ages = {number: now - pack.path.stat().st_mtime for number, pack in enumerate(index.packs)}
    recent = sum(ages[int(number)] <= RECENT_S for number in index.pack)
    oldest = max((age for age in ages.values() if age <= RECENT_S), default=0.0)
    rate = 60.0 * recent / max(oldest, 1.0) if recent else 0.0
    return RunStatus(
        Account.of(statuses),
        tuple(codes.most_common()),
        sum(plan_file.tasks for plan_file in plans),
        len(left),
        {config: tuple(sorted(shards)) for config, shards in still.items()},
        rate,
    )
