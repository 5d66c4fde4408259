"""Options of ``radpipe survival``: the question, the tables, and how thoroughly."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "Bootstraps",
    "ClinicalModelFile",
    "ClinicalTableFile",
    "Dataset",
    "Decisions",
    "EndpointName",
    "EventColumn",
    "FeatureTable",
    "Folds",
    "Imputations",
    "Jobs",
    "ModalityName",
    "Permutations",
    "Primary",
    "PrivateKey",
    "RecipeName",
    "Repeats",
    "RoiName",
    "Seed",
    "Seeds",
    "SignatureName",
    "SmallestDifference",
    "TimeColumn",
    "TimeUnit",
    "VolumeColumn",
    "WithoutDecision",
]

FeatureTable = Annotated[
    Path,
    typer.Argument(
        help="Feature table (CSV or Parquet), or the output folder of `radpipe extract`.", show_default=False
    ),
]
ClinicalTableFile = Annotated[
    Path, typer.Option("--clinical", "-c", help="Clinical table (CSV, Excel or Parquet).", show_default=False)
]
Dataset = Annotated[
    str, typer.Option("--dataset", "-d", help="`hn1`: columns are known and checked; `generic`: any table.")
]
EndpointName = Annotated[
    str,
    typer.Option(
        "--endpoint",
        "-e",
        help="hn1: `overall_survival`, `recurrence_metastasis`, `local`, "
        "`locoregional` or `distant`; generic: a name for `--event` and `--time`.",
    ),
]
ModalityName = Annotated[
    str | None,
    typer.Option(
        "--modality", help="Take the rows of this modality only (CT, PT or PET, MR; any case).", show_default=False
    ),
]
RoiName = Annotated[
    str | None,
    typer.Option(
        "--roi",
        "-r",
        help="The ROI whose row is taken, or `GTV-*` with --lesions; needed where patients have several.",
        show_default=False,
    ),
]
EventColumn = Annotated[
    str | None, typer.Option("--event", help="Column: 1 the event was seen, 0 it was not.", show_default=False)
]
TimeColumn = Annotated[
    str | None, typer.Option("--time", help="Column: time to the event or end of follow-up.", show_default=False)
]
TimeUnit = Annotated[str, typer.Option("--unit", help="Of `--time`: days, months or years.")]
ClinicalModelFile = Annotated[
    Path | None,
    typer.Option(
        "--clinical-model",
        help="YAML: which clinical columns enter, and how. hn1 has one built in: T, N, age, site, HPV.",
        show_default=False,
    ),
]
VolumeColumn = Annotated[
    str | None,
    typer.Option(
        "--volume-column", help="Feature that is the tumour's volume. Default: the mesh volume.", show_default=False
    ),
]
SignatureName = Annotated[
    str | None,
    typer.Option(
        "--signature",
        help="Locked signature (`radpipe signature list`) or YAML, applied unchanged.",
        show_default=False,
    ),
]
PrivateKey = Annotated[
    Path | None,
    typer.Option("--private", help="Key file of `radpipe extract --private`.", show_default=False),
]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same numbers.")]
Primary = Annotated[
    str,
    typer.Option(
        "--primary",
        help="The primary question: what radiomics adds to `volume`, `clinical-volume` or `clinical`, or volume to "
        "the clinical columns (`volume-clinical`). Declare it before you see data.",
    ),
]
RecipeName = Annotated[
    str,
    typer.Option(
        "--recipe", help="How features become a model: ridge, elastic-net, components, forward, signature or best."
    ),
]
SmallestDifference = Annotated[
    float, typer.Option("--smallest-difference", help="The smallest difference in C that matters.")
]
Repeats = Annotated[
    int | None,
    typer.Option(
        min=1, help="Repeats of the cross-validation. Default: 10, from 1,000 patients 3.", show_default=False
    ),
]
Folds = Annotated[int, typer.Option(min=2, help="Outer folds.")]
Bootstraps = Annotated[
    int | None,
    typer.Option(
        min=0,
        help="Bootstrap samples for the optimism of each model. Default: 40, from 1,000 patients 10.",
        show_default=False,
    ),
]
Permutations = Annotated[
    int | None,
    typer.Option(
        min=0,
        help="Permuted outcomes of the self-test; 0 switches it off. Default: 20, from 1,000 patients 5.",
        show_default=False,
    ),
]
Seeds = Annotated[
    int | None,
    typer.Option(
        min=0,
        help="Seeds of the figure over recipes, forms of volume and seeds; 0 switches it off. "
        "Default: 2, from 1,000 patients none.",
        show_default=False,
    ),
]
Imputations = Annotated[
    int,
    typer.Option(
        min=0,
        help="How often a missing value of a clinical column with the rule `impute` is drawn for the final models; "
        "0 takes medians.",
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", "-j", min=1, help="Processes. Default: the cores of the job.", show_default=False),
]
Decisions = Annotated[
    Path | None,
    typer.Option(
        "--qc",
        help="Decision file of the page of masks (docs/qc.md): excluded masks are left out, and the report tells C "
        "with and without them. FEATURES is then the output folder.",
        show_default=False,
    ),
]
WithoutDecision = Annotated[
    str,
    typer.Option("--qc-unreviewed", help="Masks without a standing decision: `include` (with a warning) or `refuse`."),
]
