"""``radpipe survival``: from a feature table and a clinical table to a report and a statistician's pack."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from radpipe.cli.options import Out
from radpipe.cli.table_options import (
    DateFormat,
    EndDate,
    EventValues,
    IdColumn,
    LesionsOption,
    LooseIds,
    Sheet,
    StartDate,
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


def survival(
    features: Annotated[
        Path,
        typer.Argument(
            help="Feature table (CSV or Parquet), or the output folder of `radpipe extract`.", show_default=False
        ),
    ],
    clinical: Annotated[
        Path, typer.Option("--clinical", "-c", help="Clinical table (CSV, Excel or Parquet).", show_default=False)
    ],
    out: Out,
    dataset: Annotated[
        str, typer.Option("--dataset", "-d", help="`hn1`: columns are known and checked; `generic`: any table.")
    ] = "hn1",
    endpoint: Annotated[
        str,
        typer.Option(
            "--endpoint",
            "-e",
            help="hn1: `overall_survival`, `recurrence_metastasis`, `local`, "
            "`locoregional` or `distant`; generic: a name for `--event` and `--time`.",
        ),
    ] = "overall_survival",
    roi: Annotated[
        str | None,
        typer.Option(
            "--roi",
            "-r",
            help="The ROI whose row is taken, or `GTV-*` with --lesions; needed where patients have several.",
            show_default=False,
        ),
    ] = None,
    event: Annotated[
        str | None, typer.Option("--event", help="Column: 1 the event was seen, 0 it was not.", show_default=False)
    ] = None,
    time: Annotated[
        str | None, typer.Option("--time", help="Column: time to the event or end of follow-up.", show_default=False)
    ] = None,
    unit: Annotated[str, typer.Option("--unit", help="Of `--time`: days, months or years.")] = "days",
    clinical_model: Annotated[
        Path | None,
        typer.Option(
            "--clinical-model",
            help="YAML: which clinical columns enter, and how. hn1 has one built in: T, N, age, site, HPV.",
            show_default=False,
        ),
    ] = None,
    volume_column: Annotated[
        str | None,
        typer.Option(
            "--volume-column", help="Feature that is the tumour's volume. Default: the mesh volume.", show_default=False
        ),
    ] = None,
    signature: Annotated[
        str | None,
        typer.Option(
            "--signature",
            help="Locked signature (`radpipe signature list`) or YAML, applied unchanged.",
            show_default=False,
        ),
    ] = None,
    private: Annotated[
        Path | None,
        typer.Option("--private", help="Key file of `radpipe extract --private`.", show_default=False),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same numbers.")] = 2014,
    primary: Annotated[
        str,
        typer.Option(
            "--primary",
            help="The primary question: what radiomics adds to `volume`, `clinical-volume` or `clinical`, or volume to "
            "the clinical columns (`volume-clinical`). Declare it before you see data.",
        ),
    ] = "volume",
    recipe: Annotated[
        str,
        typer.Option(
            "--recipe", help="How features become a model: ridge, elastic-net, components, forward, signature or best."
        ),
    ] = "ridge",
    smallest: Annotated[
        float, typer.Option("--smallest-difference", help="The smallest difference in C that matters.")
    ] = 0.02,
    repeats: Annotated[
        int | None,
        typer.Option(
            min=1, help="Repeats of the cross-validation. Default: 10, from 1,000 patients 3.", show_default=False
        ),
    ] = None,
    folds: Annotated[int, typer.Option(min=2, help="Outer folds.")] = 5,
    bootstraps: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Bootstrap samples for the optimism of each model. Default: 40, from 1,000 patients 10.",
            show_default=False,
        ),
    ] = None,
    permutations: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Permuted outcomes of the self-test; 0 switches it off. Default: 20, from 1,000 patients 5.",
            show_default=False,
        ),
    ] = None,
    seeds: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Seeds of the figure over recipes, forms of volume and seeds; 0 switches it off. "
            "Default: 2, from 1,000 patients none.",
            show_default=False,
        ),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes.")] = 1,
    id_column: IdColumn = None,
    loose_ids: LooseIds = False,
    sheet: Sheet = None,
    event_value: EventValues = None,
    start: StartDate = None,
    end: EndDate = None,
    date_format: DateFormat = None,
    lesions: LesionsOption = None,
) -> None:
    """Ask whether the image says more about survival than volume, stage and age already do.

    Writes `OUT/report.html`, its figures, and a statistician's pack of tables with an R script that checks the fits.
    """  # fmt: skip
    from rich.console import Console

    from radpipe.survival.design.tables import TableReading
    from radpipe.survival.procedure.plan import AnalysisPlan, ways_of
    from radpipe.survival_pipeline import survival_report

    analysis = survival_report(
        features,
        clinical,
        out,
        dataset=dataset,
        endpoint=endpoint,
        roi=roi,
        event=event,
        time=time,
        unit=unit,
        clinical_model=clinical_model,
        volume_column=volume_column,
        signature=signature,
        private=private,
        seed=seed,
        plan=AnalysisPlan(
            repeats,
            folds,
            bootstraps,
            permutations,
            primary=primary,
            recipe=ways_of(recipe),
            smallest=smallest,
            seeds=seeds,
        ),
        jobs=jobs,
        reading=TableReading(id_column, loose_ids, sheet, tuple(event_value or ()), start, end, date_format, lesions),
    )
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
    console.print(table)
    for verdict in analysis.verdicts:
        console.print(f"[bold]{escape(verdict.question)}[/bold]\n  {escape(verdict.sentence)}")
    if analysis.permutation is not None:
        found = "passed" if analysis.permutation.passed else "FAILED"
        console.print(f"self-test on permuted outcomes: C {analysis.permutation.mean:.3f}, {found}")
    for warning in analysis.warnings:
        console.print(f"[yellow]warning[/yellow]  {escape(warning)}")
    console.print(f"report: {escape(str(out / 'report.html'))}")
