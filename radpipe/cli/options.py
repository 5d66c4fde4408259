"""Options that several commands share, each with its help once."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Cases", "Dataset", "Merges", "Modalities", "Out", "Policies", "Rois", "Source"]

Source = Annotated[Path, typer.Argument(help="Folder of the data set, or the manifest's file.", show_default=False)]
Dataset = Annotated[str, typer.Option("--dataset", "-d", help="Layout of the source; `radpipe datasets` lists them.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Output folder; made if absent.", show_default=False)]
Rois = Annotated[
    list[str] | None,
    typer.Option("--roi", "-r", help="ROI to measure: a name (any case), a glob `GTV-*`, or `re:...`. Repeat for more. "
                 "Default: every ROI.", show_default=False),
]  # fmt: skip
Merges = Annotated[
    list[str] | None,
    typer.Option("--merge", help="`NAME=PATTERN`: one row NAME for the union of the ROIs that match, "
                 "for instance `GTV=GTV-*`.", show_default=False),
]  # fmt: skip
Modalities = Annotated[
    list[str] | None,
    typer.Option("--modality", help="Only images of this DICOM modality (CT, PT, MR).", show_default=False),
]
Cases = Annotated[list[str] | None, typer.Option("--case", help="Only this case. Repeat for more.", show_default=False)]
Policies = Annotated[
    list[str] | None,
    typer.Option("--policy", help="`CODE=error|warn|fix`: what to do about a problem; `radpipe codes` lists them.",
                 show_default=False),
]  # fmt: skip
