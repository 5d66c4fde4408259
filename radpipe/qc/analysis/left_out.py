"""Which rows an analysis leaves out, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from radpipe.errors import UsageError
from radpipe.qc.decisions.decision_file import refuse_without
from radpipe.qc.decisions.standing import with_verdicts
from radpipe.qc.decisions.words import STALE
from radpipe.qc.flags import NOT_REVIEWED, read_qc
from radpipe.qc.review import Reviewed, reviewed, standing_of_run
from radpipe.rois import matches

if TYPE_CHECKING:
    import pandas as pd

from radpipe.qc.analysis.choice import QcChoice, Unreviewed

__all__ = ["LeftOut", "QcUse", "choose_rows"]


Key = tuple[str, str, str]

LeftOut = Mapping[Key, str]
"""Rows that are left out: case, image and ROI -> reason, as it stands in the flow."""


@dataclass(frozen=True, slots=True, eq=False)
class QcUse:
    """What decisions mean for the rows of an analysis.

    Parameters
    ----------
    excluded, varied
        Case, image and ROI -> reason in the flow: of rows that are left out, and of acceptable variations.
    rows
        Verdict -> measured rows of the ROIs that are analysed; their sum is all of them.
    state
        Of the whole run.
    warnings
        Sentences.
    """

    excluded: LeftOut
    varied: LeftOut
    rows: Mapping[str, int]
    state: Reviewed
    warnings: tuple[str, ...]


def choose_rows(features: "str | Path | pd.DataFrame", choice: QcChoice, roi: str | None) -> QcUse:
    """Tell which rows of a run an analysis leaves out.

    Parameters
    ----------
    features
        The output folder of an extraction, or its feature table in that folder.
    choice
        The decision file, and what becomes of rows that nobody decided about.
    roi
        As for the analysis: a name, a glob or ``re:``; None is every ROI.

    Raises
    ------
    UsageError
        There is no such file; the table is not that of an output folder, so that masks are not known; or a row is not
        reviewed, or stale, where that is refused.
    NothingUsableError
        The output folder has no table of quality control.
    """
    refuse_without(choice.decisions)
    table = read_qc(_folder(features))
    state = reviewed(table, choice.decisions)
    counted, _ = standing_of_run(choice.decisions)
    table = with_verdicts(table, counted)
    table = table[[roi is None or matches(roi, name) for name in table["roi"]]]
    rows = {verdict: int((table["verdict"] == verdict).sum()) for verdict in state.rows}
    warnings = _warnings(rows, table, state, choice)
    return QcUse(_reasons(table, "exclude"), _reasons(table, "variation"), rows, state, warnings)


def _folder(features: "str | Path | pd.DataFrame") -> Path:
    if isinstance(features, str | Path):
        path = Path(features)
        for folder in (path, path.parent, path.parent.parent):
            if (folder / "tables" / "qc.csv").is_file():
                return folder
    message = (
        "--qc needs the output folder of radpipe extract: decisions are bound to masks, which other tables do not name"
    )
    raise UsageError(message)


def _reasons(table: "pd.DataFrame", verdict: str) -> dict[Key, str]:
    rows = table[table["verdict"] == verdict]
    columns = ["case_id", "image_id", "roi", "reason"]
    return {
        (case, image, roi): f"QC: {why}" for case, image, roi, why in rows[columns].itertuples(index=False, name=None)
    }


def _warnings(rows: Mapping[str, int], table: "pd.DataFrame", state: Reviewed, choice: QcChoice) -> tuple[str, ...]:
    open_rows = rows[NOT_REVIEWED] + rows[STALE]
    if open_rows and choice.unreviewed is Unreviewed.REFUSE:
        who = table.loc[table["verdict"].isin([NOT_REVIEWED, STALE]), ["case_id", "roi", "verdict"]]
        named = "; ".join(", ".join(row) for row in who.head(5).itertuples(index=False, name=None))
        message = (
            f"--qc-unreviewed refuse: {open_rows} of {len(table)} rows have no standing decision ({named}); review them"
        )
        raise UsageError(message)
    flagged = int(((table["flags"] != "") & table["verdict"].isin([NOT_REVIEWED, STALE])).sum())
    sentences = []
    if open_rows:
        stale = f", {rows[STALE]} of them because the mask changed since" if rows[STALE] else ""
        sentences.append(
            f"{open_rows} of {len(table)} rows entered without a standing decision of quality control{stale}; "
            f"{flagged} of them have a flag."
        )
    if state.disputed:
        sentences.append(
            f"Reviewers differ about {len(state.disputed)} masks and nobody adjudicated: the worst verdict counts."
        )
    if state.gone:
        named = ", ".join(" ".join((case, roi)) for case, _, roi in state.gone[:5])
        sentences.append(f"{len(state.gone)} decisions are about ROIs that the run no longer has: {named}.")
    if state.damaged:
        sentences.append(
            f"{len(state.damaged)} lines of the decision file cannot be read; radpipe qc status names them."
        )
    return tuple(sentences)
