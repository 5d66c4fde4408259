"""What a page is made of: paragraphs, lists, tables and drawings, all plain values; templates only set them."""

import math
import re
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from radpipe.survival.procedure.results import ModelResult
from radpipe.survival.statistics.interval import Interval

__all__ = [
    "Block", "Drawing", "Listing", "Paragraph", "Section", "Table", "endpoint_words", "interval_text", "number_text",
    "plain", "records", "strongest",
]  # fmt: skip

NO_VALUE = "–"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences; ``strong`` sets them apart."""

    kind: ClassVar[str] = "paragraph"
    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of sentences under a heading of its own, which may be empty; ``numbered`` for references."""

    kind: ClassVar[str] = "listing"
    items: tuple[str, ...]
    title: str = ""
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of words.

    Parameters
    ----------
    caption
        Above the table.
    header, rows
        Cells as they are shown.
    words
        Places of the columns set to the left; the others are numbers, set to the right.
    note
        Below the table.
    """

    kind: ClassVar[str] = "table"
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: tuple[int, ...] = (0,)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure.

    Parameters
    ----------
    name
        Of its files.
    caption
        What it shows and how to read it.
    svg, png
        The figure as bytes.
    """

    kind: ClassVar[str] = "drawing"
    name: str
    caption: str
    svg: bytes
    png: bytes

    @property
    def inline(self) -> str:
        """The SVG as part of a page: no prolog, no comments, no description, its ids told from those of others."""
        text = self.svg.decode("utf-8")
        text = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", text[text.index("<svg ") :], flags=re.DOTALL)
        text = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{self.name}-", text)
        return re.sub(
            r'(<svg [^>]*?)\bwidth="([\d.]+)pt"', r'\1width="100%" style="max-width:\2pt"', text, count=1
        ).replace(" height=", " data-height=", 1)


Block = Paragraph | Listing | Table | Drawing


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page with its heading; ``anchor`` is its place in the address."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]


_ENDPOINTS = {
    "recurrence_metastasis": "recurrence or metastasis",
    "local": "local recurrence",
    "locoregional": "locoregional recurrence",
    "distant": "distant metastasis",
}


def endpoint_words(name: str) -> str:
    """Write an endpoint's name as words.

    Examples
    --------
    >>> endpoint_words("overall_survival"), endpoint_words("local")
    ('overall survival', 'local recurrence')
    """
    return _ENDPOINTS.get(name, plain(name))


def plain(name: str) -> str:
    """Write an identifier as words.

    Examples
    --------
    >>> plain("overall_survival")
    'overall survival'
    """
    return name.replace("_", " ").strip()


def number_text(value: float, digits: int = 3) -> str:
    """Write a number, or a dash where there is none.

    Examples
    --------
    >>> number_text(0.62749), number_text(float("nan"))
    ('0.627', '–')
    """
    return f"{value:.{digits}f}" if math.isfinite(value) else NO_VALUE


def interval_text(interval: Interval, digits: int = 3) -> str:
    """Write an estimate with its interval; the estimate alone where the interval cannot be given.

    Examples
    --------
    >>> interval_text(Interval(0.627, 0.554, 0.696), 2), interval_text(Interval(0.5, float("nan"), float("nan")))
    ('0.63 (0.55 to 0.70)', '0.500')
    """
    if not all(map(math.isfinite, (interval.low, interval.high))):
        return number_text(interval.value, digits)
    return f"{interval:.{digits}f}"


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table by column name."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


MOST_TERMS = 15
"""Terms of a model that are shown."""


def strongest(model: ModelResult) -> pd.DataFrame:
    """Return the rows of a model's coefficients that are shown: all forced ones, and the largest of many features."""
    table = model.coefficients
    if len(table) <= MOST_TERMS:
        return table
    order = np.argsort(-table["coefficient"].abs().to_numpy() - 1e9 * (table["ridge"] == 0).to_numpy(), kind="stable")
    return table.iloc[np.sort(order[:MOST_TERMS])]
