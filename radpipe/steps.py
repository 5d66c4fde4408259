"""The three steps of a run: plan, work, tables. ``radpipe extract`` does all of them in one process."""

import hashlib
import json
import platform
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radpipe.cohort import Case, Cohort
from radpipe.datasets.options import DatasetOptions
from radpipe.errors import NothingUsableError, UsageError
from radpipe.features.params import Params
from radpipe.files import list_files, read_whole, remove, sweep, write_text
from radpipe.outcome import Outcome
from radpipe.private import scrubbed
from radpipe.run.drive import stopped_outcome
from radpipe.run.plan import ConfigRequest, PlannedRow, planned_entries, scope_of
from radpipe.run.record import Recipe, task_text
from radpipe.store.index import PackIndex, scan
from radpipe.store.ledger import Account, LedgerRow, shared_rows
from radpipe.store.plans import PlanEntry, PlanFile, list_plans, write_plan_file, write_plan_list

if TYPE_CHECKING:
    from radpipe.tables.export import Told

__all__ = ["USED_BY_TABLES", "Tables", "make_plan", "make_tables"]

SUPERSEDED_S = 7 * 86_400.0
"""Age of a plan file that is no longer listed from which it is removed: a job of it may wait in a queue for days."""

TABLES = (
    "features.csv",
    "features.parquet",
    "failures.csv",
    "data_dictionary.csv",
    "provenance.json",
    "cases.csv",
    "qc.csv",
)
"""Files that every finished run has in ``OUT/tables``."""

USED_BY_TABLES = (
    "radpipe.tables.export",
    "radpipe.tables.cases",
    "radpipe.tables.acquisition",
    "radpipe.tables.registrations",
    "radpipe.tables.robustness",
    "radpipe.qc.review",
)
"""What :func:`make_tables` imports when it is called, pandas with it; who has time before may do it then."""


def make_plan(
    cohort: Cohort,
    request: ConfigRequest,
    options: DatasetOptions,
    out: Path,
    *,
    shards: int = 1,
    private: Path | None = None,
) -> PlanFile:
    """Write the plan of a cohort, beside those that the output folder has.

    Parameters
    ----------
    cohort, request, options
        What is measured, and how.
    out
        The output folder.
    shards
        Into how many shares it is cut.
    private
        Folder of the owner, in which the plan of a private run lies with its references; the output folder gets a copy
        without. None: the run is not private.

    Raises
    ------
    UsageError
        The folder holds rows that this plan would replace by others: of other settings under the same name, or of the
        same name from another source.
    StorageError
        It cannot be written.
    """
    older = list_plans(out)
    header = request.header(cohort, options.to_json())
    scope = scope_of(header)
    if private is not None:
        header |= {"source": "(private)", "selection": {}, "private": True}
    _refuse_other_settings(out, header, older)
    folder, public = (out / "plans", None) if private is None else (private, out / "plans")
    known = {} if private is None else {case.case_id: case for case in cohort}
    entries = (
        _without_paths(entry, known) if task is None else replace(entry, task=task_text(task))
        for entry, task in planned_entries(cohort, request)
    )
    plan = write_plan_file(folder, entries, header, scope, cases=len(cohort), shards=shards, public=public)
    listed = replace(plan, path=out / "plans" / plan.path.name)
    _refuse_other_rows(listed, [other for other in older if other.scope != scope])
    from radpipe.tables.kept_cases import keep_cases

    keep_cases(out / "plans", f"{plan.path.stem}.cases.jsonl", cohort, _landmarks(cohort))
    write_plan_list(out, _with(older, listed))
    return plan


def _with(older: Sequence[PlanFile], plan: PlanFile) -> list[PlanFile]:
    """Put a plan in the place of that of its scope; behind those of its configuration, whose rows it may have too."""
    after = [plan.scope == other.scope for other in older]
    place = after.index(True) if any(after) else len(older)
    if any(other.config == plan.config for other in older[place + 1 :]):
        place = len(older)
    kept = [other for other in older[:place] if other.scope != plan.scope]
    return [*kept, plan, *older[place + 1 :]]


def _without_paths(entry: PlanEntry, private: Mapping[str, Case]) -> PlanEntry:
    """Take out of a private row what its sentence says of files; cases that are not private are not given."""
    case = private.get(entry.case_id)
    return entry if case is None else replace(entry, message=scrubbed(entry.message, case.images, case.rois))


def _refuse_other_settings(out: Path, header: Mapping[str, Any], older: Sequence[PlanFile]) -> None:
    for plan in older:
        if plan.config == header["config"] and plan.header["settings"] != header["settings"]:
            message = (
                f"{out} holds rows of {plan.config} that were measured with other settings: "
                f"{_difference(plan.header['settings'], header['settings'])}; choose another output folder, or give "
                "the settings another name, and both stand side by side"
            )
            raise UsageError(message)


def _difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Name the first settings that differ, with both values."""
    lines = []
    for section in new:
        one, other = (dict(part) if part else {} for part in (old.get(section) or {}, new[section]))
        names = sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
        lines += [f"{section}.{name} was {one.get(name)}, is {other.get(name)}" for name in names]
    return ", ".join(lines[:3])


def _refuse_other_rows(plan: PlanFile, others: Sequence[PlanFile]) -> None:
    """Refuse a plan whose rows stand already in another plan with another meaning."""
    for other in others:
        same = all(
            plan.header[name] == other.header[name]
            for name in ("dataset", "source", "settings_sha256", "engine", "policy")
        )
        twin = None if same or other.config != plan.config else shared_rows(plan, other)
        if twin is not None:
            remove(plan.path)
            message = (
                f"the output folder holds {', '.join(twin)} already, from {other.header['source']} with policy "
                f"{other.header['policy'] or 'as by default'} and engine {other.header['engine']['version']}; "
                "choose another output folder"
            )
            raise UsageError(message)


def _landmarks(cohort: Cohort) -> dict[str, list[tuple[object, ...]]]:
    if cohort.dataset != "ctpel":
        return {}
    from radpipe.datasets.ctpel import landmark_rows

    rows: dict[str, list[tuple[object, ...]]] = {}
    for row in landmark_rows(cohort):
        rows.setdefault(row.case_id, []).append(astuple(row))
    return rows


@dataclass(frozen=True, slots=True)
class Tables:
    """What the tables of an output folder say.

    Parameters
    ----------
    features
        Path of ``features.csv``.
    account, codes
        Rows by status, and problem codes with their number of rows.
    damaged
        Packs that were found damaged and set aside while the tables were made.
    """

    features: Path
    account: Account
    codes: tuple[tuple[str, int], ...]
    damaged: tuple[str, ...] = ()


def make_tables(
    out: Path, *, index: PackIndex | None = None, stopped_by: str = "", with_long: bool = False
) -> Tables | None:
    """Write the tables of all plans of an output folder; tables that are there and would be the same are kept.

    Parameters
    ----------
    out
        The output folder.
    index
        Of the packs, read whole; None reads it.
    stopped_by
        Write rows that are still open as skipped, with ``E_STOPPED`` and this word.
    with_long
        Write the long table though it is large.

    Returns
    -------
    Tables or None
        None, and nothing is written, when rows are open and ``stopped_by`` says nothing.

    Raises
    ------
    NothingUsableError
        The folder holds no run.
    StorageError
        A table could not be written, or a plan or pack cannot be read.
    """
    plans = list_plans(out)
    if not plans:
        message = f"{out} holds no run (plans.json is missing)"
        raise NothingUsableError(message)
    for folder in (out, out / "packs", out / "plans", out / "tables"):
        sweep(folder)
    _forget(out, plans)
    index = scan(out, whole=True) if index is None else index
    if not stopped_by and any((index.best(plan.keys()) < 0).any() for plan in plans):
        return None
    made_from = _made_from(out, plans, index, f"{stopped_by} {with_long}")
    kept = _kept(out, made_from)
    if kept is not None:
        return replace(kept, damaged=index.damaged)
    from radpipe.tables.cases import write_case_tables
    from radpipe.tables.export import write_provenance
    from radpipe.tables.registrations import write_coverage, write_registrations
    from radpipe.tables.robustness import write_robustness

    remove(out / "made.json")
    plain = [plan for plan in plans if not _is_state(plan)]
    perturbed = [plan for plan in plans if _is_state(plan)]

    def ended(row: LedgerRow) -> Outcome:
        return _stopped(row, stopped_by)

    states = write_robustness(out, perturbed, index, ended=ended)
    whole = states is None or states.account.ok == states.account.planned
    written = _write_rows(
        out, plain, index, ended=ended, with_long=with_long, failed_too=() if whole else perturbed
    )  # fmt: skip
    account, codes = written.account, written.codes
    if states is not None:
        account = Account(*(one + other for one, other in zip(astuple(account), astuple(states.account), strict=True)))
        codes = tuple((Counter(dict(codes)) + Counter(dict(states.codes))).most_common())
    cases = write_case_tables(out, _case_files(out, plans))
    write_registrations(out)
    write_coverage(out)
    write_provenance(out, _provenance(plans, written.account, written.inputs_sha256, cases))
    tables = Tables(out / "tables" / "features.csv", account, codes, index.damaged)
    _keep(out, made_from, tables)
    return tables


def _write_rows(
    out: Path,
    plans: Sequence[PlanFile],
    index: PackIndex,
    *,
    ended: Callable[[LedgerRow], Outcome],
    with_long: bool,
    failed_too: Sequence[PlanFile],
) -> "Told":
    """Write the tables of features, of masks and of acquisition in one pass over the rows."""
    from radpipe.qc.flags import flagged
    from radpipe.qc.metrics import QcRows
    from radpipe.qc.review import write_verdicts
    from radpipe.tables.acquisition import AcquisitionRows
    from radpipe.tables.export import write_feature_tables

    folder, settings = out / "tables", _settings(plans)
    with QcRows.gathered_in(folder, settings) as rows, AcquisitionRows.gathered_in(folder) as images:

        def seen(row: LedgerRow, outcome: Outcome) -> None:
            rows.add(outcome, row.entry.key)
            images.add(outcome)

        written = write_feature_tables(
            out, plans, index, params=settings, ended=ended, with_long=with_long, seen=seen, failed_too=failed_too
        )
        write_verdicts(out, flagged(rows))
        images.write(out, private=any(plan.header.get("private") for plan in plans))
    return written


def _forget(out: Path, plans: Sequence[PlanFile]) -> None:
    """Remove plans in whose place newer ones stand, once no process of theirs can still be at work."""
    listed = {plan.path.stem for plan in plans}
    for ending in (".parquet", ".cases.jsonl"):
        for path in list_files(out / "plans", ending):
            with suppress(FileNotFoundError):
                old = time.time() - path.stat().st_mtime > SUPERSEDED_S
                if old and path.name.startswith("plan-") and path.name.removesuffix(ending) not in listed:
                    remove(path)


def _is_state(plan: PlanFile) -> bool:
    return bool(plan.header["settings"].get("variant", {}).get("kind") == "state")


def _settings(plans: Sequence[PlanFile]) -> list[Params]:
    return list({plan.config: Recipe.of(plan.header).params for plan in plans}.values())


def _stopped(row: LedgerRow, word: str) -> Outcome:
    entry = row.entry
    return stopped_outcome(PlannedRow(entry.case_id, entry.image_id, entry.modality, row.roi, entry.config), word)


def _case_files(out: Path, plans: Sequence[PlanFile]) -> list[Path]:
    paths = [out / "plans" / f"{plan.path.stem}.cases.jsonl" for plan in plans]
    return [path for path in paths if path.is_file()]


def _made_from(out: Path, plans: Sequence[PlanFile], index: PackIndex, options: str) -> str:
    """Digest all that the tables are made from: the same digest, the same tables."""
    digest = hashlib.sha256()
    for text in (version("radpipe"), platform.python_version(), options, read_whole(out / "plans.json").decode()):
        digest.update(f"{text}\n".encode())
    kept = [(out / "transforms", ".json"), (out / "coverage", ".json"), (out / "qc", ".jsonl")]
    for path in (*_case_files(out, plans), *(path for place in kept for path in list_files(*place))):
        digest.update(hashlib.sha256(read_whole(path)).digest())
    for pack in index.packs:
        digest.update(f"{pack.text}\n".encode())
    return digest.hexdigest()


def _stamps(out: Path) -> dict[str, list[int]]:
    """Return size and time of each table; those of ``qc.csv`` do not count, since importing decisions rewrites it."""
    paths = [path for ending in (".csv", ".parquet", ".json") for path in list_files(out / "tables", ending)]
    stamps = {path.name: [path.stat().st_size, path.stat().st_mtime_ns] for path in paths}
    return stamps | ({"qc.csv": [0, 0]} if "qc.csv" in stamps else {})


def _keep(out: Path, made_from: str, tables: Tables) -> None:
    account = list(astuple(tables.account))
    record = {"made_from": made_from, "account": account, "codes": tables.codes, "files": _stamps(out)}
    write_text(out / "made.json", json.dumps(record, indent=1) + "\n")


def _kept(out: Path, made_from: str) -> Tables | None:
    """Return what the tables say that are there, when they were made from the same and nobody touched them since."""
    try:
        record = json.loads(read_whole(out / "made.json"))
        same = (
            record["made_from"] == made_from and record["files"] == _stamps(out) and set(TABLES) <= set(record["files"])
        )
        account, codes = Account(*record["account"]), tuple((code, count) for code, count in record["codes"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return Tables(out / "tables" / "features.csv", account, codes) if same else None


def _provenance(plans: Sequence[PlanFile], account: Account, inputs_sha256: str, cases: int) -> dict[str, Any]:
    """Tell all that could change a number; nothing that changes from run to run, and no path."""
    libraries = ("numpy", "scipy", "pandas", "SimpleITK", "PyWavelets", "pydicom", "highdicom")
    names = ("engine", "dataset", "config", "settings", "settings_sha256", "policy", "registration")
    runs = [{name: plan.header[name] for name in names if name in plan.header} for plan in plans]
    counts = {
        "cases": cases,
        "images": sum(plan.tasks for plan in plans),
        "planned": account.planned,
        "ok": account.ok,
        "failed": account.failed,
        "skipped": account.skipped,
    }
    return {
        "radpipe": version("radpipe"),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in libraries},
        "inputs_sha256": inputs_sha256,
        "counts": counts,
        **(runs[0] if len(runs) == 1 else {"runs": runs}),
    }
