"""From two tables to a folder of answers: join, analyse, write; what ``radpipe survival`` does, this function does."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from radpipe.clinical import ClinicalTable
from radpipe.private import private_clinical, read_key
from radpipe.report.blocks import Section
from radpipe.report.folder import staged
from radpipe.report.pack import write_pack
from radpipe.report.pages import write_report
from radpipe.survival.design.clinical_model import ClinicalModel
from radpipe.survival.design.patients import Patients, join
from radpipe.survival.design.tables import TableReading, choose_clinical_model, choose_endpoint, read_clinical
from radpipe.survival.procedure.analysis import AnalysisPlan, analyse
from radpipe.survival.procedure.results import SurvivalAnalysis
from radpipe.survival.procedure.safeguards import refuse_outcomes
from radpipe.survival.signatures.files import find_signature
from radpipe.survival.signatures.signature import Applied, apply
from radpipe.tables.export import write_csv

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["survival_report"]


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
    plan: AnalysisPlan | None = None,
    jobs: int = 1,
    private: str | Path | None = None,
    signature: str | Path | None = None,
    reading: TableReading | None = None,
    more: tuple[Section, ...] = (),
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
        The ROI whose rows are taken, or a glob such as ``GTV-*`` with ``reading.lesions``; None where there is one row
        per patient anyway.
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
    reading
        What the clinical table does not tell by itself: its id column, words that mean the event, dates, a sheet; and
        what becomes of several ROIs.
    more
        Sections that other rooms made, for the page.

    Raises
    ------
    UsageError
        Tables, columns or options do not fit each other; the message says which.
    StorageError
        The folder cannot be written.
    """
    reading = reading or TableReading()
    rule = choose_endpoint(dataset, endpoint, event=event, time=time, unit=unit, reading=reading)
    declared = choose_clinical_model(dataset, clinical_model)
    refuse_outcomes(declared, rule.outcome_columns)
    table = _clinical_table(clinical, dataset, reading, private, out)
    patients = join(features, table, rule, roi=roi, lesions=reading.several, loose_ids=reading.loose_ids,
                    volume_column=volume_column, fewest_events=1)  # fmt: skip
    applied = None if signature is None else apply(find_signature(signature), patients)
    analysis = analyse(patients, clinical_model=declared, volume_column=volume_column, plan=plan, seed=seed, jobs=jobs)
    return _written(analysis, patients, Path(out), table.dictionary, applied, more)


def _clinical_table(
    clinical: str | Path | ClinicalTable, dataset: str, reading: TableReading, private: str | Path | None,
    out: str | Path,
) -> ClinicalTable:  # fmt: skip
    """Read the clinical table; of a private extraction its ids become those of the feature table."""
    table = clinical if isinstance(clinical, ClinicalTable) else read_clinical(clinical, dataset, reading)
    return table if private is None else private_clinical(table, read_key(private, out))


def _written(
    analysis: SurvivalAnalysis, patients: Patients, out: Path, dictionary: Mapping[str, str], applied: Applied | None,
    more: tuple[Section, ...],
) -> SurvivalAnalysis:  # fmt: skip
    """Write pack and page, whole or not at all; return the analysis with the sentence of a locked signature."""
    if applied is not None:
        analysis = replace(analysis, notes=(*analysis.notes, applied.sentence))
    with staged(out) as folder:
        write_pack(analysis, patients, folder, dictionary=dictionary)
        if applied is not None:
            write_csv(folder / "signature.csv", applied.table())
        write_report(analysis, patients, folder, more=more)
    return analysis
