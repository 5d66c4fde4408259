"""``radpipe survival``: from a feature table and a clinical table to a report and a statistician's pack."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from radpipe.cli.shared import takes
from radpipe.cli.survival_options import (
    ClinicalModelFile,
    Decisions,
    Jobs,
    ModalityName,
    Seed,
    SignatureName,
    VolumeColumn,
    WithoutDecision,
)
from radpipe.cli.survival_values import plan_of, tables_of, trials_of
from radpipe.cli.trial_options import LockedName, SaveModel

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


@takes(tables=tables_of, plan=plan_of, trials=trials_of)
def survival(
    tables: dict[str, Any],
    modality: ModalityName = None,
    clinical_model: ClinicalModelFile = None,
    volume_column: VolumeColumn = None,
    signature: SignatureName = None,
    seed: Seed = 2014,
    plan: Any = None,
    jobs: Jobs = None,
    trials: Any = None,
    save_model: SaveModel = None,
    model: LockedName = None,
    qc: Decisions = None,
    qc_unreviewed: WithoutDecision = "include",
) -> None:
    """Ask whether the image says more about survival than volume, stage and age already do.

    Writes `OUT/report.html`, its figures, and a statistician's pack of tables with an R script that checks the fits.
    """  # fmt: skip
    from rich.console import Console

    from radpipe.cli.time_left import time_left
    from radpipe.machine import usual_jobs
    from radpipe.qc.analysis import QcChoice, unreviewed_of
    from radpipe.survival_pipeline import survival_report
    from radpipe.survival_request import SurvivalRequest

    decided = None if qc is None else QcChoice(qc, unreviewed_of(qc_unreviewed))
    request = SurvivalRequest(
        **tables, modality=modality, clinical_model=clinical_model, volume_column=volume_column, seed=seed, plan=plan,
        jobs=jobs or usual_jobs(), signature=signature, trials=trials, save_model=save_model, model=model, qc=decided,
    )  # fmt: skip
    with time_left() as progress:
        analysis = survival_report(request, progress=progress)
    show(analysis, request.folder, Console(highlight=False))


def show(analysis: "SurvivalAnalysis", out: Path, console: "Console") -> None:
    """Print the answers, the models side by side, and where the report lies."""
    from rich.box import SIMPLE
    from rich.markup import escape
    from rich.table import Table

    from radpipe.report.blocks import number_text

    size = f"{len(analysis.event)} patients, {int(analysis.event.sum())} events; risks of held-out folds"
    table = Table(title=f"{escape(analysis.endpoint)}: {size}", title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0))
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
        outcome = "passed" if analysis.permutation.passed else "FAILED"
        console.print(f"self-test on permuted outcomes: C {analysis.permutation.mean:.3f}, {outcome}")
    for warning in analysis.warnings:
        console.print(f"[yellow]warning[/yellow]  {escape(warning)}")
    console.print(f"report: {escape(str(out / 'report.html'))}")
