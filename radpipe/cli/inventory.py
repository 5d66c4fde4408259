"""``radpipe inventory``: what a source holds, before anything is measured."""

from collections import Counter
from typing import TYPE_CHECKING

import typer

from radpipe.cli.options import Dataset, IncludePartial, Labels, MinDice, Out, Source
from radpipe.cli.say import say

if TYPE_CHECKING:
    from radpipe.qc.inventory.contents import Inventory

__all__ = ["register"]

SHOWN = 40
"""Most rows that are listed."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: radpipe inventory HN1 -d hn1 -o inventory")(inventory)


def inventory(
    source: Source,
    out: Out,
    dataset: Dataset = "dicom",
    include_partial: IncludePartial = False,
    min_dice: MinDice = None,
    label: Labels = None,
) -> None:
    """Tell what a source holds before anything is measured: patients, images, scanners, names of ROIs, what is missing.

    Writes one page, tables, and the start of a dictionary for `--roi-dictionary`.
    """  # fmt: skip
    from radpipe.datasets import DatasetOptions, open_cohort
    from radpipe.errors import UsageError
    from radpipe.qc.inventory.contents import inventory_of
    from radpipe.qc.inventory.page import write_inventory

    if source.is_dir() and out.resolve().is_relative_to(source.resolve()):
        message = f"{out} lies inside the source, which is only read; choose another folder"
        raise UsageError(message)
    options = DatasetOptions(include_partial, min_dice, None, DatasetOptions.parse_labels(label or ()))
    counted = inventory_of(open_cohort(source, dataset, options=options))
    page = write_inventory(counted, out)
    _tell(counted)
    say(f"page: {page}")
    say(f"dictionary to complete: {out / 'roi_dictionary.csv'}")


def _tell(counted: "Inventory") -> None:
    say(counted.sentence)
    for modality in sorted(set(counted.images["modality"])):
        part = counted.images[counted.images["modality"] == modality]
        groups = len(set(part["scanner_group"]) - {""})
        cases = part["case_id"].nunique()
        say(f"  {modality or 'unknown'}: {len(part)} images of {cases} cases, {groups} groups of scanners")
    say("ROIs (cases that have it, name, spellings):")
    for row in counted.rois.head(SHOWN).itertuples():
        say(f"  {row.cases:5d}  {row.roi}  [{row.spellings}]")
    if len(counted.rois) > SHOWN:
        say(f"         and {len(counted.rois) - SHOWN} more")
    counts = Counter(zip(counted.missing["what"], counted.missing["missing"], strict=True))
    for (what, name), count in counts.most_common(SHOWN):
        say(f"  missing in {count} cases: {what} {name}")
    for sentence in counted.problems[:SHOWN]:
        say(f"  {sentence}")
