"""From two tables to a folder of answers: join, analyse, write; what ``radpipe survival`` does, this function does."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from radpipe.clinical import ClinicalTable
from radpipe.files import write_text
from radpipe.qc.analysis import LeftOut, QcUse, choose_rows
from radpipe.qc.section import Judged, judged
from radpipe.report.folder import staged
from radpipe.report.pack import write_pack
from radpipe.report.pages import write_report
from radpipe.report.scrutiny_sections import scrutiny_sections, scrutiny_tables
from radpipe.report.validation_page import write_validation
from radpipe.survival.design.measuring import measuring_of
from radpipe.survival.design.patients import Patients, join
from radpipe.survival.design.remeasured import RowChoice, plain_and_controls
from radpipe.survival.procedure.added_value import QUESTIONS
from radpipe.survival.procedure.analysis import AnalysisPlan, analyse, volume_column_of
from radpipe.survival.procedure.description import too_few
from radpipe.survival.procedure.results import SurvivalAnalysis
from radpipe.survival.procedure.scrutiny import Asked, Scrutiny, prepared_setting, scrutinise
from radpipe.survival.procedure.setting import Setting
from radpipe.survival.procedure.trials import batch_labels, with_scrutiny
from radpipe.survival.signatures.applied import Applied, apply
from radpipe.survival.signatures.external import External, judge
from radpipe.survival.signatures.files import find_signature
from radpipe.survival.signatures.locked_file import find_locked, save_locked
from radpipe.survival.signatures.locking import lock
from radpipe.survival_request import SurvivalAsked, SurvivalRequest, TablesAsked, TablesRequest, survival_request_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["survival_report", "validate_model"]


def survival_report(
    features: "str | Path | pd.DataFrame | SurvivalRequest",
    clinical: str | Path | ClinicalTable | None = None,
    out: str | Path | None = None,
    *,
    progress: Callable[[float], None] | None = None,
    **asked: Unpack[SurvivalAsked],
) -> SurvivalAnalysis:
    """Ask whether the image says more about survival than volume and stage, and write report and pack.

    Parameters
    ----------
    features
        Feature table (frame, CSV, Parquet), the output folder of an extraction, or a whole
        :class:`~radpipe.survival_request.SurvivalRequest`, beside which nothing else is told.
    clinical
        Clinical table, loaded or as a file.
    out
        Where ``report.html``, ``figures`` and the pack go; nothing is written when anything is wrong.
    progress
        Is given the share of the work that is done, 0 to 1.
    **asked
        Other fields of a :class:`~radpipe.survival_request.SurvivalRequest`, told there: ``roi``, ``endpoint``,
        ``plan``, ``seed``, ``jobs``, ``trials``, ...

    Raises
    ------
    UsageError
        Tables, columns or options do not fit each other; the message says which.
    StorageError
        The folder cannot be written.
    """
    request = survival_request_of(features, clinical, out, asked)
    cohort = _Cohort.of(request)
    patients = cohort.patients({} if cohort.use is None else cohort.use.excluded)
    applied = None if request.signature is None else apply(find_signature(request.signature), patients)
    volume = volume_column_of(patients.features, request.volume_column)
    if too_few(patients.endpoint):  # described, without any model
        analysis = analyse(patients, clinical_model=request.declared, volume_column=volume, plan=request.plan,
                           seed=request.seed)  # fmt: skip
        quality = None if cohort.use is None else judged(analysis, cohort.use, request.folder, lambda _: None)
        return _written(analysis, patients, request, cohort.dictionary, applied, Scrutiny(), quality)
    asked_beside, setting, analysis = cohort.analysed(patients, volume, request.planned, progress)
    scrutiny = scrutinise(setting, asked_beside, seed=request.seed)
    analysis = with_scrutiny(analysis, asked_beside, scrutiny)
    if request.save_model is not None:
        name = request.model or next(
            question.model_a for question in QUESTIONS if question.name == setting.plan.primary
        )
        measured = measuring_of(cohort.source, patients.extraction)
        save_locked(lock(setting, analysis, name, clinical_model=request.declared, patients=patients,
                         measuring=measured), request.save_model)  # fmt: skip
    quality = None
    if cohort.use is not None:
        brief = replace(request.planned, bootstraps=0, permutations=0, seeds=0)
        quality = judged(analysis, cohort.use, request.folder,
                         lambda left_out: cohort.analysed(cohort.patients(left_out), volume, brief)[2])  # fmt: skip
    return _written(analysis, patients, request, cohort.dictionary, applied, scrutiny, quality)


@dataclass(frozen=True, slots=True, eq=False)
class _Cohort:
    """The tables of a request, read: patients with and without those that quality control leaves out."""

    request: SurvivalRequest
    table: ClinicalTable
    source: "str | Path | pd.DataFrame"
    rows: "str | Path | pd.DataFrame"
    controls: "Mapping[str, pd.DataFrame]"
    use: QcUse | None

    @classmethod
    def of(cls, request: SurvivalRequest) -> "_Cohort":
        """Read the tables."""
        table, source = request.table(), request.measured()
        rows, controls = plain_and_controls(source, request.volume_column)
        use = None if request.qc is None else choose_rows(request.features, request.qc, request.roi)
        return cls(request, table, source, rows, controls, use)

    @property
    def dictionary(self) -> Mapping[str, str]:
        """Meanings of the clinical columns."""
        return self.table.dictionary

    def patients(self, left_out: LeftOut) -> Patients:
        """Join the tables, some rows set aside."""
        request = self.request
        return join(self.rows, self.table, request.rule, roi=request.roi, lesions=request.read_by.several,
                    loose_ids=request.read_by.loose_ids, volume_column=request.volume_column, fewest_events=1,
                    set_aside=left_out)  # fmt: skip

    def analysed(
        self, patients: Patients, volume: str, plan: AnalysisPlan, progress: Callable[[float], None] | None = None
    ) -> tuple[Asked, Setting, SurvivalAnalysis]:
        """Analyse patients with what is asked beside."""
        request = self.request
        choice = RowChoice(request.roi, request.read_by.several, request.read_by.loose_ids)
        beside = request.beside.asked(patients, request.declared, self.source, self.controls, choice)
        setting = prepared_setting(patients, request.declared, volume, plan, beside, jobs=request.jobs,
                                   seed=request.seed)  # fmt: skip
        analysis = analyse(patients, clinical_model=request.declared, volume_column=volume, plan=plan,
                           seed=request.seed, jobs=request.jobs, steps=setting.study.steps,
                           progress=progress)  # fmt: skip
        return beside, setting, analysis


def _written(
    analysis: SurvivalAnalysis, patients: Patients, request: SurvivalRequest, dictionary: Mapping[str, str],
    applied: Applied | None, scrutiny: Scrutiny, quality: Judged | None,
) -> SurvivalAnalysis:  # fmt: skip
    """Write pack and page, whole or not at all; return the analysis with what signature and decisions add."""
    more = (*request.more, *scrutiny_sections(scrutiny))
    if quality is not None:
        analysis, more = quality.told_in(analysis), (*more, quality.section)
    if applied is not None:
        analysis = replace(analysis, notes=(*analysis.notes, applied.sentence))
    with staged(request.folder) as folder:
        signature = {} if applied is None else {"signature.csv": applied.table()}
        more_tables = {**signature, **scrutiny_tables(scrutiny)}
        write_pack(analysis, patients, folder, dictionary=dictionary, more=more_tables)
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
    horizons_years: tuple[float, ...] = (2.0, 5.0),
    batch: str | None = None,
    **asked: Unpack[TablesAsked],
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
    horizons_years
        Of absolute risks.
    batch
        Column of scanners or centres, for a model that harmonises; None takes the model's own.
    **asked
        Other fields of a :class:`~radpipe.survival_request.TablesRequest`, told there: ``dataset``, ``endpoint``,
        ``roi``, ``event``, ``time``, ``unit``, ``private``, ``reading``.

    Raises
    ------
    UsageError
        The patients were measured otherwise than those of the model, and every difference is named; or tables, columns
        or options do not fit each other.
    StorageError
        The folder cannot be written.
    """
    locked = find_locked(model)
    request = TablesRequest(features, clinical, out, **asked)
    table = request.table()
    rows, _ = plain_and_controls(features)
    patients = join(rows, table, request.rule, roi=request.roi, lesions=request.read_by.several,
                    loose_ids=request.read_by.loose_ids)  # fmt: skip
    column = batch or locked.batch_column
    labels = batch_labels(column, patients, features) if column and locked.combat is not None else {}
    measured = measuring_of(features, patients.extraction)
    external = judge(locked, patients, measured, horizons_years=horizons_years, batch=labels)
    write_validation(external, request.rule.name, out)
    return external
