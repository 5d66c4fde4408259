"""A first look at a feature table: distributions, gaps, constants, outlying rows, and what follows volume."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.files import write_text
from radpipe.qc.cohort_rules import robust_z
from radpipe.qc.frames import groups
from radpipe.qc.rules import FEWEST_SHOWN, ROBUST_Z
from radpipe.report.blocks import Block, Drawing, Paragraph, Section, Table, number_text
from radpipe.report.figures.style import COLOURS, new_figure, render, shorten, styled
from radpipe.report.plain_page import render_plain
from radpipe.survival.design.lesions import VOLUME_COLUMNS
from radpipe.tables.export import write_csv
from radpipe.tables.features import FIRST_COLUMNS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["FEATURE_COLUMNS", "ROW_COLUMNS", "Described", "described", "write_description"]

FloatArray = npt.NDArray[np.float64]

GROUP = ("config", "modality", "roi")

FEATURE_COLUMNS = (
    *GROUP, "feature", "rows", "missing", "distinct", "minimum", "percentile_5", "median", "percentile_95", "maximum",
    "outlying", "rho_volume",
)  # fmt: skip
"""Columns of ``described.csv``; ``outlying`` counts rows beyond a robust z of 3.5, on the log scale where values are
positive and skewed; ``rho_volume`` is Spearman's correlation with tumour volume."""

ROW_COLUMNS = ("case_id", "image_id", *GROUP, "outlying_share", "missing_share", "worst", "same_values_as")
"""Columns of ``described_rows.csv``: share of features in which a row is outlying, and a row with the same values."""

SKEWED = 10.0
"""Largest over median, from which positive values are looked at on the log scale."""

OUTLYING_ROW = 0.25
"""A row that is outlying in so large a share of its features is told."""

FOLLOWS_VOLUME = 0.9

MOST = 40
"""Most rows of a table on the page."""

PICTURED = (
    "original_shape_MeshVolume", "original_shape_Sphericity", "original_firstorder_Mean",
    "original_firstorder_10Percentile", "original_firstorder_90Percentile", "original_firstorder_Entropy",
    "original_glcm_JointEntropy", "original_glcm_Correlation", "original_glrlm_GrayLevelNonUniformity",
    "original_glszm_ZoneEntropy", "original_gldm_DependenceEntropy", "original_ngtdm_Coarseness",
)  # fmt: skip
"""Features whose distribution is drawn, where the table has them; else its first ones."""


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """A first look.

    Parameters
    ----------
    rows
        Status -> rows of the table.
    codes
        Problem code -> rows.
    features, outlying
        Columns ``FEATURE_COLUMNS`` and ``ROW_COLUMNS``.
    """

    rows: dict[str, int]
    codes: dict[str, int]
    features: pd.DataFrame
    outlying: pd.DataFrame

    @property
    def sentences(self) -> tuple[str, ...]:
        """Say what is to be known in a minute."""
        table, rows = self.features, self.outlying
        count, parts = table["feature"].nunique(), len(table.drop_duplicates(list(GROUP)))
        empty = int((table["missing"] > 0).sum())
        constant = int(((table["distinct"] == 1) & (table["rows"] > 1)).sum())
        follows = int((table["rho_volume"].abs() > FOLLOWS_VOLUME).sum())
        judged = int(table["rho_volume"].notna().sum())
        odd = int((rows["outlying_share"] >= OUTLYING_ROW).sum())
        twins = int((rows["same_values_as"] != "").sum())
        told = ", ".join(f"{number} {status}" for status, number in self.rows.items())
        return (
            f"{sum(self.rows.values())} rows ({told}), {count} features in {parts} groups of configuration, "
            "modality and ROI.",
            f"{empty} columns have gaps, {constant} are constant.",
            f"{follows} of {judged} columns follow volume (Spearman beyond {FOLLOWS_VOLUME:g}).",
            f"{odd} rows are outlying in at least {OUTLYING_ROW:.0%} of their features; {twins} rows have the values "
            "of another one.",
        )


def described(frame: pd.DataFrame) -> Described:
    """Look at a feature table.

    Parameters
    ----------
    frame
        As ``features.csv``: first columns, ``diag_*``, features.
    """
    measured = frame[frame["status"] == "ok"].reset_index(drop=True)
    names = [str(name) for name in frame.columns if name not in FIRST_COLUMNS and not str(name).startswith("diag_")]
    features: list[tuple[object, ...]] = []
    rows: list[tuple[object, ...]] = []
    for key, members in groups(measured.assign(**{name: measured[name].astype(str) for name in GROUP}), GROUP):
        part = measured.iloc[members]
        own = [name for name in names if part[name].notna().any()]
        values = part[own].to_numpy(dtype=np.float64)
        z = np.column_stack([_z(column) for column in values.T]) if own else np.zeros((len(part), 0))
        rho = _rho(values, _volume(part))
        features += [
            (*key, name, *_numbers(values[:, i]), int((np.abs(z[:, i]) > ROBUST_Z).sum()), rho[i])
            for i, name in enumerate(own)
        ]
        rows += _rows(part, key, own, values, z)
    codes = Counter(str(code) for code in frame["code"] if isinstance(code, str) and code)
    statuses = {name: int((frame["status"] == name).sum()) for name in ("ok", "failed", "skipped")}
    return Described(
        statuses,
        dict(codes.most_common()),
        pd.DataFrame(features, columns=list(FEATURE_COLUMNS)),
        pd.DataFrame(rows, columns=list(ROW_COLUMNS)),
    )


def _numbers(column: FloatArray) -> tuple[object, ...]:
    known = column[np.isfinite(column)]
    low, middle, high = np.percentile(known, (5, 50, 95))
    return (len(column), len(column) - len(known), len(np.unique(known)), known.min(), low, middle, high, known.max())


def _z(column: FloatArray) -> FloatArray:
    """Return robust z-scores, 0 where a group is too small, a value is missing, or most values are the same."""
    z = np.zeros(len(column))
    known = np.isfinite(column)
    values = column[known]
    if len(values) < FEWEST_SHOWN:
        return z
    if values.min() > 0 and values.max() > SKEWED * np.median(values):
        values = np.log(values)
    if np.median(np.abs(values - np.median(values))) > 0:
        z[known] = robust_z(values, 0.0)
    return z


def _volume(part: pd.DataFrame) -> FloatArray | None:
    name = next((one for one in VOLUME_COLUMNS if one in part.columns and part[one].notna().any()), None)
    return None if name is None else part[name].to_numpy(dtype=np.float64)


def _rho(values: FloatArray, volume: FloatArray | None) -> list[float]:
    """Spearman's correlation of each column with volume; NaN below ten rows, or where one of both is constant."""
    if volume is None or len(values) < FEWEST_SHOWN:
        return [float("nan")] * values.shape[1]
    ranks = pd.DataFrame(values).rank()
    own = pd.Series(volume).rank()
    with np.errstate(invalid="ignore", divide="ignore"):
        return [float(ranks[i].corr(own)) if ranks[i].nunique() > 1 else float("nan") for i in ranks.columns]


def _rows(
    part: pd.DataFrame, key: tuple[str, ...], own: list[str], values: FloatArray, z: FloatArray
) -> list[tuple[object, ...]]:
    seen: dict[bytes, str] = {}
    rows: list[tuple[object, ...]] = []
    for place, (case, image) in enumerate(zip(part["case_id"].astype(str), part["image_id"].astype(str), strict=True)):
        content = values[place].tobytes()
        same = seen.setdefault(content, case)
        far = np.abs(z[place])
        worst = (
            f"{own[int(far.argmax())]} (robust z {z[place][far.argmax()]:+.1f})"
            if far.size and far.max() > ROBUST_Z
            else ""
        )
        missing = float(np.mean(~np.isfinite(values[place]))) if own else 0.0
        rows.append(
            (
                case,
                image,
                *key,
                float(np.mean(far > ROBUST_Z)) if own else 0.0,
                missing,
                worst,
                "" if same == case else same,
            )
        )
    return rows


def write_description(found: Described, frame: pd.DataFrame, folder: Path) -> Path:
    """Write ``described.html``, ``described.csv`` and ``described_rows.csv``, and return the page's path.

    Parameters
    ----------
    found
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
    write_csv(folder / "described.csv", found.features)
    write_csv(folder / "described_rows.csv", found.outlying)
    page = folder / "described.html"
    lead = found.sentences[0]
    write_text(page, render_plain("A first look at the table", "describe", lead, _sections(found, frame)))
    return page


def _sections(found: Described, frame: pd.DataFrame) -> list[Section]:
    sane: list[Block] = [Paragraph(sentence) for sentence in found.sentences[1:]]
    if found.codes:
        sane.append(
            Table(
                "Rows that were not measured",
                ("code", "rows"),
                tuple((code, str(n)) for code, n in found.codes.items()),
            )
        )
    table, rows = found.features, found.outlying
    odd = rows[rows["outlying_share"] >= OUTLYING_ROW].sort_values("outlying_share", ascending=False)
    twins = rows[rows["same_values_as"] != ""]
    gaps = table[(table["missing"] > 0) | ((table["distinct"] == 1) & (table["rows"] > 1))]
    follows = table[table["rho_volume"].abs() > FOLLOWS_VOLUME].sort_values("rho_volume", ascending=False)
    return [
        Section("sane", "In a minute", tuple(sane)),
        Section("distributions", "Distributions", (_distributions(frame),)),
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
                _volumes(table),
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


@styled
def _distributions(frame: pd.DataFrame) -> Drawing:
    """Draw each pictured feature, a line a group; the area under each is the same."""
    measured = frame[frame["status"] == "ok"].reset_index(drop=True)
    there = [name for name in PICTURED if name in measured.columns and measured[name].notna().any()]
    others = [str(name) for name in measured.columns if name not in FIRST_COLUMNS and not str(name).startswith("diag_")]
    names = [*there, *(name for name in others if name not in there)][:12]
    parts = groups(measured.assign(**{name: measured[name].astype(str) for name in GROUP}), GROUP)[: len(COLOURS)]
    rows = max(-(-len(names) // 4), 1)
    figure = new_figure(180, 38 * rows + 8)
    for place, name in enumerate(names):
        axes = figure.add_subplot(rows, 4, place + 1)
        for number, (key, members) in enumerate(parts):
            _curve(
                axes,
                measured[name].iloc[members].to_numpy(dtype=np.float64),
                COLOURS[number],
                " ".join((key[2], key[1], key[0])),
            )
        axes.set_title(shorten(name.removeprefix("original_"), 26), fontsize=7)
        axes.set_yticks([])
        axes.tick_params(labelsize=6)
        if place == 0 and len(parts) > 1:
            axes.legend(fontsize=5)
    caption = "Share of rows by value, a line for each ROI, modality and configuration (the first eight)."
    return Drawing("distributions", caption, render(figure, "svg"), render(figure, "png"))


def _curve(axes: "Axes", values: FloatArray, colour: str, label: str) -> None:
    known = values[np.isfinite(values)]
    if known.size:
        heights, edges = np.histogram(known, bins=min(30, max(5, int(np.sqrt(known.size) * 2))))
        axes.stairs(heights / known.size, edges, color=colour, label=shorten(label, 30), linewidth=1.0)


@styled
def _volumes(table: pd.DataFrame) -> Drawing:
    """Draw how many features follow volume how much."""
    figure = new_figure(120, 55)
    axes = figure.add_subplot(1, 1, 1)
    known = table["rho_volume"].dropna().to_numpy(dtype=np.float64)
    heights, edges = np.histogram(known, bins=40, range=(-1, 1))
    axes.stairs(heights, edges, color=COLOURS[0], fill=True)
    axes.set_xlabel("Spearman's correlation with volume")
    axes.set_ylabel("features")
    caption = "What lies at the ends says hardly more than volume does."
    return Drawing("volume", caption, render(figure, "svg"), render(figure, "png"))
