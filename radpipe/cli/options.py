"""Options that several commands share, each with its help once."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "USUAL_TIMEOUT",
    "Cases",
    "Controls",
    "Dask",
    "Dataset",
    "DryRun",
    "Form",
    "Forms",
    "IncludePartial",
    "Jobs",
    "Labels",
    "MemPerTask",
    "Merges",
    "MinDice",
    "Modalities",
    "Out",
    "Pictures",
    "Policies",
    "Presets",
    "Register",
    "Replaced",
    "Retries",
    "RetryFailed",
    "RoiDictionary",
    "Rois",
    "Source",
    "TaskTimeout",
    "Transforms",
    "codes_like",
    "datasets_like",
    "presets_like",
]  # fmt: skip


class Forms(StrEnum):
    """How a list is written."""

    TEXT = "text"
    JSON = "json"


def presets_like(incomplete: str) -> list[str]:
    """Complete the name of a preset, also behind ``MODALITY=``."""
    from radpipe.features.params_file import preset_names

    modality, sign, begun = incomplete.rpartition("=")
    return [f"{modality}{sign}{name}" for name in preset_names() if name.startswith(begun.lower())]


def datasets_like(incomplete: str) -> list[str]:
    """Complete the name of a data set."""
    from radpipe.datasets import DATASETS

    return [entry.name for entry in DATASETS if entry.name.startswith(incomplete.lower())]


def codes_like(incomplete: str) -> list[str]:
    """Complete a problem code."""
    from radpipe.problems import PROBLEMS

    return [code for code in PROBLEMS if code.startswith(incomplete.upper())]


Form = Annotated[Forms, typer.Option("--format", help="`text` for people, `json` for programs.")]
Source = Annotated[Path, typer.Argument(help="Folder of the data set, or the manifest's file.", show_default=False)]
Dataset = Annotated[
    str,
    typer.Option(
        "--dataset", "-d", help="Layout of the source; `radpipe datasets` lists them.", autocompletion=datasets_like
    ),
]
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
    typer.Option("--modality", help="Only images of this modality (CT, PT or PET, MR; any case).", show_default=False),
]
Cases = Annotated[list[str] | None, typer.Option("--case", help="Only this case. Repeat for more.", show_default=False)]
Controls = Annotated[
    list[str] | None,
    typer.Option("--control", help="Measure this negative control too, in rows of a configuration of its own: "
                 "`shuffled_roi`, `randomized_full` ... (docs/robustness.md). Repeat for more.", show_default=False),
]  # fmt: skip
Policies = Annotated[
    list[str] | None,
    typer.Option("--policy", help="`CODE=error|warn|fix`: what to do about a problem; `radpipe codes` lists them.",
                 show_default=False, autocompletion=codes_like),
]  # fmt: skip
IncludePartial = Annotated[
    bool, typer.Option("--include-partial", help="HaN-Seg: measure organs whose usability is below 1 too.")
]
MinDice = Annotated[
    float | None,
    typer.Option("--min-dice", help="ChestX-ray14: skip masks whose estimated Dice is lower.", show_default=False),
]
RoiDictionary = Annotated[
    str | None,
    typer.Option("--roi-dictionary", help="`tg263`: give ROIs their TG-263 names, so that Parotid_L finds "
                 "Parotid-Left; or a CSV file of your own, columns found,standard. Each row tells the translation.",
                 show_default=False),
]  # fmt: skip
Labels = Annotated[
    list[str] | None,
    typer.Option("--label", help="StructSeg, ChestX-ray14: `VALUE=NAME` of a label of the masks. Repeat for more.",
                 show_default=False),
]  # fmt: skip
Presets = Annotated[
    list[str] | None,
    typer.Option("--params", "-p", help="Preset (`radpipe params`) or PyRadiomics parameter file; `MODALITY=PRESET`, "
                 "repeated, for several: `-p CT=ct_head_neck -p PT=pet`. What measures must be told.",
                 show_default=False, autocompletion=presets_like),
]  # fmt: skip
Replaced = Annotated[
    list[str] | None,
    typer.Option("--setting", help="`NAME=VALUE` replaces a setting of the parameters (`binWidth=10`, "
                 "`Wavelet.binWidth=5`). Repeat for more.", show_default=False),
]  # fmt: skip
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", "-j", min=1, help="Processes; each takes one image at a time. Default: the cores that the "
                 "job was given, as far as its memory goes.", show_default=False),
]  # fmt: skip
USUAL_TIMEOUT = 14400.0 if hasattr(os, "fork") else 0.0
"""Seconds that no sound image needs; what hangs (a damaged file, a share that went away) costs its rows only.

None where processes cannot be forked: there images are measured in the process itself, which knows no limit.
"""

Dask = Annotated[
    str,
    typer.Option("--dask", help="Address or scheduler file of a dask cluster that runs already; images are measured "
                 "there. Needs `radpipe[dask]`.", show_default=False),
]  # fmt: skip
TaskTimeout = Annotated[
    float,
    typer.Option("--task-timeout", help="Most seconds for one image; then its process is ended and its rows fail with "
                 "E_TIMEOUT. 0: no limit."),
]  # fmt: skip
MemPerTask = Annotated[
    float | None,
    typer.Option("--mem-per-task", help="Most memory for one image, in GB; what needs more fails with E_MEMORY. "
                 "Linux only. Default: no limit.", show_default=False),
]  # fmt: skip
Retries = Annotated[
    int,
    typer.Option("--retries", min=0, help="How often an image whose process died is tried again, alone."),
]
Pictures = Annotated[
    bool,
    typer.Option(
        "--qc",
        help="Draw every mask while its image is open, and write the page of `radpipe qc`; private runs need it.",
    ),
]
RetryFailed = Annotated[bool, typer.Option("--retry-failed", help="Measure images with failed ROIs again.")]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Tell what would be measured, and write nothing. Only headers are read."),
]
Register = Annotated[
    str,
    typer.Option("--register", help="`rigid`: measure images in another patient space than the drawn one (the MR of "
                 "HaN-Seg) through a registration. `rigid-drawn`: on the grid that was drawn on. `deformable`, "
                 "`deformable-drawn`: bent after it, where that fits better; read the page on registration before. "
                 "Default: they are refused.", show_default=False),
]  # fmt: skip
Transforms = Annotated[
    Path | None,
    typer.Option("--transform", help="Folder of your own ITK transforms, `CASE_IMAGE.tfm`, taken instead of "
                 "registering.", show_default=False),
]  # fmt: skip
