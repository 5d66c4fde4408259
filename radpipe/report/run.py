"""From two tables to a folder of answers: join, analyse, write; what ``radpipe survival`` does, this function does."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from radpipe.clinical import ClinicalTable
from radpipe.errors import UsageError
from radpipe.private import private_clinical, read_key
from radpipe.report.folder import staged
from radpipe.report.pack import write_pack
from radpipe.report.pages import write_report
from radpipe.survival.analysis import Plan, analyse
from radpipe.survival.clinical_model import HN1_CLINICAL_MODEL, ClinicalModel, load_clinical_model
from radpipe.survival.clinical_tables import load_hn1_clinical
from radpipe.survival.endpoints import HN1_ENDPOINTS, EndpointRule, Unit, load_clinical
from radpipe.survival.patients import join, read_feature_table
from radpipe.survival.results import SurvivalAnalysis
from radpipe.survival.signatures import apply, find_signature
from radpipe.tables.export import write_csv

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["choose_endpoint", "survival_report"]

DATASETS = ("hn1", "generic")
UNITS = get_args(Unit)


def survival_report(
    features: "str | Path | pd.DataFrame",
    clinical: str | Path | ClinicalTable,
    out: str | Path,
    *,
    dataset: str = "hn1",
    endpoint: str = "overall_survival",
    roi: str | None = None,
    event: str | None = None,
    time: str | None = None,
    unit: str = "days",
    clinical_model: str | Path | ClinicalModel | None = None,
    volume_column: str | None = None,
    seed: int = 2014,
    plan: Plan | None = None,
    jobs: int = 1,
    private: str | Path | None = None,
    signature: str | Path | None = None,
) -> SurvivalAnalysis:
    """Ask whether the image says more about survival than volume and stage, and write report and pack.

    Parameters
    ----------
    features
        Feature table (frame, CSV, Parquet), or the output folder of an extraction.
    clinical
        Clinical table, loaded or as CSV.
    out
        Where ``report.html``, ``figures`` and the pack go; nothing is written when anything is wrong.
    dataset
        ``hn1`` or ``generic``: how the clinical table is read.
    endpoint
        HN1's: ``overall_survival``, ``recurrence_metastasis``, ``local``, ``locoregional``, ``distant``. Otherwise a
        name for what ``event`` and ``time`` tell.
    roi
        The ROI whose rows are taken; None where there is one row per patient anyway.
    event, time, unit
        Columns of a generic table, and the unit of time: days, months or years.
    clinical_model
        Clinical columns of the models, or a YAML that declares them; HN1 has one built in.
    volume_column
        The feature that is the tumour's volume; None takes the mesh volume.
    seed
        Of everything random.
    plan
        How thoroughly.
    jobs
        Processes.
    private
        Key file of a private extraction: the clinical table's ids are turned into the feature table's.
    signature
        A locked signature, by name or file, that is applied unchanged: told in the report, and ``signature.csv``.

    Raises
    ------
    UsageError
        Tables, columns or options do not fit each other; the message says which.
    StorageError
        The folder cannot be written.
    """
    rule = choose_endpoint(dataset, endpoint, event=event, time=time, unit=unit)
    declared = _clinical_model(dataset, clinical_model)
    table = clinical if isinstance(clinical, ClinicalTable) else _load(dataset, Path(clinical))
    if private is not None:
        table = private_clinical(table, read_key(private, out))
    patients = join(read_feature_table(features), table, rule, roi=roi)
    applied = None if signature is None else apply(find_signature(signature), patients)
    analysis = analyse(patients, clinical_model=declared, volume_column=volume_column, plan=plan, seed=seed, jobs=jobs)
    if applied is not None:
        analysis = replace(analysis, notes=(*analysis.notes, applied.sentence))
    with staged(Path(out)) as folder:
        write_pack(analysis, patients, folder, dictionary=table.dictionary)
        if applied is not None:
            write_csv(folder / "signature.csv", applied.table())
        write_report(analysis, patients, folder)
    return analysis


def choose_endpoint(
    dataset: str, endpoint: str, *, event: str | None = None, time: str | None = None, unit: str = "days"
) -> EndpointRule:
    """Return the rule of an endpoint, HN1's own or one made of two columns.

    Raises
    ------
    UsageError
        The name, the unit or a column is missing or unknown.
    """
    if dataset not in DATASETS:
        message = f"data set {dataset!r} is unknown for survival; allowed: {', '.join(DATASETS)}"
        raise UsageError(message)
    if event is None and time is None and dataset == "hn1":
        if endpoint not in HN1_ENDPOINTS:
            message = f"endpoint {endpoint!r} is unknown; HN1 has {', '.join(HN1_ENDPOINTS)}"
            raise UsageError(message)
        return HN1_ENDPOINTS[endpoint]
    if event is None or time is None:
        message = "an endpoint of your own needs both --event COLUMN and --time COLUMN"
        raise UsageError(message)
    if unit not in UNITS:
        message = f"--unit {unit!r} is unknown; allowed: {', '.join(UNITS)}"
        raise UsageError(message)
    return EndpointRule(name=endpoint, event_column=event, time_column=time, unit=cast(Unit, unit))


def _clinical_model(dataset: str, given: str | Path | ClinicalModel | None) -> ClinicalModel:
    if isinstance(given, ClinicalModel):
        return given
    if given is not None:
        return load_clinical_model(given)
    if dataset == "hn1":
        return HN1_CLINICAL_MODEL
    message = (
        "a generic clinical table needs --clinical-model YAML, for instance: columns: {age: {kind: numeric}, "
        "stage: {kind: categorical}}"
    )
    raise UsageError(message)


def _load(dataset: str, path: Path) -> ClinicalTable:
    return load_hn1_clinical(path) if dataset == "hn1" else load_clinical(path)
