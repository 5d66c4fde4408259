"""What counts for a mask of which several decisions were taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from radpipe.qc.flags import NOT_REVIEWED

if TYPE_CHECKING:
    import pandas as pd

from radpipe.qc.decisions.decision import Decision
from radpipe.qc.decisions.words import STALE, VERDICTS

__all__ = ["Standing", "decided_time", "standing", "with_verdicts"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts for a mask.

    Parameters
    ----------
    verdict, reason
        As the adjudication says, else the worst of the reviewers' latest.
    reviewers
        Who decided, in the order of the first decision.
    latest
        The latest decision of each reviewer and role.
    """

    verdict: str
    reason: str
    reviewers: tuple[str, ...]
    latest: tuple[Decision, ...]

    @property
    def disputed(self) -> bool:
        """Whether reviewers differ and nobody adjudicated."""
        adjudicated = any(decision.role == "adjudication" for decision in self.latest)
        return not adjudicated and len({decision.verdict for decision in self.latest}) > 1


def standing(decisions: Iterable[Decision]) -> dict[tuple[str, str, str, str], Standing]:
    """Return what counts for each mask: case, image, ROI, digest.

    Parameters
    ----------
    decisions
        In the order of the file; a later line of the same reviewer and role replaces an earlier one, by its time, of
        two at one time by its place.
    """
    latest: dict[tuple[str, str, str, str], dict[tuple[str, str], Decision]] = {}
    for decision in decisions:
        own = latest.setdefault(decision.mask, {})
        key = (decision.role, decision.reviewer.strip())
        if key not in own or decided_time(decision) >= decided_time(own[key]):
            own[key] = decision
    return {mask: _counted(tuple(own.values())) for mask, own in latest.items()}


def decided_time(decision: Decision) -> datetime:
    """Return when a decision was taken, with its zone.

    Parameters
    ----------
    decision
        A decision; its ``decided_at`` was checked when it was made.
    """
    return datetime.fromisoformat(decision.decided_at)


def _counted(latest: tuple[Decision, ...]) -> Standing:
    above = [decision for decision in latest if decision.role == "adjudication"]
    order = list(VERDICTS)
    counts = (
        max(above, key=decided_time)
        if above
        else max(latest, key=lambda decision: (order.index(decision.verdict), decided_time(decision)))
    )
    reviewers = tuple(dict.fromkeys(decision.reviewer.strip() for decision in latest))
    return Standing(counts.verdict, counts.reason, reviewers, latest)


def with_verdicts(table: "pd.DataFrame", counted: Mapping[tuple[str, str, str, str], Standing]) -> "pd.DataFrame":
    """Fill verdict, reason and reviewers of the rows of ``qc.csv``.

    Parameters
    ----------
    table
        As :func:`radpipe.qc.flags.flagged` or :func:`radpipe.qc.flags.read_qc` gives it.
    counted
        Of :func:`standing`.

    Returns
    -------
    pandas.DataFrame
        A row whose mask was decided about has that verdict; one of which only another mask was, ``stale``.
    """
    others = {mask[:3] for mask in counted}
    verdicts, reasons, reviewers = [], [], []
    masks = (table[name] for name in ("case_id", "image_id", "roi", "mask_sha256"))
    for mask in zip(*masks, strict=True):
        own = counted.get(mask)
        verdicts.append(own.verdict if own is not None else STALE if mask[:3] in others else NOT_REVIEWED)
        reasons.append("" if own is None else own.reason)
        reviewers.append("" if own is None else "; ".join(own.reviewers))
    filled = table.copy(deep=False)  # only these columns are new
    filled["verdict"], filled["reason"], filled["reviewers"] = verdicts, reasons, reviewers
    return filled
