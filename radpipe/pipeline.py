"""The whole way: source to tables. What the command line does, these functions do."""

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from radpipe.cohort import Cohort
from radpipe.errors import AccountsError, NothingUsableError, Policy, UsageError
from radpipe.features.engine import ENGINES
from radpipe.features.params import Params
from radpipe.features.ready import get_ready, preloaded
from radpipe.kernels._cached import all_cached
from radpipe.parquet import parquet_frame
from radpipe.planning import open_source, planned_source
from radpipe.request import Asked, Execution, Request, request_of
from radpipe.run.drive import Shares, drive, drive_check, measure_of, share_of
from radpipe.run.executors.choose import begun
from radpipe.run.executors.protocol import Executor, Limits
from radpipe.run.forecast import Forecast, forecast
from radpipe.run.plan import ConfigRequest, PlannedRow, plan_of
from radpipe.run.progress import PlainProgress, Progress, SilentProgress, progress_for
from radpipe.run.spare_core import OnSpareCore
from radpipe.run.stop import Stop
from radpipe.run.worker import Inspected
from radpipe.steps import USED_BY_TABLES, Tables, make_tables
from radpipe.store.index import scan
from radpipe.store.ledger import Account, read_statuses
from radpipe.store.locks import locked
from radpipe.store.plans import PlanFile, list_plans
from radpipe.summaries import CheckSummary, RunSummary

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CHECK_COLUMNS", "CheckSummary", "RunSummary", "check", "extract", "read_features", "status"]

CHECK_COLUMNS = ("case_id", "image_id", "modality", "roi", "status", "code", "message")
"""Columns of ``OUT/check.csv``."""

FORESEEN_COLUMNS = ("config", "measured_voxels", "bins")
"""Further columns of ``OUT/check.csv`` where settings are checked."""

FIRST_COLUMNS = ("case_id", "image_id", "modality", "roi", "config", "status", "code", "message", "warnings")
"""First columns of every table of ROIs; a test compares them with those of :mod:`radpipe.tables.features`."""


def extract(
    source: str | Path | Cohort | Request,
    *,
    out: str | Path | None = None,
    jobs: int = 1,
    limits: Limits | None = None,
    isolate: bool = False,
    dask: str = "",
    retry_failed: bool = False,
    qc: bool = False,
    quiet: bool = True,
    **asked: Unpack[Asked],
) -> RunSummary:
    """Measure a cohort and write its tables; what is already published in ``out`` is not measured again.

    Parameters
    ----------
    source
        A folder or manifest in the layout ``dataset``, a Cohort, or a whole :class:`radpipe.Request`.
    out
        The output folder; a request says it itself.
    jobs, limits, isolate, dask
        Where images are measured, see :class:`radpipe.request.Execution`.
    retry_failed
        Measure images again that have a failed ROI.
    qc
        Draw every mask while its image is open, and write the page of ``radpipe qc``: the way to pictures of a private
        run, which cannot be opened again.
    quiet
        Tell no progress.
    **asked
        Other fields of :class:`radpipe.Request`, where each is explained: ``params`` (which must be said), ``dataset``,
        ``rois``, ``merges``, ``modalities``, ``cases``, ``engine``, ``controls``, ``states``, ``policy``, ``options``,
        ``private``, ``register``, ``transforms``.

    Raises
    ------
    RadpipeError
        Usage, settings, nothing usable, storage, accounts; a problem of one case is a row instead.

    Notes
    -----
    The first SIGINT or SIGTERM lets running images end and writes the tables, in which rows that were not reached are
    skipped with ``E_STOPPED``; the second ends the program. The same call again goes on.

    Examples
    --------
    >>> import radpipe
    >>> summary = radpipe.extract("HN1", dataset="hn1", params="aerts2014", rois=["GTV-1"], out="out")  # doctest: +SKIP
    """
    request = request_of(source, out, asked)
    where = Execution(jobs, limits or Limits(), isolate, dask)
    folder = request.folder
    said = SilentProgress() if quiet else PlainProgress(0)
    with locked(folder, said.say), _begun(request, where) as executor:
        planned = planned_source(request, say=said.say)
        with Stop(said.say) as stop:
            for remark in request.remarks:
                said.say(remark)
            get_ready(request.engine, said.say)
            tables = _worked(planned, folder, executor, stop, jobs, retry_failed=retry_failed, quiet=quiet, qc=qc)
        if qc and stop.signal is None and tables.account.ok:
            from radpipe.qc.site.run_page import write_page

            private_plans = [] if request.private is None else [plan_file.path for plan_file in planned]
            write_page(folder, jobs=jobs, private_plans=private_plans)
        if request.private is not None:
            for plan_file in planned:
                plan_file.path.unlink(missing_ok=True)
    return RunSummary(folder, tables.features, tables.account, tables.codes, int(stop.signal or 0))


def _begun(request: Request, where: Execution) -> AbstractContextManager[Executor]:
    """Return what runs tasks; where a run is new and kernels are compiled, it loads them while the source is opened."""
    executor = where.executor()
    if (request.folder / "plans.json").exists() or (request.engine == "native" and not all_cached()):
        return nullcontext(executor)
    settings = [params for _, params in request.presets.entries]
    return begun(executor, [name for params in settings for name in preloaded(request.engine, params)])


def _worked(
    planned: Sequence[PlanFile],
    out: Path,
    executor: Executor,
    stop: Stop,
    jobs: int,
    *,
    retry_failed: bool,
    quiet: bool,
    qc: bool,
) -> Tables:
    """Measure what is open and write the tables; once more where a pack was found damaged only then."""
    for _ in range(2):
        shares = [
            share_of(plan_file, out, retry_failed=retry_failed, whole=number == 0)
            for number, plan_file in enumerate(planned)
        ]
        share = Shares(tuple(shares))
        if len(share) and stop.signal is None:
            progress: Progress = SilentProgress() if quiet else progress_for(len(share))
            measure = measure_of(planned[0], out if qc else None, several=len(planned) > 1)
            beside = OnSpareCore(progress, len(share), jobs, lambda: _import_all(USED_BY_TABLES))
            drive(share, out, executor, beside, stop=stop, measure=measure)
        index = None if len(share) else share.index
        word = stop.signal.name if stop.signal is not None else ""
        tables = make_tables(out, index=index, stopped_by=word)
        if tables is not None:
            return tables
    message = "the accounts do not add up: a planned ROI has no outcome"
    raise AccountsError(message)


def _import_all(names: Sequence[str]) -> None:
    for name in names:
        import_module(name)


def check(
    source: str | Path | Cohort | Request,
    *,
    out: str | Path | None = None,
    jobs: int = 1,
    limits: Limits | None = None,
    isolate: bool = False,
    quiet: bool = True,
    **asked: Unpack[Asked],
) -> CheckSummary:
    """Open every image and mask that would be measured, and write what is wrong to ``OUT/check.csv``.

    A row that is ``ok`` may carry warnings in its message. With ``params`` the ROIs are prepared as they would be
    measured: voxels that are left, bins, and what would be refused; the largest image is measured to foresee time and
    memory.

    Parameters
    ----------
    source, out, jobs, limits, isolate, quiet, **asked
        As of :func:`extract`; ``params`` may be left out.

    Raises
    ------
    RadpipeError
        As :func:`extract`.
    """
    import pandas as pd

    from radpipe.tables.export import write_csv

    request = request_of(source, out, asked)
    where = Execution(jobs, limits or Limits(), isolate)
    folder = request.folder
    said = SilentProgress() if quiet else PlainProgress(0)
    with locked(folder):
        cohort = open_source(request)
        nothing = ConfigRequest(request.selection, Params("check", (), {}), ENGINES[0], request.policy or Policy())
        wanted = [nothing] if request.params is None else request.configurations(cohort)
        if request.params is not None:
            get_ready(request.engine, said.say)
        rows: list[tuple[object, ...]] = []
        forecasts: list[Forecast] = []
        executor = where.executor()
        with Stop(said.say) as stop:
            for config in wanted:
                planned = plan_of(cohort, config)
                progress: Progress = SilentProgress() if quiet else progress_for(len(planned.tasks))
                checked = drive_check(planned, folder, executor, progress, stop)
                rows += [_check_row(row, inspected) for row, inspected in checked.rows]
                if request.params is not None and stop.signal is None:
                    expected = forecast(planned.tasks, checked.inspections, folder, executor)
                    forecasts += [expected] if expected is not None else []
        columns = [*CHECK_COLUMNS, *FORESEEN_COLUMNS]
        table = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(FORESEEN_COLUMNS[1:], "Int64"))
        write_csv(folder / "check.csv", table if request.params is not None else table[[*CHECK_COLUMNS]])
    counts = table["status"].value_counts()
    account = Account(len(table), *(int(counts.get(name, 0)) for name in ("ok", "failed", "skipped")))
    codes = Counter(code for cell in table["code"] for code in str(cell).split() if code)
    return CheckSummary(
        folder / "check.csv",
        account,
        tuple(codes.most_common()),
        _coverage(cohort),
        len(cohort),
        tuple(map(str, cohort.problems)),
        int(stop.signal or 0),
        cohort.account,
        tuple(forecasts),
    )


def _check_row(row: PlannedRow, inspected: Inspected) -> tuple[object, ...]:
    place = (row.case_id, row.image_id, row.modality, row.roi)
    return (*place, inspected.status, inspected.codes, inspected.message, row.config, inspected.voxels, inspected.bins)


def _coverage(cohort: Cohort) -> tuple[tuple[str, int], ...]:
    counts = Counter(name for case in cohort for name in {roi.name.strip() for roi in case.rois})
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def status(out: str | Path) -> RunSummary:
    """Account for a run, finished or not.

    Raises
    ------
    NothingUsableError
        The folder holds no run.
    """
    folder = Path(out)
    plans = list_plans(folder)
    if not plans:
        message = f"{out} holds no run (plans.json is missing)"
        raise NothingUsableError(message)
    statuses: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    for _, _, _, ended, code in read_statuses(plans, scan(folder)):
        statuses[ended] += 1
        codes.update([code] if code else [])
    features = folder / "tables" / "features.csv"
    return RunSummary(folder, features, Account.of(statuses), tuple(codes.most_common()))


def read_features(out: str | Path, *, columns: Sequence[str] | None = None, rois: Sequence[str] = ()) -> "pd.DataFrame":
    """Read the feature table of a run.

    Parameters
    ----------
    out
        An output folder of :func:`extract`.
    columns
        Features and ``diag_*`` columns to read, beside the first ones, which are always read; None reads all.
    rois
        Names of ROIs (any case) whose rows are kept; none keeps all.

    Returns
    -------
    pandas.DataFrame
        As ``features.csv``; one row per planned ROI. Ids are text.

    Raises
    ------
    NothingUsableError
        The folder holds no finished run.
    UsageError
        The table does not account for every planned ROI, or a column is not in it.
    """
    path = Path(out) / "tables" / "features.parquet"
    if not path.is_file():
        message = f"{out} holds no finished run (tables/features.parquet is missing)"
        raise NothingUsableError(message)
    wanted = None if columns is None else [*FIRST_COLUMNS, *columns]
    try:
        frame = parquet_frame(path, wanted)
    except KeyError as unknown:
        message = f"{path}: {unknown.args[0]}"
        raise UsageError(message) from None
    promised = json.loads((path.parent / "provenance.json").read_text(encoding="utf-8"))["counts"]
    counts = frame["status"].value_counts()
    counted = {name: int(counts.get(name, 0)) for name in ("ok", "failed", "skipped")}
    if len(frame) != promised["planned"] or any(counted[name] != promised[name] for name in counted):
        message = f"{path} does not fit its provenance: {counted} of {len(frame)} rows, told {promised}"
        raise UsageError(message)
    if not rois:
        return frame
    names = {roi.strip().casefold() for roi in rois}
    return frame[frame["roi"].str.casefold().isin(names)].reset_index(drop=True)
