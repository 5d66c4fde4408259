"""Quality control in a report: the section, and the same questions asked of everybody measured."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from radpipe.qc.analysis import LeftOut, QcUse, dated, quality_record, with_quality
from radpipe.qc.decisions.words import REASONS
from radpipe.report.blocks import Listing, Paragraph, Section, Table, interval_text, number_text
from radpipe.survival.procedure.results import SurvivalAnalysis
from radpipe.survival.statistics.interval import Interval

__all__ = ["Judged", "judged", "quality_section"]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What quality control adds to an analysis.

    Parameters
    ----------
    use
        What decisions mean.
    earlier
        Whether decisions were dated before the first analysis, a sentence.
    section
        Of the report.
    record
        ``qc.json``.
    """

    use: QcUse
    earlier: str
    section: Section
    record: Mapping[str, Any]

    def told_in(self, analysis: SurvivalAnalysis) -> SurvivalAnalysis:
        """Return the analysis with settings, warnings and notes of quality control."""
        return with_quality(analysis, self.use, self.earlier)


def judged(
    analysis: SurvivalAnalysis, use: QcUse, out: Path, answered: Callable[[LeftOut], SurvivalAnalysis | None]
) -> Judged:
    """Ask the same questions with everybody measured, and without acceptable variations, and set them side by side.

    Parameters
    ----------
    analysis
        Without the rows that are left out.
    use
        What decisions mean.
    out
        Where the analysis is written.
    answered
        Analyses other patients; None where no model can be fitted.
    """
    asked: list[tuple[str, LeftOut]] = [("with everybody measured", {})] if use.excluded else []
    if use.varied:
        asked.append(("without variations too", {**use.excluded, **use.varied}))
    analyses = [(name, answered(left_out)) for name, left_out in asked]
    others = [(name, other) for name, other in analyses if other is not None]
    earlier = dated(use, analysis.endpoint, out)
    section = quality_section(use, analysis, others, earlier)
    return Judged(use, earlier, section, quality_record(use, analysis.endpoint, out, datetime.now(UTC)))


def quality_section(
    use: QcUse, analysis: SurvivalAnalysis, others: Sequence[tuple[str, SurvivalAnalysis]], earlier: str
) -> Section:
    """Return the report's section: counts, reasons, agreement, and C with and without the exclusions.

    Parameters
    ----------
    use
        What decisions mean.
    analysis
        Without the rows that are left out.
    others
        The same questions of other patients: what they are, and what was found.
    earlier
        Whether decisions were dated before the first analysis.
    """
    total = sum(use.rows.values())
    parts = " + ".join(f"{count} {verdict.replace('_', ' ')}" for verdict, count in use.rows.items())
    blocks = [
        Paragraph(f"{total} measured rows of the ROIs analysed = {parts}. {earlier}"),
        Listing(tuple(f"{count} x {why}" for why, count in _why(use.excluded)), "Left out") if use.excluded else None,
        Listing(tuple(f"{count} x {why}" for why, count in _why(use.varied)), "Kept as acceptable variation")
        if use.varied
        else None,
        Listing(
            tuple(
                f"{' and '.join(pair.reviewers)}: the same verdict for {pair.same} of {pair.masks} masks, Cohen's "
                f"kappa {number_text(pair.kappa, 2)}"
                for pair in use.state.agreements
            ),
            "Reviewers",
        )
        if use.state.agreements
        else None,
        _compared(analysis, others),
        Paragraph(_verdict(analysis, others)),
        Paragraph(f"Decision file: SHA-256 {use.state.sha256}."),
    ]
    return Section("quality", "Quality control of masks", tuple(block for block in blocks if block is not None))


def _why(reasons: LeftOut) -> list[tuple[str, int]]:
    counts = Counter(reasons.values()).most_common()
    return [
        (f"{why.removeprefix('QC: ')} ({REASONS.get(why.removeprefix('QC: '), 'no reason')})", count)
        for why, count in counts
    ]


def _compared(analysis: SurvivalAnalysis, others: Sequence[tuple[str, SurvivalAnalysis]]) -> Table:
    columns = [("without those left out", analysis), *others]
    rows = [("patients, events", *(f"{len(analysis.event)}, {int(analysis.event.sum())}" for _, analysis in columns))]
    for model in analysis.models:
        models = [next((same for same in analysis.models if same.name == model.name), None) for _, analysis in columns]
        rows.append((f"C, {model.name}", *("–" if same is None else interval_text(same.c_index) for same in models)))
    for comparison in analysis.comparisons:
        pair = (comparison.model_a, comparison.model_b)
        cells = [_difference(analysis, pair) for _, analysis in columns]
        texts = tuple("–" if cell is None else interval_text(cell) for cell in cells)
        rows.append((f"difference, {pair[0]} against {pair[1]}", *texts))
    note = "Held-out C and differences with 95 % intervals; the same folds' seed and recipe."
    return Table("With and without the exclusions", ("", *(name for name, _ in columns)), tuple(rows), (0,), note)


def _difference(analysis: SurvivalAnalysis, pair: tuple[str, str]) -> Interval | None:
    return next(
        (
            comparison.difference
            for comparison in analysis.comparisons
            if (comparison.model_a, comparison.model_b) == pair
        ),
        None,
    )


def _verdict(analysis: SurvivalAnalysis, others: Sequence[tuple[str, SurvivalAnalysis]]) -> str:
    if not analysis.comparisons:
        return "No comparison was made."
    first = analysis.comparisons[0]
    answers = [(name, _difference(analysis, (first.model_a, first.model_b))) for name, analysis in others]
    apart = [name for name, answer in answers if answer is not None and _differs(first.difference, answer)]
    if apart:
        return (
            f"The primary answer hangs on quality control: its interval is on another side of 0 {' and '.join(apart)}."
        )
    return (
        "The primary answer does not hang on quality control: its interval lies on the same side of 0 in each column."
    )


def _differs(interval: Interval, other: Interval) -> bool:
    return bool((interval.low > 0) != (other.low > 0) or (interval.high < 0) != (other.high < 0))
