"""From two tables to a folder of answers: join, analyse, write; what ``radpipe survival`` does, this function does."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from radpipe.clinical import ClinicalTable
from radpipe.errors import UsageError
from radpipe.files import write_text
from radpipe.private import private_clinical, read_key
from radpipe.qc.analysis import LeftOut, QcChoice, choose_rows
from radpipe.qc.section import Judged, judged
from radpipe.report.blocks import Section
from radpipe.report.folder import staged
from radpipe.report.pack import as_words, write_pack
from radpipe.report.pages import write_report
from radpipe.report.scrutiny_sections import scrutiny_sections, scrutiny_tables
from radpipe.report.validation_page import write_validation
from radpipe.survival.design.clinical_model import ClinicalModel
from radpipe.survival.design.feature_table import of_modality
from radpipe.survival.design.measuring import measuring_of
from radpipe.survival.design.patients import Patients, join
from radpipe.survival.design.remeasured import RowChoice, plain_and_controls
from radpipe.survival.design.tables import TableReading, choose_clinical_model, choose_endpoint, read_clinical
from radpipe.survival.procedure.added_value import QUESTIONS
from radpipe.survival.procedure.analysis import AnalysisPlan, analyse, volume_column_of
from radpipe.survival.procedure.description import too_few
from radpipe.survival.procedure.results import SurvivalAnalysis
from radpipe.survival.procedure.safeguards import refuse_outcomes
from radpipe.survival.procedure.scrutiny import prepared_setting, scrutinise
from radpipe.survival.procedure.trials import Trials, batch_labels, with_scrutiny
from radpipe.survival.signatures.applied import Applied, apply
from radpipe.survival.signatures.external import External, judge
from radpipe.survival.signatures.files import find_signature
from radpipe.survival.signatures.locked_file import find_locked, save_locked
from radpipe.survival.signatures.locking import lock
from radpipe.tables.export import write_csv

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["survival_report", "validate_model"]


def survival_report(
    features: "str | Path | pd.DataFrame",
    clinical: str | Path | ClinicalTable,
    out: str | Path,
    *,
    dataset: str = "hn1",
    endpoint: str = "overall_survival",
    roi: str | None = None,
    modality: str | None = None,
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
    trials: Trials | None = None,
    save_model: str | Path | None = None,
    model: str | None = None,
    qc: QcChoice | None = None,
    progress: Callable[[float], None] | None = None,
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
    modality
        Take the rows of this modality only (CT, PT or PET, MR); of a joined table there is one row a patient anyway.
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
    trials
        Scanners or centres to harmonise, perturbed states: what is asked beside the analysis. Negative controls are
        asked where the feature table has them.
    save_model
        A new file for a locked model, which :func:`validate_model` judges on another cohort.
    model
        Its name among the models; None takes the one that the primary question asks about.
    qc
        Decisions of quality control: excluded rows are left out, and the page tells C with and without them. The
        features are then those of an output folder.
    progress
        Is given the share of the work that is done, 0 to 1.

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
    if modality is not None:
        features = _of_one_modality(features, modality, volume_column, qc)
    rows, controls = plain_and_controls(features, volume_column)
    choice = RowChoice(roi, reading.several, reading.loose_ids)
    use = None if qc is None else choose_rows(features, qc, roi)

    def joined(left_out: LeftOut) -> Patients:
        return join(rows, table, rule, roi=roi, lesions=choice.lesions, loose_ids=choice.loose_ids,
                    volume_column=volume_column, fewest_events=1, set_aside=left_out)  # fmt: skip

    def answered(left_out: LeftOut, brief: AnalysisPlan) -> SurvivalAnalysis:
        some = joined(left_out)
        others = (trials or Trials()).asked(some, declared, features, controls, choice)
        steps = prepared_setting(some, declared, volume, brief, others, jobs=jobs).study.steps
        return analyse(some, clinical_model=declared, volume_column=volume, plan=brief, seed=seed, jobs=jobs,
                       steps=steps)  # fmt: skip

    patients = joined({} if use is None else use.excluded)
    applied = None if signature is None else apply(find_signature(signature), patients)
    volume = volume_column_of(patients.features, volume_column)
    _refuse_existing(save_model)
    if too_few(patients.endpoint):  # described, without any model
        analysis = analyse(patients, clinical_model=declared, volume_column=volume, plan=plan, seed=seed)
        quality = None if use is None else judged(analysis, use, Path(out), lambda _: None)
        return _written(analysis, patients, Path(out), table.dictionary, applied, more, {}, quality)
    asked = (trials or Trials()).asked(patients, declared, features, controls, choice)
    setting = prepared_setting(patients, declared, volume, plan or AnalysisPlan(), asked, jobs=jobs)
    analysis = analyse(patients, clinical_model=declared, volume_column=volume, plan=plan, seed=seed, jobs=jobs,
                       steps=setting.study.steps, progress=progress)  # fmt: skip
    found = scrutinise(setting, asked, seed=seed)
    analysis = with_scrutiny(analysis, asked, found)
    if save_model is not None:
        name = model or next(one.model_a for one in QUESTIONS if one.name == setting.plan.primary)
        measured = measuring_of(features, patients.extraction)
        save_locked(lock(setting, analysis, name, clinical_model=declared, patients=patients, measuring=measured),
                    save_model)  # fmt: skip
    brief = replace(plan or AnalysisPlan(), bootstraps=0, permutations=0, seeds=0)
    quality = None if use is None else judged(analysis, use, Path(out), lambda left_out: answered(left_out, brief))
    return _written(analysis, patients, Path(out), table.dictionary, applied, (*more, *scrutiny_sections(found)),
                    scrutiny_tables(found), quality)  # fmt: skip


def _of_one_modality(
    features: "str | Path | pd.DataFrame", modality: str, volume_column: str | None, qc: QcChoice | None
) -> "pd.DataFrame":
    """Read the rows of one modality; decisions of quality control belong to a whole folder."""
    if qc is not None:
        message = "--modality and --qc: decisions are of a whole run; measure the modality into a folder of its own"
        raise UsageError(message)
    return of_modality(features, modality, volume_column)


def _refuse_existing(file: str | Path | None) -> None:
    """Refuse a file that is there before hours of work, not after."""
    if file is not None and Path(file).exists():
        message = f"{file} exists; a locked model is not overwritten"
        raise UsageError(message)


def _clinical_table(
    clinical: str | Path | ClinicalTable, dataset: str, reading: TableReading, private: str | Path | None,
    out: str | Path,
) -> ClinicalTable:  # fmt: skip
    """Read the clinical table; of a private extraction its ids become those of the feature table."""
    table = clinical if isinstance(clinical, ClinicalTable) else read_clinical(clinical, dataset, reading)
    return table if private is None else private_clinical(table, read_key(private, out))


def _written(
    analysis: SurvivalAnalysis, patients: Patients, out: Path, dictionary: Mapping[str, str], applied: Applied | None,
    more: tuple[Section, ...], tables: "Mapping[str, pd.DataFrame]", quality: Judged | None = None,
) -> SurvivalAnalysis:  # fmt: skip
    """Write pack and page, whole or not at all; return the analysis with what signature and decisions add."""
    if quality is not None:
        analysis, more = quality.told_in(analysis), (*more, quality.section)
    if applied is not None:
        analysis = replace(analysis, notes=(*analysis.notes, applied.sentence))
    with staged(out) as folder:
        write_pack(analysis, patients, folder, dictionary=dictionary)
        if applied is not None:
            write_csv(folder / "signature.csv", applied.table())
        for name, numbers in tables.items():
            write_csv(folder / name, as_words(numbers))
        if quality is not None:
            write_text(folder / "qc.json", json.dumps(quality.record, indent=2, ensure_ascii=False) + "\n")
        write_report(analysis, patients, folder, more=more)
    return analysis


def validate_model(
    model: str | Path,
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
    horizons_years: tuple[float, ...] = (2.0, 5.0),
    batch: str | None = None,
    private: str | Path | None = None,
    reading: TableReading | None = None,
) -> External:
    """Judge a locked model on other patients, unchanged, and write a page and its numbers.

    Parameters
    ----------
    model
        File of ``survival_report(save_model=)``, a signature's file, or a built-in signature's name.
    features, clinical
        Of the other patients, as for :func:`survival_report`.
    out
        Where ``validation.html``, figures and tables go.
    dataset, endpoint, roi, event, time, unit
        As for :func:`survival_report`.
    horizons_years
        Of absolute risks.
    batch
        Column of scanners or centres, for a model that harmonises; None takes the model's own.
    private, reading
        As for :func:`survival_report`.

    Raises
    ------
    UsageError
        The patients were measured otherwise than those of the model, and every difference is named; or tables, columns
        or options do not fit each other.
    StorageError
        The folder cannot be written.
    """
    locked = find_locked(model)
    reading = reading or TableReading()
    rule = choose_endpoint(dataset, endpoint, event=event, time=time, unit=unit, reading=reading)
    table = _clinical_table(clinical, dataset, reading, private, out)
    rows, _ = plain_and_controls(features)
    patients = join(rows, table, rule, roi=roi, lesions=reading.several, loose_ids=reading.loose_ids)
    column = batch or locked.batch_column
    labels = batch_labels(column, patients, features) if column and locked.combat is not None else {}
    measured = measuring_of(features, patients.extraction)
    found = judge(locked, patients, measured, horizons_years=horizons_years, batch=labels)
    write_validation(found, rule.name, out)
    return found
