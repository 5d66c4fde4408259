"""How a run and a check ended, in numbers."""

from dataclasses import dataclass
from pathlib import Path

from radpipe.run.forecast import Forecast
from radpipe.store.ledger import Account

__all__ = ["CheckSummary", "RunSummary"]


@dataclass(frozen=True, slots=True)
class RunSummary:
    """How a run ended.

    Parameters
    ----------
    out, features
        The output folder and its table.
    account, codes
        Rows by status, and codes with their number of rows.
    stopped
        The signal that stopped it before its end, or 0.
    """

    out: Path
    features: Path
    account: Account
    codes: tuple[tuple[str, int], ...]
    stopped: int = 0


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """What a check found.

    Parameters
    ----------
    table
        ``OUT/check.csv``.
    account
        Rows by status.
    codes
        Problem and warning codes with their number of rows.
    coverage
        ROI name -> number of cases that have it.
    cases
        Number of cases.
    problems
        Of the source as a whole.
    stopped
        The signal that stopped it before its end, or 0.
    files
        What became of the files of the source, in words and numbers.
    forecasts
        What each of the settings that were checked will take.
    """

    table: Path
    account: Account
    codes: tuple[tuple[str, int], ...]
    coverage: tuple[tuple[str, int], ...]
    cases: int
    problems: tuple[str, ...]
    stopped: int = 0
    files: tuple[tuple[str, int], ...] = ()
    forecasts: tuple[Forecast, ...] = ()
