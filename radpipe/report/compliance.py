"""``ibsi_compliance.html``: IBSI's reference values beside ours, on one page that needs nothing else."""

from collections.abc import Iterable, Sequence
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Protocol

from radpipe.files import write_text
from radpipe.report.blocks import Table
from radpipe.report.pages import environment

__all__ = ["ComplianceRow", "write_compliance_page"]

_SOURCE = (
    "Reference values: Image Biomarker Standardisation Initiative. IBSI-1: Zwanenburg A et al., Radiology "
    "2020;295:328-338, reference manual arXiv:1612.07003 (CC BY 4.0). IBSI-2, phase 2: Whybra P et al., Radiology "
    "2024;310:e231319 (CC0 1.0)."
)

_TITLES = {"phantom": "Digital phantom", **{name: f"CT phantom, configuration {name}" for name in "ABCDE"}}


class ComplianceRow(Protocol):
    """One value beside its reference; see :class:`radpipe.verify.ibsi.Compared`."""

    @property
    def configuration(self) -> str: ...  # noqa: D102
    @property
    def family(self) -> str: ...  # noqa: D102
    @property
    def feature(self) -> str: ...  # noqa: D102
    @property
    def ibsi_code(self) -> str: ...  # noqa: D102
    @property
    def aggregation(self) -> str: ...  # noqa: D102
    @property
    def value(self) -> float: ...  # noqa: D102
    @property
    def reference(self) -> float: ...  # noqa: D102
    @property
    def tolerance(self) -> float: ...  # noqa: D102
    @property
    def met(self) -> bool: ...  # noqa: D102


_HEADER = ("family", "feature", "code", "aggregation", "value", "reference", "tolerance", "met")
_WORDS = (0, 1, 2, 3, 7)


def write_compliance_page(rows: Sequence[ComplianceRow], path: Path) -> None:
    """Write the page.

    Parameters
    ----------
    rows
        Grouped by configuration.
    path
        Of the page.

    Raises
    ------
    StorageError
        It cannot be written.
    """
    groups = [(name, tuple(group)) for name, group in groupby(rows, key=lambda row: row.configuration)]
    summary = tuple((_title(name), str(len(group)), str(sum(row.met for row in group))) for name, group in groups)
    page = (
        environment()
        .get_template("compliance.html.j2")
        .render(
            version=version("radpipe"),
            total=len(rows),
            met=sum(row.met for row in rows),
            summary=Table("In sum", ("", "reference values", "met"), summary),
            missed=_table("Not met", (row for row in rows if not row.met)),
            tables=[_table(_title(name), group) for name, group in groups],
            source=_SOURCE,
        )
    )
    write_text(path, page)


def _title(configuration: str) -> str:
    return _TITLES.get(configuration, f"IBSI-2, filtered image {configuration}")


def _table(caption: str, rows: Iterable[ComplianceRow]) -> Table:
    cells = tuple(
        (
            row.family,
            row.feature,
            row.ibsi_code,
            row.aggregation,
            f"{row.value:.6g}",
            f"{row.reference:.6g}",
            f"{row.tolerance:.6g}",
            "yes" if row.met else "no",
        )
        for row in rows
    )
    return Table(caption, _HEADER, cells, _WORDS)
