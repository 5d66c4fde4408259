"""What judges a model: predicted against observed risk, risk groups, case mix."""

import math
from collections.abc import Iterator

from matplotlib.figure import Figure

from radpipe.report.blocks import Block, Drawing, Paragraph, Table, endpoint_words, interval_text, number_text, records
from radpipe.report.figures.calibration import calibration
from radpipe.report.figures.decision_curve import decision_curve
from radpipe.report.figures.kaplan_meier import SurvivalGroup, kaplan_meier
from radpipe.report.figures.style import p_text, render
from radpipe.survival.signatures.external import External

__all__ = ["case_mix_blocks", "group_blocks", "risk_blocks"]


MOST_TERMS = 20
"""Terms of the model whose case mix is shown."""


def risk_blocks(external: External, endpoint: str) -> Iterator[Block]:
    """Tell predicted against observed risk at each horizon, with calibration and decision curve.

    Parameters
    ----------
    external
        What became of the model.
    endpoint
        Its name.

    Yields
    ------
    Block
        A sentence alone where the model has no baseline.
    """
    if not external.horizons:
        yield Paragraph("The model has no baseline that reaches these patients: it tells an order, no absolute risks.")
        return
    yield Table(
        "At each horizon",
        ("Until", "Observed (95 %)", "Predicted", "Observed / predicted (95 %)", "Slope (95 %)",
         "Brier score explained"),
        tuple(
            (f"{at.years:g} years", interval_text(at.observed), number_text(at.expected), interval_text(at.ratio, 2),
             interval_text(at.slope, 2), f"{100 * at.brier.explained:.0f} %")
            for at in external.horizons
        ),
        note="Observed: one minus Kaplan-Meier, or the cumulative incidence where another event competes. Observed / "
        "predicted and slope: 1 is ideal. Brier score explained: against telling everybody the observed share.",
    )  # fmt: skip
    what = "death" if "survival" in endpoint else endpoint_words(endpoint)
    yield _drawn("calibration", calibration({external.model.name: [at.curve for at in external.horizons]}, what=what),
                 "Risk as predicted against risk as observed, in groups of patients of rising prediction, with 95 % "
                 "intervals.")  # fmt: skip
    last = external.horizons[-1]
    figure = decision_curve([last.decision], title=f"Decision curve at {last.years:g} years")
    caption = "Net benefit of acting on the model's risk. It is of use where its line lies above both others."
    yield _drawn("decision_curve", figure, caption)


def group_blocks(external: External, endpoint: str) -> Iterator[Block]:
    """Tell observed risk in the groups that the model's own cuts make.

    Parameters
    ----------
    external
        What became of the model.
    endpoint
        Its name.

    Yields
    ------
    Block
        A sentence alone where the model has no groups.
    """
    if external.group is None:
        yield Paragraph("The model has no risk groups of its own, and none were made from these patients.")
        return
    names = [str(name) for name in external.groups.columns]
    years = [name.removeprefix("risk_").removesuffix("y") for name in names if name.startswith("risk_")]
    rows = tuple(
        (f"{row['group']:.0f}", f"{row['patients']:.0f}", f"{row['events']:.0f}",
         *(f"{100 * row[f'risk_{year}y']:.0f} % ({100 * row[f'low_{year}y']:.0f} to {100 * row[f'high_{year}y']:.0f})"
           for year in years))
        for row in records(external.groups)
    )  # fmt: skip
    cuts = ", ".join(f"{cut:.3g}" for cut in external.model.thresholds)
    header = ("Group", "Patients", "Events", *(f"{year} years (95 %)" for year in years))
    note = f"Groups are cut at a linear predictor of {cuts}. Log-rank {p_text(external.log_rank_p)}."
    yield Table("Observed risk by group", header, rows, note=note)
    groups = []
    for number in sorted(set(external.group.tolist())):
        own = external.group == number
        groups.append(SurvivalGroup(f"group {number + 1}", external.time_days[own], external.event[own]))
    name = endpoint_words(endpoint)
    what = name.capitalize() if "survival" in name else f"Free of {name}"
    p = external.log_rank_p if math.isfinite(external.log_rank_p) else None
    figure = kaplan_meier(groups, title="By the model's risk groups", what=what, p=p)
    caption = "Kaplan-Meier estimates of the risk groups, with 95 % bands; ticks are censored patients."
    yield _drawn("kaplan_meier", figure, caption)


def case_mix_blocks(external: External) -> Iterator[Block]:
    """Tell how these patients differ from those that the model was made from.

    Parameters
    ----------
    external
        What became of the model.

    Yields
    ------
    Block
        A sentence alone where nothing was published of those.
    """
    if not len(external.case_mix):
        yield Paragraph("What patients the model was made from was not published with it.")
        return
    order = external.case_mix["difference"].abs().sort_values(ascending=False, kind="stable").index
    kept = [0, *[place for place in order if place != 0][:MOST_TERMS]]
    rows = tuple(
        (str(row["term"]), f"{row['mean_made']:.2f} ({row['sd_made']:.2f})",
         f"{row['mean_here']:.2f} ({row['sd_here']:.2f})", f"{row['difference']:+.2f}")
        for row in records(external.case_mix.loc[kept])
    )  # fmt: skip
    yield Table(
        "Case mix", ("Term", "There, mean (SD)", "Here, mean (SD)", "Difference in SD"), rows,
        note="Terms in standard deviations of the patients that the model was made from; the linear predictor first, "
        "then what differs most. A narrower linear predictor makes C smaller in itself; a shifted one asks whether the "
        "model is meant for these patients.",
    )  # fmt: skip


def _drawn(name: str, figure: Figure, caption: str) -> Drawing:
    return Drawing(name, caption, render(figure, "svg"), render(figure, "png"))
