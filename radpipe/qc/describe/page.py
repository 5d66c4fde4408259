"""The page of a description, and its tables."""

from pathlib import Path

import pandas as pd

from radpipe.files import write_text
from radpipe.qc.describe.description import FOLLOWS_VOLUME, GROUP, OUTLYING_ROW, Described
from radpipe.qc.describe.drawings import distribution_drawing, volume_drawing
from radpipe.report.blocks import Block, Paragraph, Section, Table, number_text
from radpipe.report.plain_page import render_plain
from radpipe.tables.export import write_csv

__all__ = ["write_description"]


MOST = 40
"""Most rows of a table on the page."""


def write_description(description: Described, frame: pd.DataFrame, folder: Path) -> Path:
    """Write ``described.html``, ``described.csv`` and ``described_rows.csv``, and return the page's path.

    Parameters
    ----------
    description
        Of :func:`described`.
    frame
        The same table, for the pictures.
    folder
        Made if absent.

    Raises
    ------
    StorageError
        They could not be written.
    """
    write_csv(folder / "described.csv", description.features)
    write_csv(folder / "described_rows.csv", description.outlying)
    page = folder / "described.html"
    lead = description.sentences[0]
    write_text(page, render_plain("A first look at the table", "describe", lead, _sections(description, frame)))
    return page


def _sections(description: Described, frame: pd.DataFrame) -> list[Section]:
    sane: list[Block] = [Paragraph(sentence) for sentence in description.sentences[1:]]
    if description.codes:
        sane.append(
            Table(
                "Rows that were not measured",
                ("code", "rows"),
                tuple((code, str(n)) for code, n in description.codes.items()),
            )
        )
    table, rows = description.features, description.outlying
    odd = rows[rows["outlying_share"] >= OUTLYING_ROW].sort_values("outlying_share", ascending=False)
    twins = rows[rows["same_values_as"] != ""]
    gaps = table[(table["missing"] > 0) | ((table["distinct"] == 1) & (table["rows"] > 1))]
    follows = table[table["rho_volume"].abs() > FOLLOWS_VOLUME].sort_values("rho_volume", ascending=False)
    return [
        Section("sane", "In a minute", tuple(sane)),
        Section("distributions", "Distributions", (distribution_drawing(frame),)),
        Section(
            "rows",
            "Outlying rows",
            _told(
                odd,
                ("case_id", "roi", "config", "outlying_share", "worst"),
                "Most outlying first",
                "No row is outlying in many features.",
            ),
        ),
        Section(
            "twins",
            "Rows with the same values",
            _told(twins, ("case_id", "same_values_as", "roi", "config"), "", "No two rows have the same values."),
        ),
        Section(
            "gaps",
            "Gaps and constants",
            _told(gaps, (*GROUP, "feature", "rows", "missing", "distinct"), "", "No column has a gap or is constant."),
        ),
        Section(
            "volume",
            "What follows volume",
            (
                volume_drawing(table),
                *_told(follows, (*GROUP, "feature", "rho_volume"), f"Spearman beyond {FOLLOWS_VOLUME:g}", "None does."),
            ),
        ),
    ]


def _told(frame: pd.DataFrame, columns: tuple[str, ...], caption: str, none: str) -> tuple[Block, ...]:
    if frame.empty:
        return (Paragraph(none),)
    rows = tuple(
        tuple(_cell(value) for value in row)
        for row in frame[list(columns)].head(MOST).itertuples(index=False, name=None)
    )
    words = tuple(place for place, name in enumerate(columns) if frame[name].dtype == object)
    note = f"and {len(frame) - MOST} more in the CSV" if len(frame) > MOST else ""
    return (Table(caption, tuple(name.replace("_", " ") for name in columns), rows, words, note),)


def _cell(value: object) -> str:
    return number_text(value, 2) if isinstance(value, float) else str(value)
