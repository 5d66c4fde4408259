"""The table of missing values: which clinical columns miss any, and what was done about it."""

from radpipe.report.blocks import Table, records
from radpipe.report.names import both_names
from radpipe.survival.procedure.results import SurvivalAnalysis

__all__ = ["missing_table"]


def missing_table(analysis: SurvivalAnalysis) -> tuple[Table, ...]:
    """Return the table; none where no clinical column of the models misses a value.

    Parameters
    ----------
    analysis
        What was found.
    """
    rows = tuple(
        (both_names(row["column"]), f"{row['missing']} ({100 * row['share']:.0f} %)", row["done"])
        for row in records(analysis.missing)
    )
    drawn = (
        f"Drawn from what training patients know of the other clinical columns and volume (seed {analysis.seed}); the "
        "outcome helps to draw for patients that a model is fitted to, never for those it predicts. Hazard ratios, "
        "intervals and p are pooled by Rubin's rules."
    )
    note = drawn if len(analysis.imputations) else ""
    header = ("Column", "Missing", "What was done")
    return (Table("Missing values of clinical columns", header, rows, (0, 2), note),) if rows else ()
