"""Decisions and a run together: what a file brings, what is decided, what is left, and what stands no more."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radpipe.files import read_whole
from radpipe.qc.agreement import Agreement, agreements
from radpipe.qc.decisions.decision import Decision
from radpipe.qc.decisions.decision_file import DECISIONS, Line, append_lines, read_lines, refuse_without
from radpipe.qc.decisions.standing import Standing, standing, with_verdicts
from radpipe.qc.decisions.words import STALE, VERDICTS
from radpipe.qc.flags import NOT_REVIEWED, read_qc, write_qc

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Imported",
    "Reviewed",
    "decisions_frame",
    "import_decisions",
    "reviewed",
    "standing_of_run",
    "write_verdicts",
]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the lines of a file.

    Parameters
    ----------
    added, known
        Lines appended, and lines that the run's file has already.
    refused
        Number of the line and why it was not taken.
    remarks
        Number of the line and what is to be known of one that was taken.
    """

    added: int
    known: int
    refused: tuple[tuple[int, str], ...]
    remarks: tuple[tuple[int, str], ...] = ()


def import_decisions(out: Path, file: Path) -> Imported:
    """Check every line of a decision file against a run, append those that hold, and write the verdicts to ``qc.csv``.

    Parameters
    ----------
    out
        Output folder of a finished run.
    file
        As the page writes it.

    Raises
    ------
    NothingUsableError
        The folder holds no table of quality control.
    UsageError
        The file is not there.
    StorageError
        The run's decision file cannot be written.
    """
    refuse_without(file)
    table = read_qc(out)
    known = {line.decision for line in read_lines(out / DECISIONS)}
    run = _Run.of(table)
    added: list[Decision] = []
    refused, remarks, twice = [], [], 0
    for line in read_lines(file):
        fault, remark = run.judge(line)
        if fault or line.decision is None:
            refused.append((line.number, fault))
        elif line.decision in known:
            twice += 1
        else:
            known.add(line.decision)
            added.append(line.decision)
            remarks += [(line.number, remark)] if remark else []
    if added:
        append_lines(out, added)
    write_verdicts(out, [table])
    return Imported(len(added), twice, tuple(refused), tuple(remarks))


def write_verdicts(out: Path, blocks: "Iterable[pd.DataFrame]") -> None:
    """Write ``qc.csv`` with the verdicts of the run's decision file, and ``OUT/qc/decisions.csv`` beside it.

    Parameters
    ----------
    out
        The output folder.
    blocks
        Rows of ``qc.csv`` in their order.

    Raises
    ------
    StorageError
        The decisions cannot be read, or a table cannot be written.
    """
    from radpipe.tables.export import write_csv

    lines = read_lines(out / DECISIONS)
    decisions = [line.decision for line in lines if line.decision is not None]
    counted = standing(decisions)
    write_qc(out, (with_verdicts(block, counted) for block in blocks))
    if lines:
        write_csv(out / "qc" / "decisions.csv", decisions_frame(decisions))


@dataclass(frozen=True, slots=True)
class _Run:
    masks: Mapping[tuple[str, str, str], frozenset[str]]
    keys: frozenset[str]

    @classmethod
    def of(cls, table: "pd.DataFrame") -> "_Run":
        masks: dict[tuple[str, str, str], set[str]] = {}
        columns = ["case_id", "image_id", "roi", "mask_sha256"]
        for case, image, roi, digest in table[columns].itertuples(index=False, name=None):
            masks.setdefault((case, image, roi), set()).add(digest)
        return cls({key: frozenset(own) for key, own in masks.items()}, frozenset(table["task_key"]))

    def judge(self, line: Line) -> tuple[str, str]:
        """Return why a line cannot be taken, or what is to be known of it."""
        decision = line.decision
        if decision is None:
            return line.fault, ""
        own = self.masks.get(decision.mask[:3])
        mask_name = f"{decision.case_id}, {decision.roi}"
        if own is None:
            if all(case != decision.case_id for case, _, _ in self.masks):
                return f"{mask_name}: wrong run: it has no case of this name", ""
            return f"{mask_name}: unknown ROI: this image of the case has none of this name that was measured", ""
        if decision.mask_sha256 not in own:
            return f"{mask_name}: stale: this run has another mask under the name; look at it and decide again", ""
        if decision.task_key in self.keys:
            return "", ""
        return "", f"{mask_name}: decided on another run of the same mask"


def decisions_frame(decisions: Sequence[Decision]) -> "pd.DataFrame":
    """Return decisions as a table, a line each, in the order of the file."""
    from dataclasses import asdict, fields

    import pandas as pd

    return pd.DataFrame(
        [asdict(decision) for decision in decisions], columns=[field.name for field in fields(Decision)]
    )


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Where the review of a run stands; rows = per protocol + variation + exclude + stale + not reviewed.

    Parameters
    ----------
    rows
        Verdict -> rows of ``qc.csv``.
    masks
        Verdict -> masks; configurations share them.
    reasons
        Reason -> excluded masks.
    flagged_open
        Masks with a flag that nobody decided about.
    reviewers
        Name -> masks decided about.
    gone
        Decisions on ROIs that the run no longer has.
    disputed
        Masks of which reviewers differ and nobody adjudicated.
    agreements
        Of each pair of reviewers.
    damaged
        Lines that cannot be read: number and why.
    sha256
        Of the decision file; empty where there is none.
    first, last
        Times of the first and last decision.
    """

    rows: Mapping[str, int]
    masks: Mapping[str, int]
    reasons: Mapping[str, int]
    flagged_open: int
    reviewers: Mapping[str, int]
    gone: tuple[tuple[str, str, str], ...]
    disputed: tuple[tuple[str, str, str], ...]
    agreements: tuple[Agreement, ...]
    damaged: tuple[tuple[int, str], ...]
    sha256: str
    first: str
    last: str

    def to_json(self) -> dict[str, Any]:
        """Return what an analysis keeps: digest, counts, reviewers and dates."""
        names = ("sha256", "rows", "masks", "reasons", "reviewers", "first", "last", "flagged_open")
        record = {name: getattr(self, name) for name in names}
        pairs = [[*pair.reviewers, pair.masks, pair.same, None if pair.kappa != pair.kappa else pair.kappa]
                 for pair in self.agreements]  # fmt: skip
        return record | {"gone": [list(key) for key in self.gone], "disputed": len(self.disputed), "kappa": pairs}


def standing_of_run(path: Path) -> tuple[dict[tuple[str, str, str, str], Standing], list[Line]]:
    """Read a decision file: what stands for each mask, and all its lines."""
    lines = read_lines(path)
    return standing(line.decision for line in lines if line.decision is not None), lines


def reviewed(table: "pd.DataFrame", path: Path) -> Reviewed:
    """Count what a decision file says of a run.

    Parameters
    ----------
    table
        ``qc.csv`` as :func:`radpipe.qc.flags.read_qc` gives it; its own verdicts do not count.
    path
        The decision file; it may not be there.
    """
    counted, lines = standing_of_run(path)
    table = with_verdicts(table, counted)
    masks = table.drop_duplicates(["case_id", "image_id", "roi", "mask_sha256"])
    there = set(masks[["case_id", "image_id", "roi", "mask_sha256"]].itertuples(index=False, name=None))
    rois = {mask[:3] for mask in there}
    own = {mask: verdict for mask, verdict in counted.items() if mask in there}
    decisions = [line.decision for line in lines if line.decision is not None]
    times = sorted(decision.decided_at for decision in decisions)
    order = (*VERDICTS, STALE, NOT_REVIEWED)
    excluded = Counter(verdict.reason for verdict in own.values() if verdict.verdict == "exclude")
    names = Counter(name for verdict in own.values() for name in verdict.reviewers)
    return Reviewed(
        rows={verdict: int((table["verdict"] == verdict).sum()) for verdict in order},
        masks={verdict: int((masks["verdict"] == verdict).sum()) for verdict in order},
        reasons=dict(excluded.most_common()),
        flagged_open=int((masks["verdict"].isin([STALE, NOT_REVIEWED]) & (masks["flags"] != "")).sum()),
        reviewers=dict(names.most_common()),
        gone=tuple(sorted({mask[:3] for mask in counted} - rois)),
        disputed=tuple(sorted(mask[:3] for mask, verdict in own.items() if verdict.disputed)),
        agreements=tuple(agreements(own.values())),
        damaged=tuple((line.number, line.fault) for line in lines if line.decision is None),
        sha256=sha256(read_whole(path)).hexdigest() if path.is_file() else "",
        first=times[0] if times else "",
        last=times[-1] if times else "",
    )
