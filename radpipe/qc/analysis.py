"""Decisions in an analysis: which rows are left out and why, and how much an answer hangs on them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radpipe.errors import UsageError
from radpipe.qc.decisions.decision_file import refuse_without
from radpipe.qc.decisions.standing import with_verdicts
from radpipe.qc.decisions.words import STALE
from radpipe.qc.flags import NOT_REVIEWED, read_qc
from radpipe.qc.review import Reviewed, reviewed, standing_of_run
from radpipe.report.blocks import endpoint_words
from radpipe.rois import matches
from radpipe.survival.procedure.results import SurvivalAnalysis

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "LeftOut",
    "QcChoice",
    "QcUse",
    "Unreviewed",
    "choose_rows",
    "dated",
    "quality_record",
    "unreviewed_of",
    "with_quality",
]

Key = tuple[str, str, str]

LeftOut = Mapping[Key, str]
"""Rows that are left out: case, image and ROI -> reason, as it stands in the flow."""


class Unreviewed(StrEnum):
    """What becomes of measured ROIs that nobody decided about, and of stale ones."""

    INCLUDE = "include"
    REFUSE = "refuse"


def unreviewed_of(word: str) -> Unreviewed:
    """Read the word of ``--qc-unreviewed``.

    Raises
    ------
    UsageError
        It is unknown.
    """
    if word not in set(Unreviewed):
        message = f"--qc-unreviewed {word!r} is unknown; allowed: {', '.join(Unreviewed)}"
        raise UsageError(message)
    return Unreviewed(word)


@dataclass(frozen=True, slots=True)
class QcChoice:
    """What of quality control an analysis takes.

    Parameters
    ----------
    decisions
        The decision file.
    unreviewed
        Whether rows without a decision enter.
    """

    decisions: Path
    unreviewed: Unreviewed = Unreviewed.INCLUDE


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
    told = []
    if open_rows:
        stale = f", {rows[STALE]} of them because the mask changed since" if rows[STALE] else ""
        told.append(
            f"{open_rows} of {len(table)} rows entered without a standing decision of quality control{stale}; "
            f"{flagged} of them have a flag."
        )
    if state.disputed:
        told.append(
            f"Reviewers differ about {len(state.disputed)} masks and nobody adjudicated: the worst verdict counts."
        )
    if state.gone:
        named = ", ".join(" ".join((case, roi)) for case, _, roi in state.gone[:5])
        told.append(f"{len(state.gone)} decisions are about ROIs that the run no longer has: {named}.")
    if state.damaged:
        told.append(f"{len(state.damaged)} lines of the decision file cannot be read; radpipe qc status names them.")
    return tuple(told)


def with_quality(analysis: SurvivalAnalysis, use: QcUse, earlier: str) -> SurvivalAnalysis:
    """Return the analysis with what quality control changed: settings, warnings, notes.

    Parameters
    ----------
    analysis
        Without the rows that are left out.
    use
        What decisions mean.
    earlier
        Whether decisions were dated before the first analysis, a sentence.
    """
    state = use.state
    settings = {
        **analysis.settings,
        "quality control": f"decision file {state.sha256}",
        "decisions by verdict": ", ".join(
            f"{count} {verdict.replace('_', ' ')}" for verdict, count in use.rows.items()
        ),
        "reviewers": ", ".join(f"{name} ({count} masks)" for name, count in state.reviewers.items()) or "none",
        "decisions dated": f"{state.first} to {state.last}" if state.first else "none",
    }
    return replace(
        analysis, settings=settings, warnings=(*analysis.warnings, *use.warnings), notes=(*analysis.notes, earlier)
    )


def dated(use: QcUse, endpoint: str, out: Path) -> str:
    """Say whether decisions were dated before the first analysis of an endpoint that is known here.

    Parameters
    ----------
    use
        What decisions mean.
    endpoint
        Of the analysis.
    out
        Where the analysis is written: an earlier one that lies there is known.
    """
    name = endpoint_words(endpoint)
    if not use.state.last:
        return "The decision file holds no decision."
    former = _former(out, endpoint)
    span = f"Decisions of quality control are dated {use.state.first} to {use.state.last}"
    if former is None:
        return f"{span}; no earlier analysis of {name} is known in the folder of this one."
    moment = former.isoformat(timespec="seconds").replace("+00:00", "Z")
    if datetime.fromisoformat(use.state.last) <= former:
        return f"{span}, before the first analysis of {name} in this folder ({moment})."
    return (
        f"{span}: some were taken after an analysis of {name} that lay in this folder ({moment}), so reviewers may "
        "have known the answer."
    )


def _former(out: Path, endpoint: str) -> datetime | None:
    """Return when the first analysis of an endpoint in a folder was made: as it says, else its file's time."""
    file = out / "settings.json"
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        known = json.loads((out / "qc.json").read_text(encoding="utf-8")) if (out / "qc.json").is_file() else {}
        if told.get("endpoint") != endpoint:
            return None
        first = known.get("first_analysis", {}).get(endpoint)
        return datetime.fromisoformat(first) if first else datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except (OSError, ValueError, AttributeError):
        return None


def quality_record(use: QcUse, endpoint: str, out: Path, now: datetime) -> dict[str, Any]:
    """Return ``qc.json``: digest, counts, reviewers, dates, and when the endpoint was first analysed in this folder."""
    first = _former(out, endpoint) or now
    left_out = [
        {"case_id": case, "image_id": image, "roi": roi, "reason": why}
        for (case, image, roi), why in use.excluded.items()
    ]
    return {
        **use.state.to_json(),
        "rows_of_the_analysis": dict(use.rows),
        "excluded": left_out,
        "first_analysis": {endpoint: first.isoformat(timespec="seconds")},
    }
