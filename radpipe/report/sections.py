"""The sections of a survival report, in the order of a reader's questions: the answer first."""

import numpy as np

from radpipe.report.blocks import (
    Block,
    Listing,
    Paragraph,
    Section,
    Table,
    endpoint_words,
    interval_text,
    number_text,
    plain,
)
from radpipe.report.cells import p_cell
from radpipe.report.drawings import (
    draw_c_indices,
    draw_calibration,
    draw_course,
    draw_decision,
    draw_differences,
    draw_kaplan_meier,
    draw_multiverse,
)
from radpipe.report.names import both_names
from radpipe.report.patient_table import PatientTable
from radpipe.report.table_one import table_one
from radpipe.report.term_sections import coefficients, competing, single_features
from radpipe.survival.procedure.results import ModelResult, SurvivalAnalysis

__all__ = ["sections"]


def sections(analysis: SurvivalAnalysis, patients: PatientTable, more: tuple[Section, ...] = ()) -> tuple[Section, ...]:
    """Return what the page tells below its answer; sections of other rooms stand before the safeguards."""
    if not analysis.models:
        return (*_described(analysis, patients), *more, _limits(analysis), _methods(analysis), _files(analysis))
    found = [
        _patients(analysis, patients),
        _measured(analysis, patients),
        _models(analysis),
        _risk_groups(analysis),
        coefficients(analysis),
        _probabilities(analysis),
        single_features(analysis),
    ]
    if analysis.competing is not None:
        found.append(competing(analysis, analysis.competing))
    return (*found, *more, _safeguards(analysis), _limits(analysis), _methods(analysis), _files(analysis))


def _described(analysis: SurvivalAnalysis, patients: PatientTable) -> tuple[Section, ...]:
    """Tell of an endpoint with too few events for a model: who was followed, and how often it came."""
    course = Section("course", "How often the event came", (draw_course(analysis),))
    beside = () if analysis.competing is None else (competing(analysis, analysis.competing),)
    return _patients(analysis, patients), course, *beside


def _drawn(*blocks: Block | None) -> tuple[Block, ...]:
    return tuple(block for block in blocks if block is not None)


def _patients(analysis: SurvivalAnalysis, patients: PatientTable) -> Section:
    """Tell who was analysed, and the flow that led there."""
    flow = analysis.flow.astype(object).where(analysis.flow.notna(), "")
    rows = tuple(tuple(_cell(value) for value in row) for row in flow.itertuples(index=False))
    header = tuple(plain(str(name)).capitalize() for name in flow.columns)
    words = tuple(place for place, name in enumerate(flow.columns) if name not in ("patients", "events"))
    events, n = int(analysis.event.sum()), len(analysis.event)
    origin = f" Time counts from: {analysis.origin}." if analysis.origin else ""
    told = (
        f"{n} patients, {events} of them with the event ({endpoint_words(analysis.endpoint)}), region of interest "
        f"{patients.roi}.{origin} Median follow-up {_follow_up(analysis)} (reverse Kaplan-Meier)."
    )
    blocks: list[Block] = [
        Paragraph(told),
        table_one(analysis, patients),
        Table("Flow of patients", header, rows, words),
    ]
    if analysis.notes:
        blocks.append(Listing(analysis.notes, title="To know about these tables"))
    return Section("patients", "Patients", tuple(blocks))


def _cell(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _follow_up(analysis: SurvivalAnalysis) -> str:
    """Return the median time under observation, the event counting as the end of it by other means."""
    return f"{analysis.follow_up_years:.1f} years" if np.isfinite(analysis.follow_up_years) else "was not reached"


def _measured(analysis: SurvivalAnalysis, patients: PatientTable) -> Section:
    """Tell what went in."""
    numbers = (
        f"{patients.features.shape[1]} features of {patients.roi} and {patients.clinical.shape[1]} clinical columns "
        f"stood in the tables. Tumour volume is {both_names(analysis.volume_column)}."
    )
    rows = tuple((plain(str(name)), str(value)) for name, value in patients.extraction.items())
    blocks: list[Block] = [Paragraph(numbers)]
    if rows:
        blocks.append(Table("How features were measured", ("Setting", "Value"), rows, (0, 1)))
    else:
        blocks.append(Paragraph("The feature table does not tell how it was measured; radpipe's own tables do."))
    models = tuple((model.name, model.description) for model in analysis.models)
    blocks.append(Table("What each model is made of", ("Model", "Description"), models, (0, 1)))
    return Section("measured", "What was measured, and how", tuple(blocks))


def _models(analysis: SurvivalAnalysis) -> Section:
    """Put the models side by side."""
    years = tuple(dict.fromkeys(brier.horizon_years for model in analysis.models for brier in model.brier))
    wolbers = any(model.wolbers_c is not None for model in analysis.models)
    order = Table(
        "How well each model puts patients in order",
        ("Model", "C-index (95 %)", "Uno's C (95 %)", *(["Wolbers' C (95 %)"] if wolbers else []), "Corrected C",
         "Parameters", "Events per parameter"),
        tuple(_order_row(model) for model in analysis.models),
        note="C-index and Uno's C: in patients of held-out folds, with 95 % interval; 0.5 is chance, 1 perfect order. "
        "Corrected C: what the bootstrap leaves of the final fit's C (optimism, or .632+ for models that learn from "
        "features). Events per parameter count every feature that was looked at."
        + (" Wolbers' C: patients with the competing event outlive everyone." if wolbers else ""),
    )  # fmt: skip
    risks = Table(
        "How right its predicted risks are",
        (
            "Model",
            "Calibration slope (95 %)",
            "Corrected slope",
            *(f"Brier explained, {year:g} years" for year in years),
        ),
        tuple(_risk_row(model, years) for model in analysis.models),
        note="In patients of held-out folds. Calibration slope: 1 is ideal, below 1 the predicted risks are too "
        "extreme. Brier: share of the squared error explained at that time; at or below 0 the model is no better than "
        "telling every patient the same.",
    )
    compared = tuple(
        (
            one.model_a,
            one.model_b,
            interval_text(one.difference),
            f"{one.verdict}, p {p_cell(one.p)} ({one.role})" if np.isfinite(one.p) else "not asked",
        )
        for one in analysis.comparisons
    )
    blocks = _drawn(
        order,
        draw_c_indices(analysis),
        Table("Differences in C-index", ("Model", "compared with", "Difference (95 %)", "What test and interval show"),
              compared, (0, 1, 3)) if compared else None,
        draw_differences(analysis),
        draw_multiverse(analysis),
        risks,
    )  # fmt: skip
    return Section("models", "Models beside each other", blocks)


def _order_row(model: ModelResult) -> tuple[str, ...]:
    return (
        model.name,
        interval_text(model.c_index),
        interval_text(model.uno_c),
        *([] if model.wolbers_c is None else [interval_text(model.wolbers_c)]),
        number_text(model.corrected_c),
        str(model.parameters),
        number_text(model.events_per_parameter, 1),
    )


def _risk_row(model: ModelResult, years: tuple[float, ...]) -> tuple[str, ...]:
    explained = {brier.horizon_years: brier.explained for brier in model.brier}
    return (
        model.name,
        interval_text(model.calibration_slope, 2),
        number_text(model.corrected_slope, 2),
        *(f"{100 * explained[year]:.0f} %" if year in explained else "–" for year in years),
    )


def _risk_groups(analysis: SurvivalAnalysis) -> Section:
    return Section("groups", "Patients of lower and higher predicted risk", draw_kaplan_meier(analysis))


def _probabilities(analysis: SurvivalAnalysis) -> Section:
    blocks = _drawn(draw_calibration(analysis), draw_decision(analysis))
    return Section("calibration", "Are the predicted probabilities right, and of use?", blocks)


def _safeguards(analysis: SurvivalAnalysis) -> Section:
    """Tell the self-test and all warnings."""
    test = analysis.permutation
    if test is None:
        told = "The self-test with permuted outcomes was switched off: nothing shows that noise would give 0.5 here."
    else:
        told = (
            f"Self-test: the whole procedure of the model “{test.model}” was run on {len(test.c_indices)} permuted "
            f"outcomes, where there is nothing to find. Its C-index was {test.mean:.3f} on average (standard error "
            f"{test.standard_error:.3f}); 0.500 is honest. "
            + ("Passed." if test.passed else "FAILED: do not believe the C-indices on this page.")
        )
    blocks: list[Block] = [Paragraph(told, strong=test is not None and not test.passed)]
    if analysis.warnings:
        blocks.append(Listing(analysis.warnings, title="Warnings"))
    else:
        blocks.append(Paragraph("No further warnings."))
    return Section("safeguards", "Safeguards and warnings", tuple(blocks))


def _limits(analysis: SurvivalAnalysis) -> Section:
    return Section("limits", "What these data cannot show", (Listing(analysis.limits),))


def _methods(analysis: SurvivalAnalysis) -> Section:
    blocks = (Paragraph(" ".join(analysis.methods)), Listing(analysis.references, title="References", numbered=True))
    return Section("methods", "Methods", blocks)


def _files(analysis: SurvivalAnalysis) -> Section:
    """Tell what made this page, and what lies beside it."""
    settings = (("seed", str(analysis.seed)), *((plain(name), str(value)) for name, value in analysis.settings.items()))
    made = tuple((str(name), str(value)) for name, value in analysis.versions.items())
    beside = (
        "analysis.csv: one row per patient; codebook.csv tells every column of every table",
        "models.csv, comparisons.csv, coefficients.csv, screening.csv, risk_scores.csv, flow.csv: this page's numbers",
        "out_of_fold.csv, decision_curve.csv, kaplan_meier.csv, groups.csv, self_test.csv: what they are computed from",
        "baseline.csv: survival at terms of 0, for a patient's risk by hand (codebook.csv tells how)",
        "refit.R: Rscript refit.R fits the final Cox models again with R and compares the coefficients",
        "figures: every figure as SVG and PNG",
    )
    blocks = (
        Table("Settings", ("Setting", "Value"), settings, (0, 1)),
        Table("Versions", ("Program", "Version"), made, (0, 1)),
        Listing(beside, title="Beside this page"),
    )
    return Section("made", "How this page was made", blocks)
