"""Options of ``radpipe survival`` that ask for other scanners, other contours and another centre."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Batch", "CombatForm", "Covariates", "LeastIcc", "LockedName", "ReferenceBatch", "SaveModel", "States"]

_PANEL = "Other scanners, contours, centres"

Batch = Annotated[
    str | None,
    typer.Option(
        "--batch", help="Column of scanners or centres, of the clinical table or of tables/acquisition.csv: features "
        "are harmonised by ComBat inside the folds, and each batch is left out once.",
        show_default=False, rich_help_panel=_PANEL,
    ),
]  # fmt: skip
Covariates = Annotated[
    list[str] | None,
    typer.Option(
        "--covariate", help="Column of the clinical model whose effect ComBat leaves in; may be repeated.",
        show_default=False, rich_help_panel=_PANEL,
    ),
]  # fmt: skip
CombatForm = Annotated[
    str,
    typer.Option(
        "--combat", help="`eb`: batches are drawn towards what is usual over features; `no-eb`; `mean-only`.",
        rich_help_panel=_PANEL,
    ),
]  # fmt: skip
ReferenceBatch = Annotated[
    str | None,
    typer.Option(
        "--reference-batch", help="Stays as measured, the others are moved to it.", show_default=False,
        rich_help_panel=_PANEL,
    ),
]  # fmt: skip
States = Annotated[
    Path | None,
    typer.Option(
        "--robustness", help="Output folder of `radpipe perturb`: features that do not agree over the states of the "
        "training patients are left out; the risk of held-out patients is compared over their states.",
        show_default=False, rich_help_panel=_PANEL,
    ),
]  # fmt: skip
LeastIcc = Annotated[
    float,
    typer.Option(
        "--least-icc", help="Lower end of ICC(1,1) that a feature must reach; 0 leaves none out, and tells the same.",
        rich_help_panel=_PANEL,
    ),
]  # fmt: skip
SaveModel = Annotated[
    Path | None,
    typer.Option(
        "--save-model", help="Write a locked model as YAML, for `radpipe validate` at another centre.",
        show_default=False, rich_help_panel=_PANEL,
    ),
]  # fmt: skip
LockedName = Annotated[
    str | None,
    typer.Option(
        "--model", help="Which model is saved, by its name in the report. Default: the one that the primary question "
        "asks about.", show_default=False, rich_help_panel=_PANEL,
    ),
]  # fmt: skip
