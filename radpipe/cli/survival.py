"""``radpipe survival``: from a feature table and a clinical table to a report and a statistician's pack."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from radpipe.cli.options import Out
from radpipe.cli.shared import takes
from radpipe.cli.survival_options import (
    Bootstraps,
    ClinicalModelFile,
    ClinicalTableFile,
    Dataset,
    Decisions,
    EndpointName,
    EventColumn,
    FeatureTable,
    Folds,
    Jobs,
    ModalityName,
    Permutations,
    Primary,
    PrivateKey,
    RecipeName,
    Repeats,
    RoiName,
    Seed,
    Seeds,
    SignatureName,
    SmallestDifference,
    TimeColumn,
    TimeUnit,
    VolumeColumn,
    WithoutDecision,
)
from radpipe.cli.table_options import reading_of
from radpipe.cli.trial_options import (
    Batch,
    CombatForm,
    Covariates,
    LeastIcc,
    LockedName,
    ReferenceBatch,
    SaveModel,
    States,
)

if TYPE_CHECKING:
    from rich.console import Console

    from radpipe.survival.procedure.results import SurvivalAnalysis

__all__ = ["register", "show"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog="Example: radpipe survival out --clinical HN1/clinical.csv --endpoint overall_survival --roi GTV-1 "
        "-o survival"
    )(survival)


@takes(reading=reading_of)
def survival(
    features: FeatureTable,
    clinical: ClinicalTableFile,
    out: Out,
    dataset: Dataset = "hn1",
    endpoint: EndpointName = "overall_survival",
    roi: RoiName = None,
    modality: ModalityName = None,
    event: EventColumn = None,
    time: TimeColumn = None,
    unit: TimeUnit = "days",
    clinical_model: ClinicalModelFile = None,
    volume_column: VolumeColumn = None,
    signature: SignatureName = None,
    private: PrivateKey = None,
    seed: Seed = 2014,
    primary: Primary = "volume",
    recipe: RecipeName = "ridge",
    smallest: SmallestDifference = 0.02,
    repeats: Repeats = None,
    folds: Folds = 5,
    bootstraps: Bootstraps = None,
    permutations: Permutations = None,
    seeds: Seeds = None,
    jobs: Jobs = 1,
    batch: Batch = None,
    covariate: Covariates = None,
    combat: CombatForm = "eb",
    reference_batch: ReferenceBatch = None,
    robustness: States = None,
    least_icc: LeastIcc = 0.75,
    save_model: SaveModel = None,
    model: LockedName = None,
    reading: Any = None,
    qc: Decisions = None,
    qc_unreviewed: WithoutDecision = "include",
) -> None:
    """Ask whether the image says more about survival than volume, stage and age already do.

    Writes `OUT/report.html`, its figures, and a statistician's pack of tables with an R script that checks the fits.
    """  # fmt: skip
    from rich.console import Console

    from radpipe.cli.time_left import time_left
    from radpipe.qc.analysis import QcChoice, unreviewed_of
    from radpipe.survival.procedure.plan import AnalysisPlan, ways_of
    from radpipe.survival.procedure.trials import Trials
    from radpipe.survival_pipeline import survival_report

    plan = AnalysisPlan(repeats, folds, bootstraps, permutations, primary=primary, recipe=ways_of(recipe),
                        smallest=smallest, seeds=seeds)  # fmt: skip
    trials = Trials(batch, tuple(covariate or ()), combat, reference_batch, robustness, least_icc)
    decided = None if qc is None else QcChoice(qc, unreviewed_of(qc_unreviewed))
    with time_left() as progress:
        analysis = survival_report(
            features, clinical, out, dataset=dataset, endpoint=endpoint, roi=roi, modality=modality, event=event,
            time=time, unit=unit, clinical_model=clinical_model, volume_column=volume_column, signature=signature,
            private=private, seed=seed, plan=plan, jobs=jobs, trials=trials,
            save_model=save_model, model=model, reading=reading, qc=decided,
            progress=progress,
        )  # fmt: skip
    show(analysis, out, Console(highlight=False))


def show(analysis: "SurvivalAnalysis", out: Path, console: "Console") -> None:
    """Print the answers, the models side by side, and where the report lies."""
    from rich.box import SIMPLE
    from rich.markup import escape
    from rich.table import Table

    from radpipe.report.blocks import number_text

    told = f"{len(analysis.event)} patients, {int(analysis.event.sum())} events; risks of held-out folds"
    table = Table(title=f"{escape(analysis.endpoint)}: {told}", title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0))
    table.add_column("model", no_wrap=True)
    for name in ("C-index (95 %)", "corrected", "slope"):
        table.add_column(name, justify="right", no_wrap=True)
    for model in analysis.models:
        table.add_row(
            escape(model.name),
            f"{model.c_index:.3f}",
            number_text(model.corrected_c),
            number_text(model.calibration_slope.value, 2),
        )
    if analysis.models:
        console.print(table)
    for verdict in analysis.verdicts:
        console.print(f"[bold]{escape(verdict.question)}[/bold]\n  {escape(verdict.sentence)}")
    if analysis.permutation is not None:
        found = "passed" if analysis.permutation.passed else "FAILED"
        console.print(f"self-test on permuted outcomes: C {analysis.permutation.mean:.3f}, {found}")
    for warning in analysis.warnings:
        console.print(f"[yellow]warning[/yellow]  {escape(warning)}")
    console.print(f"report: {escape(str(out / 'report.html'))}")
