"""The page of a locked model on other patients: one file, the answer first."""

import math
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from radpipe.files import write_text, write_whole
from radpipe.report.blocks import (
    Block,
    Drawing,
    Listing,
    Paragraph,
    Section,
    Table,
    endpoint_words,
    interval_text,
    number_text,
    records,
)
from radpipe.report.figures.calibration import calibration
from radpipe.report.figures.decision_curve import decision_curve
from radpipe.report.figures.kaplan_meier import SurvivalGroup, kaplan_meier
from radpipe.report.figures.style import p_text, render
from radpipe.report.folder import staged
from radpipe.report.pack import as_words
from radpipe.report.pages import environment
from radpipe.survival.signatures.external import AtHorizon, External
from radpipe.tables.export import write_csv

__all__ = ["answer", "write_validation"]

MOST_TERMS = 20
"""Terms of the model whose case mix is shown."""


def write_validation(found: External, endpoint: str, out: str | Path) -> Path:
    """Write page, figures and tables of a validation into a folder, all or none.

    Parameters
    ----------
    found
        What became of the model.
    endpoint
        Its name.
    out
        The folder; files of the same names are replaced.

    Returns
    -------
    Path
        ``validation.html``; beside it ``figures`` and ``patients.csv``, ``horizons.csv``, ``risk_groups.csv``,
        ``case_mix.csv``, ``calibration.csv``, ``decision_curve.csv``.

    Raises
    ------
    StorageError
        The folder cannot be written.
    """
    out = Path(out)
    sections = tuple(_sections(found, endpoint))
    events = int(found.event.sum())
    lead = f"{len(found.event)} patients, {events} events; made from {found.model.made_from.text}."
    page = environment().get_template("validation.html.j2").render(
        model=found.model.name, lead=lead, answer=answer(found), sections=sections,
    )  # fmt: skip
    with staged(out) as folder:
        for drawing in (block for section in sections for block in section.blocks if isinstance(block, Drawing)):
            write_whole(folder / "figures" / f"{drawing.name}.svg", drawing.svg)
            write_whole(folder / "figures" / f"{drawing.name}.png", drawing.png)
        for name, table in _tables(found).items():
            write_csv(folder / name, as_words(table))
        write_text(folder / "validation.html", page)
    return out / "validation.html"


def answer(found: External) -> tuple[str, ...]:
    """Say in sentences how the model did: order, size of risks, spread.

    Parameters
    ----------
    found
        What became of the model.
    """
    made = found.model.made_from
    order = f"It puts patients in order with a C-index of {found.c_index}"
    if math.isfinite(made.c_index):
        order += f", where it was made {number_text(made.c_index)} in held-out patients"
    order += f"; tumour volume alone {found.volume_c}." if math.isfinite(found.volume_c.value) else "."
    told = [order]
    for at in found.horizons:
        told.append(_size_of(at))
    slope = f"Its risks are spread with a calibration slope of {found.slope:.2f}"
    if found.slope.high < 1:
        slope += ": too far apart, the high ones too high and the low ones too low."
    elif found.slope.low > 1:
        slope += ": not far enough apart."
    else:
        slope += ", in which 1 is ideal: that they are too far apart or too near is not shown."
    return (*told, slope)


def _size_of(at: AtHorizon) -> str:
    told = (
        f"Within {at.years:g} years the event came to {100 * at.observed.value:.0f} % of the patients "
        f"({100 * at.observed.low:.0f} to {100 * at.observed.high:.0f} %), {100 * at.expected:.0f} % were predicted: "
    )
    if at.ratio.low > 1:
        return f"{told}the model promises too little risk."
    if at.ratio.high < 1:
        return f"{told}the model promises too much risk."
    return f"{told}that risks are too high or too low on the whole is not shown."


def _sections(found: External, endpoint: str) -> Iterator[Section]:
    model, made = found.model, found.model.made_from
    rows = [
        ("Model", model.title),
        ("Made from", made.text),
        ("Endpoint there, here", f"{endpoint_words(made.endpoint) or 'not told'}, {endpoint_words(endpoint)}"),
        (
            "Median follow-up there, here",
            f"{_years(made.follow_up_years)}, {_years(found.follow_up_years)}",
        ),
        ("C-index there (held-out), here", f"{number_text(made.c_index)}, {interval_text(found.c_index)}"),
        ("Uno's C here", interval_text(found.uno_c)),
        ("C of tumour volume alone, here", interval_text(found.volume_c)),
        ("Calibration slope there, here", f"{number_text(made.slope, 2)}, {interval_text(found.slope, 2)}"),
    ]
    blocks: list[Block] = [Table("The model and these patients", ("", "Value"), tuple(rows), (0, 1))]
    if found.warnings:
        blocks.append(Listing(found.warnings, title="To know"))
    if model.notes:
        blocks.append(Listing(model.notes, title="What its makers say"))
    yield Section("model", "What was judged", tuple(blocks))
    yield Section("horizons", "Are the predicted risks right?", tuple(_risks(found, endpoint)))
    yield Section("groups", "Risk groups, cut where the model says", tuple(_groups(found, endpoint)))
    yield Section("case-mix", "Are these patients like those it was made from?", tuple(_mix(found)))
    measured = found.measuring
    told = [("Settings", measured.config or "not told"), ("Modality", measured.modality or "not told"),
            ("Digest of the settings", measured.settings_sha256 or "not told"),
            ("Measured by", measured.engine or "not told")]  # fmt: skip
    limits = (
        "The model was applied as it is: nothing was fitted to these patients but what judges it.",
        "A good result here says that the model carries over to patients like these, not that acting on it helps them.",
    )
    note = Table("How these patients were measured", ("", "Value"), tuple(told), (0, 1),
                 "A table measured otherwise than the model's own is refused.")  # fmt: skip
    yield Section("measured", "Measured alike", (note, Listing(limits, title="Limits")))


def _years(value: float) -> str:
    return f"{value:.1f} years" if math.isfinite(value) else "not reached"


def _risks(found: External, endpoint: str) -> Iterator[Block]:
    if not found.horizons:
        yield Paragraph("The model has no baseline that reaches these patients: it tells an order, no absolute risks.")
        return
    yield Table(
        "At each horizon",
        ("Until", "Observed (95 %)", "Predicted", "Observed / predicted (95 %)", "Slope (95 %)",
         "Brier score explained"),
        tuple(
            (f"{at.years:g} years", interval_text(at.observed), number_text(at.expected), interval_text(at.ratio, 2),
             interval_text(at.slope, 2), f"{100 * at.brier.explained:.0f} %")
            for at in found.horizons
        ),
        note="Observed: one minus Kaplan-Meier, or the cumulative incidence where another event competes. Observed / "
        "predicted and slope: 1 is ideal. Brier score explained: against telling everybody the observed share.",
    )  # fmt: skip
    what = "death" if "survival" in endpoint else endpoint_words(endpoint)
    yield _drawn("calibration", calibration({found.model.name: [at.curve for at in found.horizons]}, what=what),
                 "Risk as predicted against risk as observed, in groups of patients of rising prediction, with 95 % "
                 "intervals.")  # fmt: skip
    last = found.horizons[-1]
    figure = decision_curve([last.decision], title=f"Decision curve at {last.years:g} years")
    told = "Net benefit of acting on the model's risk. It is of use where its line lies above both others."
    yield _drawn("decision_curve", figure, told)


def _groups(found: External, endpoint: str) -> Iterator[Block]:
    if found.group is None:
        yield Paragraph("The model has no risk groups of its own, and none were made from these patients.")
        return
    names = [str(name) for name in found.groups.columns]
    years = [name.removeprefix("risk_").removesuffix("y") for name in names if name.startswith("risk_")]
    rows = tuple(
        (f"{row['group']:.0f}", f"{row['patients']:.0f}", f"{row['events']:.0f}",
         *(f"{100 * row[f'risk_{one}y']:.0f} % ({100 * row[f'low_{one}y']:.0f} to {100 * row[f'high_{one}y']:.0f})"
           for one in years))
        for row in records(found.groups)
    )  # fmt: skip
    cuts = ", ".join(f"{cut:.3g}" for cut in found.model.thresholds)
    header = ("Group", "Patients", "Events", *(f"{one} years (95 %)" for one in years))
    note = f"Groups are cut at a linear predictor of {cuts}. Log-rank {p_text(found.log_rank_p)}."
    yield Table("Observed risk by group", header, rows, note=note)
    groups = []
    for number in sorted(set(found.group.tolist())):
        own = found.group == number
        groups.append(SurvivalGroup(f"group {number + 1}", found.time_days[own], found.event[own]))
    name = endpoint_words(endpoint)
    what = name.capitalize() if "survival" in name else f"Free of {name}"
    p = found.log_rank_p if math.isfinite(found.log_rank_p) else None
    figure = kaplan_meier(groups, title="By the model's risk groups", what=what, p=p)
    told = "Kaplan-Meier estimates of the risk groups, with 95 % bands; ticks are censored patients."
    yield _drawn("kaplan_meier", figure, told)


def _mix(found: External) -> Iterator[Block]:
    if not len(found.case_mix):
        yield Paragraph("What patients the model was made from was not published with it.")
        return
    order = found.case_mix["difference"].abs().sort_values(ascending=False, kind="stable").index
    kept = [0, *[place for place in order if place != 0][:MOST_TERMS]]
    rows = tuple(
        (str(row["term"]), f"{row['mean_made']:.2f} ({row['sd_made']:.2f})",
         f"{row['mean_here']:.2f} ({row['sd_here']:.2f})", f"{row['difference']:+.2f}")
        for row in records(found.case_mix.loc[kept])
    )  # fmt: skip
    yield Table(
        "Case mix", ("Term", "There, mean (SD)", "Here, mean (SD)", "Difference in SD"), rows,
        note="Terms in standard deviations of the patients that the model was made from; the linear predictor first, "
        "then what differs most. A narrower linear predictor makes C smaller in itself; a shifted one asks whether the "
        "model is meant for these patients.",
    )  # fmt: skip


def _drawn(name: str, figure: Figure, caption: str) -> Drawing:
    return Drawing(name, caption, render(figure, "svg"), render(figure, "png"))


def _tables(found: External) -> dict[str, pd.DataFrame]:
    """Return every number of the page: file name -> table."""
    order = [("c_index", found.c_index), ("uno_c", found.uno_c), ("slope", found.slope), ("volume_c", found.volume_c)]
    overall = pd.DataFrame([(name, one.value, one.low, one.high) for name, one in order],
                           columns=["measure", "value", "low", "high"])  # fmt: skip
    horizons = pd.DataFrame(
        [(at.years, at.observed.value, at.observed.low, at.observed.high, at.expected, at.ratio.value, at.ratio.low,
          at.ratio.high, at.slope.value, at.slope.low, at.slope.high, at.brier.score, at.brier.reference)
         for at in found.horizons],
        columns=["years", "observed", "observed_low", "observed_high", "expected", "ratio", "ratio_low", "ratio_high",
                 "slope", "slope_low", "slope_high", "brier", "brier_reference"],
    )  # fmt: skip
    curves = [pd.DataFrame({"years": at.years, "patients": at.curve.patients, "predicted": at.curve.predicted,
                            "observed": at.curve.observed, "low": at.curve.low, "high": at.curve.high})
              for at in found.horizons]  # fmt: skip
    decisions = [pd.DataFrame({"years": at.years, "threshold": at.decision.thresholds,
                               "net_benefit": at.decision.net_benefit, "treat_all": at.decision.treat_all})
                 for at in found.horizons]  # fmt: skip
    return {
        "patients.csv": found.table(),
        "overall.csv": overall,
        "horizons.csv": horizons,
        "risk_groups.csv": found.groups,
        "case_mix.csv": found.case_mix,
        "calibration.csv": pd.concat(curves) if curves else pd.DataFrame(),
        "decision_curve.csv": pd.concat(decisions) if decisions else pd.DataFrame(),
    }
