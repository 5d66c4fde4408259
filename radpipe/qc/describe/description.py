"""A description of a table in numbers, and its sentences."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["FEATURE_COLUMNS", "FOLLOWS_VOLUME", "GROUP", "OUTLYING_ROW", "ROW_COLUMNS", "Described", "FloatArray"]


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

OUTLYING_ROW = 0.25
"""A row that is outlying in so large a share of its features is told."""

FOLLOWS_VOLUME = 0.9


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
        listed = ", ".join(f"{number} {status}" for status, number in self.rows.items())
        return (
            f"{sum(self.rows.values())} rows ({listed}), {count} features in {parts} groups of configuration, "
            "modality and ROI.",
            f"{empty} columns have gaps, {constant} are constant.",
            f"{follows} of {judged} columns follow volume (Spearman beyond {FOLLOWS_VOLUME:g}).",
            f"{odd} rows are outlying in at least {OUTLYING_ROW:.0%} of their features; {twins} rows have the values "
            "of another one.",
        )
