"""The whole way: source to tables. What the command line does, these functions do."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from radpipe.cohort import Cohort
from radpipe.datasets import DatasetOptions
from radpipe.errors import AccountsError, NothingUsableError, Policy, UsageError
from radpipe.features.engine import ENGINES, engine_version
from radpipe.features.params import Params
from radpipe.features.presets import Presets
from radpipe.features.ready import get_ready
from radpipe.features.variant import Control, State, Variant
from radpipe.features.variants import refuse_unfit
from radpipe.parquet import parquet_frame
from radpipe.planning import open_source, planned_source, refuse_out_inside
from radpipe.rois import RoiRule
from radpipe.run.alignment import Registering
from radpipe.run.drive import drive, drive_check, executor_for, measure_of, share_of
from radpipe.run.executors.protocol import Executor, Limits
from radpipe.run.nothing import refuse_nothing
from radpipe.run.plan import Request, Selection, plan
from radpipe.run.progress import PlainProgress, Progress, SilentProgress, progress_for
from radpipe.run.stop import Stop
from radpipe.steps import Tables, make_tables
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

FIRST_COLUMNS = ("case_id", "image_id", "modality", "roi", "config", "status", "code", "message", "warnings")
"""First columns of every table of ROIs; a test compares them with those of :mod:`radpipe.tables.features`."""


def extract(
    source: str | Path | Cohort,
    *,
    params: str | Path | Params | Mapping[str, str | Path | Params] | Presets,
    out: str | Path,
    dataset: str = "dicom",
    rois: Sequence[str] = (),
    merges: Sequence[str] = (),
    modalities: Sequence[str] = (),
    cases: Sequence[str] = (),
    engine: str = ENGINES[0],
    jobs: int = 1,
    controls: Sequence[str] = (),
    states: Sequence[State] = (),
    limits: Limits | None = None,
    isolate: bool = False,
    dask: str = "",
    policy: Policy | None = None,
    options: DatasetOptions | None = None,
    retry_failed: bool = False,
    private: str | Path | None = None,
    register: str = "",
    transforms: str | Path = "",
    quiet: bool = True,
) -> RunSummary:
    """Measure a cohort and write its tables; what is already published in ``out`` is not measured again.

    Parameters
    ----------
    source
        A folder or manifest in the layout ``dataset``, or a Cohort.
    params
        Preset, PyRadiomics parameter file, or Params; or one for each modality, as in ``{"CT": "ct_head_neck", "PT":
        "pet"}``: images of a modality that has none are then refused by name.
    out
        The output folder.
    dataset
        The layout of ``source``; see ``radpipe datasets``.
    rois, merges
        Patterns and ``NAME=PATTERN``; see :class:`radpipe.rois.RoiRule`. None: every ROI.
    modalities, cases
        Restrict what is measured; empty is all.
    engine, jobs
        What measures, and in how many processes.
    controls
        Negative controls to measure beside the image, of :data:`radpipe.features.variant.CONTROLS`; their rows have
        the configuration ``NAME~CONTROL``.
    states
        Perturbed states to measure too, see :func:`radpipe.features.variant.states`; their rows stand in
        ``perturbed.parquet``, what they say of each feature in ``robustness.csv``.
    limits, isolate
        What an image may take, and whether it is measured in a process of its own also when there is one job and no
        limit, so that a crash in native code is a row. The command line always isolates.
    dask
        Address or scheduler file of a dask cluster that runs already; images are measured there.
    policy
        What becomes of each problem; None is the default of each.
    options
        Rules of the data set that may be changed.
    retry_failed
        Measure images again that have a failed ROI.
    private
        Key file: case ids become keyed digests, and no id, path or fact of a case reaches the output. Such a run keeps
        no index and no record of its files, so it cannot be verified later.
    register
        ``rigid`` registers images that do not share patient space with the one that was drawn on; empty does not.
    transforms
        Folder of the user's own transforms, taken before any registration; empty: none.
    quiet
        Tell no progress.

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
    folder = Path(out)
    refuse_out_inside(source, folder)
    engine_version(engine)  # refused before anything is read where it is not installed
    selection = Selection(RoiRule.parse(rois, merges), tuple(modalities), tuple(cases))
    presets = Presets.of(params)
    variants: list[Variant] = [*map(Control, dict.fromkeys(controls)), *states]
    for _, settings in presets.entries:
        for variant in variants:
            refuse_unfit(variant, settings, engine)
    registering = Registering(register, str(transforms))
    said = SilentProgress() if quiet else PlainProgress(0)

    def asked(cohort: Cohort) -> list[Request]:
        plain = _requests(cohort, presets, selection, variants, engine, policy)
        return [replace(request, registering=registering) for request in plain]

    with locked(folder, said.say):
        planned = planned_source(source, dataset, folder, asked, options, private)
        executor = executor_for(jobs, limits, isolate=isolate, dask=dask)
        with Stop(said.say) as stop:
            for name, remark in ((settings.name, text) for _, settings in presets.entries for text in settings.remarks):
                said.say(f"{name}: {remark}")
            get_ready(engine, said.say)
            # pandas is imported while workers get ready.
            Thread(target=import_module, args=("radpipe.tables.export",), daemon=True).start()
            tables = _worked(planned, folder, executor, stop, retry_failed=retry_failed, quiet=quiet)
        if private is not None:
            for plan_file in planned:
                plan_file.path.unlink(missing_ok=True)
    return RunSummary(folder, tables.features, tables.account, tables.codes, int(stop.signal or 0))


def _requests(
    cohort: Cohort,
    presets: Presets,
    selection: Selection,
    variants: Sequence[Variant],
    engine: str,
    policy: Policy | None,
) -> list[Request]:
    """Ask for each modality with its settings, and for each control and state of it."""
    images = Counter(image.modality.upper() for case in cohort for image in case.images)
    runs = presets.assigned(images, selection.modalities)
    if not runs:
        refuse_nothing(cohort, selection.rule, selection.modalities)
        message = f"nothing of {cohort.root} is selected: {len(cohort)} cases, no image"
        raise NothingUsableError(message)
    return [
        Request(replace(selection, modalities=chosen), settings, engine, policy or Policy())
        for chosen, plain in runs
        for settings in (plain, *(plain.with_variant(variant) for variant in variants))
    ]


def _worked(
    planned: Sequence[PlanFile],
    out: Path,
    executor: Executor,
    stop: Stop,
    *,
    retry_failed: bool,
    quiet: bool,
) -> Tables:
    """Measure what is open and write the tables; once more where a pack was found damaged only then."""
    for _ in range(2):
        index = None
        for number, one in enumerate(planned):
            share = share_of(one, out, retry_failed=retry_failed, whole=number == 0)
            index = share.index if number == 0 else index
            if len(share) and stop.signal is None:
                progress: Progress = SilentProgress() if quiet else progress_for(len(share))
                drive(share, out, executor, progress, stop=stop, measure=measure_of(one))
            index = None if len(share) else index
        word = stop.signal.name if stop.signal is not None else ""
        tables = make_tables(out, index=index, stopped_by=word)
        if tables is not None:
            return tables
    message = "the accounts do not add up: a planned ROI has no outcome"
    raise AccountsError(message)


def check(
    source: str | Path | Cohort,
    *,
    out: str | Path,
    dataset: str = "dicom",
    rois: Sequence[str] = (),
    merges: Sequence[str] = (),
    modalities: Sequence[str] = (),
    cases: Sequence[str] = (),
    jobs: int = 1,
    limits: Limits | None = None,
    isolate: bool = False,
    policy: Policy | None = None,
    options: DatasetOptions | None = None,
    quiet: bool = True,
) -> CheckSummary:
    """Open every image and mask that would be measured, and write what is wrong to ``OUT/check.csv``.

    Parameters are those of :func:`extract`. A row that is ``ok`` may carry warnings in its message.

    Raises
    ------
    RadpipeError
        As :func:`extract`.
    """
    import pandas as pd

    from radpipe.tables.export import write_csv

    folder = Path(out)
    refuse_out_inside(source, folder)
    selection = Selection(RoiRule.parse(rois, merges), tuple(modalities), tuple(cases))
    with locked(folder):
        cohort = open_source(source, dataset, folder, options)
        nothing = Params("check", (), {})
        planned = plan(cohort, selection, nothing, engine=ENGINES[0], policy=policy)
        progress: Progress = SilentProgress() if quiet else progress_for(len(planned.tasks))
        with Stop(progress.say) as stop:
            rows = drive_check(planned, folder, executor_for(jobs, limits, isolate=isolate), progress, stop)
        table = pd.DataFrame(rows, columns=list(CHECK_COLUMNS))
        write_csv(folder / "check.csv", table)
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
    )


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
    told = json.loads((path.parent / "provenance.json").read_text(encoding="utf-8"))["counts"]
    counts = frame["status"].value_counts()
    found = {name: int(counts.get(name, 0)) for name in ("ok", "failed", "skipped")}
    if len(frame) != told["planned"] or any(found[name] != told[name] for name in found):
        message = f"{path} does not fit its provenance: {found} of {len(frame)} rows, told {told}"
        raise UsageError(message)
    if not rois:
        return frame
    names = {roi.strip().casefold() for roi in rois}
    return frame[frame["roi"].str.casefold().isin(names)].reset_index(drop=True)
