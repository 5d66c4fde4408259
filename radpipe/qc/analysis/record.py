"""What the report says of decisions: their digest, reviewers and dates, and whether the answer was known."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from radpipe.qc.analysis.left_out import QcUse
from radpipe.report.blocks import endpoint_words
from radpipe.survival.procedure.results import SurvivalAnalysis

__all__ = ["dated", "quality_record", "with_quality"]


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
        content = json.loads(file.read_text(encoding="utf-8"))
        known = json.loads((out / "qc.json").read_text(encoding="utf-8")) if (out / "qc.json").is_file() else {}
        if content.get("endpoint") != endpoint:
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
