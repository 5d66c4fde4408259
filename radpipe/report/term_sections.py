"""Sections on terms: what the models hold, each feature alone, and the causes of an endpoint with a competing event."""

import numpy as np

from radpipe.report.blocks import (
    Block,
    Paragraph,
    Section,
    Table,
    number_text,
    plain,
    records,
    strongest,
)
from radpipe.report.cells import interval_cell, p_cell, percent_cell, ratio_cell
from radpipe.report.drawings.courses import draw_competing
from radpipe.report.drawings.single_features import draw_screening
from radpipe.report.drawings.terms import draw_forest, draw_hazards
from radpipe.report.names import both_names, human_name
from radpipe.survival.procedure.results import CompetingRisks, ModelResult, SurvivalAnalysis

__all__ = ["coefficients", "competing", "single_features"]

FALSE_DISCOVERY = 0.1
MOSTLY_VOLUME = 0.8
"""A feature whose absolute correlation with volume exceeds this is called volume by another name."""

BEST_SHOWN = 10


def coefficients(analysis: SurvivalAnalysis) -> Section:
    """Show what the final fits hold, hazard ratios for units that mean something.

    Parameters
    ----------
    analysis
        What was found.
    """
    blocks: list[Block] = [
        Paragraph(
            "Final fits to all patients. Hazard ratios are for the difference named beside them. Where terms were "
            "chosen or penalised, an interval or p-value would be too good to be true and is not given."
        )
    ]
    largest = analysis.models[-1:]
    shown = [model for model in analysis.models if model.name == "clinical + volume" or model in largest]
    blocks.extend(drawn for drawn in (draw_forest(analysis, model) for model in shown) if drawn is not None)
    blocks.extend(drawn for drawn in (draw_hazards(model) for model in shown[:1]) if drawn is not None)
    header = ("Term", "Taken as", "Hazard ratio (95 %)", "for", "p", "Ridge", "Proportional hazards, p")
    blocks.extend(
        Table(_caption(model), header, _term_rows(model), (0, 1, 3))
        if len(model.coefficients)
        else Paragraph(f"{model.name}: no term was chosen; the model predicts the same for every patient.")
        for model in analysis.models
    )
    if len(analysis.untested):
        blocks.append(_untested(analysis))
    for model in analysis.models:
        if len(model.selection):
            best = model.selection.sort_values("share", ascending=False, kind="stable").head(BEST_SHOWN)
            chosen = tuple((both_names(row["feature"]), f"{100 * row['share']:.0f} %") for row in records(best))
            caption = f"{model.name}: how often a feature was chosen in the outer folds"
            blocks.append(Table(caption, ("Feature", "Share of folds"), chosen))
    return Section("coefficients", "What the models hold", tuple(blocks))


def _untested(analysis: SurvivalAnalysis) -> Table:
    """Return what an indicator says when those not tested are counted otherwise."""
    rows = tuple(
        (both_names(row["term"]), row["counted"], str(row["patients"]),
         ratio_cell(row["hazard_ratio"], row["hr_low"], row["hr_high"]))
        for row in records(analysis.untested)
    )  # fmt: skip
    note = (
        "Clinical columns and volume, fitted again. Patients of a site where hardly anybody was tested are not "
        "among the untested."
    )
    header = ("Term", "Untested patients are counted", "Patients", "Hazard ratio (95 %)")
    return Table("What the untested could change", header, rows, (0, 1), note)


def _caption(model: ModelResult) -> str:
    shown = len(strongest(model))
    return f"{model.name}: coefficients" + (
        f", the {shown} largest of {model.parameters}; all stand in coefficients.csv"
        if shown < model.parameters
        else ""
    )


def _term_rows(model: ModelResult) -> tuple[tuple[str, ...], ...]:
    tested = dict(zip(model.hazards_test["term"], model.hazards_test["p"], strict=True))
    return tuple(
        (
            both_names(row["term"]),
            "it is" if row["transform"] == "identity" else row["transform"],
            ratio_cell(row["unit_ratio"], row["unit_low"], row["unit_high"]),
            plain(row["unit"]),
            p_cell(row["p"]),
            number_text(row["ridge"], 2) if row["ridge"] else "none",
            p_cell(float(tested.get(row["term"], np.nan))),
        )
        for row in records(strongest(model))
    )


def single_features(analysis: SurvivalAnalysis) -> Section:
    """Tell of features alone, and how much of them is volume.

    Parameters
    ----------
    analysis
        What was found.
    """
    table = analysis.screening
    tested = table.dropna(subset=["p_bh"])
    passing = tested[tested["p_bh"] <= FALSE_DISCOVERY]
    bulky = int((table["rho_volume"].abs() > MOSTLY_VOLUME).sum())
    bulky_passing = int((passing["rho_volume"].abs() > MOSTLY_VOLUME).sum())
    sentence = (
        f"{len(passing)} of {len(tested)} features pass at a false discovery rate of {100 * FALSE_DISCOVERY:.0f} %; "
        f"{bulky_passing} of those, and {bulky} of all, have a correlation with volume beyond {MOSTLY_VOLUME:g}: they "
        "are volume by another name. These are tests of one feature at a time, on all patients; no model was built "
        "from them."
    )
    best = table.sort_values("p", kind="stable").head(BEST_SHOWN)
    rows = tuple(
        (
            both_names(row["feature"]),
            row["group"],
            interval_cell(row["c_index"], row["c_low"], row["c_high"]),
            ratio_cell(row["hazard_ratio"], row["hr_low"], row["hr_high"]),
            p_cell(row["p"]),
            p_cell(row["p_bh"]),
            number_text(row["rho_volume"], 2),
        )
        for row in records(best)
    )
    header = ("Feature", "Family", "C-index (95 %)", "Hazard ratio per SD (95 %)", "p", "p, false discovery",
              "Correlation with volume")  # fmt: skip
    note = (
        f"The {len(rows)} of smallest p; all stand in screening.csv. C-index below 0.5: a higher value goes with a "
        "later event."
    )
    best_table = Table("Best single features", header, rows, (0, 1), note)
    return Section("features", "Each feature alone", (Paragraph(sentence), *draw_screening(analysis), best_table))


def competing(analysis: SurvivalAnalysis, risks: CompetingRisks) -> Section:
    """Tell of the event that competes.

    Parameters
    ----------
    analysis, risks
        The analysis, and its competing risks.
    """
    chances = tuple(
        (
            f"{row['years']:g} years",
            percent_cell(row["event"], row["event_low"], row["event_high"]),
            percent_cell(row["competing"], row["competing_low"], row["competing_high"]),
        )
        for row in records(risks.horizons)
    )
    sentence = (
        f"{risks.competing.capitalize()} prevents {plain(risks.event)}. Concordance and Cox models above treat it as "
        "censoring, that is, they speak of the cause-specific hazard; how often the event happens is told here."
    )
    blocks: list[Block | None] = [
        Paragraph(sentence),
        draw_competing(analysis),
        Table("Cumulative incidence", ("Until", plain(risks.event), risks.competing), chances),
    ]
    if risks.late_deaths and risks.sensitivity:
        blocks.append(Paragraph(_late_deaths(risks)))
    blocks.append(_causes(risks))
    return Section("competing", "Competing risks", tuple(block for block in blocks if block is not None))


def _late_deaths(risks: CompetingRisks) -> str:
    """Tell of deaths soon after the last look for the event."""
    shares = " and ".join(f"{100 * share:.0f} % until {years:g} years" for years, share in risks.sensitivity.items())
    patients = f"{risks.late_deaths} patient{'s' if risks.late_deaths != 1 else ''}"
    return (
        f"{patients} counted as censored died within half a year after the last look for {plain(risks.event)}. Were "
        f"those deaths counted as competing on the day of that look, the share with the event would be {shares}."
    )


def _causes(risks: CompetingRisks) -> Table | None:
    """Return the models of each cause and of the event's incidence; None without terms."""
    titles = {"event": risks.event, "competing": risks.competing}
    parts = [(f"{titles.get(str(row['cause']), str(row['cause']))}, cause-specific", row)
             for row in records(risks.cause_specific)]  # fmt: skip
    parts += [(f"{risks.event}, Fine and Gray", row) for row in records(risks.subdistribution)]
    rows = tuple(
        (
            plain(title),
            human_name(row["term"]),
            ratio_cell(row["hazard_ratio"], row["hr_low"], row["hr_high"]),
            row.get("unit", "one standard deviation"),
            p_cell(row["p"]),
        )
        for title, row in parts
    )
    mended = any(bool(row.get("mended", False)) for _, row in parts)
    note = (
        "A model of which a term separates the patients has no plain estimate; it was fitted with Firth's penalty "
        "(Fine and Gray's with a small ridge), and cause_specific.csv and subdistribution.csv mark it."
    )
    return Table("Models of each cause, and of how often the event happens",
                 ("Event, model", "Term", "Hazard ratio (95 %)", "for", "p"), rows, (0, 1, 3),
                 note if mended else "") if rows else None  # fmt: skip
