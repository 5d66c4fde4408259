"""The page of an inventory, and its tables."""

from pathlib import Path

import pandas as pd

from radpipe.files import write_text
from radpipe.imaging.acquisition import GRID
from radpipe.qc.inventory.contents import Inventory
from radpipe.report.blocks import Listing, Paragraph, Section, Table
from radpipe.report.plain_page import render_plain
from radpipe.tables.export import write_csv

__all__ = ["write_inventory"]


def write_inventory(contents: Inventory, out: Path) -> Path:
    """Write the tables and ``inventory.html``, and return its path.

    Parameters
    ----------
    contents
        What a source holds.
    out
        The folder: ``cases.csv``, ``images.csv``, ``rois.csv``, ``missing.csv``, ``acquisition_summary.csv`` and
        ``roi_dictionary.csv``, to be completed for ``--roi-dictionary``.

    Raises
    ------
    StorageError
        They could not be written.
    """
    for name in ("cases", "images", "rois", "missing"):
        write_csv(out / f"{name}.csv", getattr(contents, name))
    write_csv(out / "acquisition_summary.csv", contents.acquisition)
    write_csv(out / "roi_dictionary.csv", contents.dictionary)
    page = out / "inventory.html"
    lead = f"{contents.sentence}. Read from headers; nothing was measured. The page holds ids."
    write_text(
        page, render_plain("What the source holds", f"inventory · {contents.dataset}", lead, _sections(contents))
    )
    return page


def _sections(contents: Inventory) -> list[Section]:
    unknown = int((contents.dictionary["standard"] == "").sum())
    names = len(contents.dictionary)
    caption = f"{unknown} of {names} names are unknown to TG-263's dictionary; complete roi_dictionary.csv."
    return [
        Section("images", "Images", (_images_table(contents.images), *_groups(contents.images))),
        Section("acquisition", "How they were acquired", (_table("", contents.acquisition, words=(0, 1, 4)),)),
        Section(
            "rois",
            "ROIs",
            (Paragraph(caption), _table("Organs and targets, most frequent first", contents.rois, words=(0, 3, 4))),
        ),
        Section("missing", "What is missing", (_missing_table(contents.missing),)),
        Section("cases", "Cases", (_table("", contents.cases, words=(0, 2, 4)),)),
        Section(
            "problems", "Problems of the index", (Listing(contents.problems[:MOST_ROWS]),) if contents.problems else ()
        ),
    ]


MOST_ROWS = 500


def _table(caption: str, frame: pd.DataFrame, words: tuple[int, ...]) -> Table:
    rows = tuple(tuple(map(str, row)) for row in frame.head(MOST_ROWS).itertuples(index=False, name=None))
    note = f"and {len(frame) - MOST_ROWS} more rows in the CSV" if len(frame) > MOST_ROWS else ""
    return Table(caption, tuple(str(name).replace("_", " ") for name in frame.columns), rows, words, note)


def _images_table(images: pd.DataFrame) -> Table:
    rows = []
    for modality, part in images.groupby("modality", sort=True):
        cells = [_range(part[name]) for name in (*GRID, "SliceThickness", "slices")]
        rows.append((str(modality or "unknown"), str(part["case_id"].nunique()), str(len(part)), *cells))
    header = ("modality", "cases", "images", "pixel spacing, mm", "slice spacing, mm", "slice thickness, mm", "slices")
    return Table("By modality: median (smallest to largest)", header, tuple(rows))


def _range(cells: "pd.Series[str]") -> str:
    values = pd.to_numeric(cells, errors="coerce").dropna()
    if values.empty:
        return "not told"
    if values.min() == values.max():
        return f"{values.min():g}"
    return f"{values.median():g} ({values.min():g} to {values.max():g})"


def _groups(images: pd.DataFrame) -> tuple[Table, ...]:
    named = images[images["scanner_group"] != ""]
    if named.empty:
        return ()
    names = {
        "scanner_group": "group",
        "Manufacturer": "maker",
        "ManufacturerModelName": "model",
        "ConvolutionKernel": "kernel",
        "ReconstructionMethod": "reconstruction",
        "SliceThickness": "thickness, mm",
    }
    counts = named.groupby(list(names), sort=True).size().reset_index(name="images").rename(columns=names)
    caption = "Groups of scanners: same maker, model, kernel or reconstruction, and slice thickness"
    return (_table(caption, counts, tuple(range(5))),)


def _missing_table(missing: pd.DataFrame) -> Table | Paragraph:
    if missing.empty:
        return Paragraph("Every case has what at least half of the cases have.")
    return _table("What at least half of the cases have, where it is not", missing, words=(0, 1, 2))
