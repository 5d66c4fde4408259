"""Sections on other scanners, other contours and meaningless voxels, in words that a clinician understands."""

from typing import Any

import pandas as pd

from radpipe.report.blocks import Block, Drawing, Listing, Paragraph, Section, Table, number_text, records
from radpipe.report.cells import p_cell
from radpipe.report.figures.forest import Estimate, c_index_comparison
from radpipe.report.figures.style import render
from radpipe.survival.procedure.controls import ANEW, Controls
from radpipe.survival.procedure.harmonisation import Harmonisation
from radpipe.survival.procedure.robustness import LEVELS, Robustness
from radpipe.survival.procedure.scrutiny import Scrutiny

__all__ = ["scrutiny_sections", "scrutiny_tables"]

LEAST_SHOWN = 10


def scrutiny_sections(scrutiny: Scrutiny) -> tuple[Section, ...]:
    """Return a section for each thing that was asked.

    Parameters
    ----------
    scrutiny
        Beside an analysis.
    """
    sections = []
    if scrutiny.robustness is not None:
        sections.append(_robustness(scrutiny.robustness))
    if scrutiny.harmonisation is not None:
        sections.append(_harmonisation(scrutiny.harmonisation))
    if scrutiny.controls is not None:
        sections.append(_controls(scrutiny.controls))
    return tuple(sections)


def scrutiny_tables(scrutiny: Scrutiny) -> dict[str, pd.DataFrame]:
    """Return the numbers behind the sections: file name -> table."""
    tables: dict[str, pd.DataFrame] = {}
    if scrutiny.robustness is not None:
        tables["robust_features.csv"] = scrutiny.robustness.features
        tables["robust_models.csv"] = scrutiny.robustness.models
        tables["robust_differences.csv"] = scrutiny.robustness.differences
    if scrutiny.harmonisation is not None:
        own = scrutiny.harmonisation
        telling = own.telling
        tables["harmonisation.csv"] = own.models
        tables["batches.csv"] = pd.DataFrame(
            [(name or "not known", size, name not in own.as_measured) for name, size in own.batches.sizes.items()],
            columns=["batch", "patients", "harmonised"],
        )
        tables["batches_told.csv"] = pd.DataFrame(
            [("as measured", telling.auc_before, telling.differing_before),
             ("harmonised", telling.auc_after, telling.differing_after)],
            columns=["features", "auc", "differing_share"],
        )  # fmt: skip
        tables["case_mix.csv"] = own.case_mix
        tables["batch_left_out.csv"] = own.left_out
    if scrutiny.controls is not None:
        tables["controls.csv"] = scrutiny.controls.table()
    return tables


def _span(row: Any, value: str, low: str, high: str, digits: int = 3) -> str:
    text = number_text(row[value], digits)
    return text if row[low] != row[low] else f"{text} ({row[low]:.{digits}f} to {row[high]:.{digits}f})"


def _robustness(robustness: Robustness) -> Section:
    """Tell of perturbed states."""
    used = (
        f"Models use features that reach {robustness.least:g} in the training patients of each fold."
        if robustness.least
        else "No feature was left out for it; what leaving them out would do is told below."
    )
    well, very_well = LEVELS
    sentence = (
        f"Each ROI was measured in {robustness.states} states of {robustness.patients} patients, as another scan or "
        f"another contour might have given it. {robustness.robust(well)} of {len(robustness.features)} features agree "
        f"well (lower end of ICC(1,1) at least {well:g}), {robustness.robust(very_well)} very well ({very_well:g}), on "
        f"the scale that the models see; as measured, {robustness.robust(well, column='low_raw')} and "
        f"{robustness.robust(very_well, column='low_raw')}. {used}"
    )
    rows = tuple(
        (
            row["model"], row["filter"], _span(row, "c", "c_low", "c_high"),
            _span(row, "c_states", "c_least", "c_most"), _span(row, "risk_icc", "risk_low", "risk_high", 2),
        )
        for row in records(robustness.models)
    )  # fmt: skip
    models = Table(
        "The same model on other states of the same patients",
        ("Model", "Features", "C-index (95 %)", "C over states (least to most)", "ICC of the risk (95 %)"),
        rows,
        (0, 1),
        "Held-out patients throughout. ICC of the risk: how well the predicted risk of one patient agrees between his "
        "states; 1 is the same in every state, below 0.75 another scan could have told him another risk.",
    )
    gaps = tuple((row["model"], _span(row, "difference", "low", "high")) for row in records(robustness.differences))
    least = robustness.features.sort_values("low", na_position="first", kind="stable").head(LEAST_SHOWN)
    worst = tuple(
        (row["feature"], number_text(row["icc"], 2), number_text(row["low"], 2), number_text(row["icc_raw"], 2),
         f"{100 * row['kept']:.0f} %")
        for row in records(least)
    )  # fmt: skip
    blocks: tuple[Block, ...] = (
        Paragraph(sentence),
        models,
        Table("What the filter does to C", ("Model", "C with the filter minus without (95 %)"), gaps),
        Table(f"The {len(worst)} features that agree least",
              ("Feature", "ICC", "lower end", "ICC as measured", "Passed in folds"), worst,
              note="All stand in robust_features.csv. Noise, position, volume and contour were simulated; observers of "
              "other schools and other scanners were not."),
    )  # fmt: skip
    return Section("robustness", "Would another scan or another contour say the same?", blocks)


def _harmonisation(harmonisation: Harmonisation) -> Section:
    """Tell of scanners and centres."""
    batches = harmonisation.batches
    sizes = tuple(
        (name or "not known", str(size), "as measured" if name in harmonisation.as_measured else "harmonised")
        for name, size in batches.sizes.items()
    )
    rows = tuple(
        (row["model"], _span(row, "c_with", "with_low", "with_high"),
         _span(row, "c_without", "without_low", "without_high"), _span(row, "difference", "low", "high"))
        for row in records(harmonisation.models)
    )  # fmt: skip
    mix = tuple((row["beside"], row["test"], p_cell(row["p"])) for row in records(harmonisation.case_mix))
    blocks: list[Block] = [
        Listing(harmonisation.sentences),
        Table(f"Batches: {batches.column}", ("Batch", "Patients", "Features"), sizes, (0, 2)),
        Table("With and without harmonising", ("Model", "C with (95 %)", "C without (95 %)", "Difference (95 %)"), rows,
              note="ComBat, learnt in the training patients of each fold; size, form and clinical columns are not "
              "harmonised. Patients of a batch with fewer than ten training patients stay as measured."),
        Table("Do batches differ in their patients?", ("Beside", "Test", "p"), mix, (0, 1)),
    ]  # fmt: skip
    if len(harmonisation.left_out):
        blocks.append(_left_out_table(harmonisation.left_out))
        blocks.append(_left_out_figure(harmonisation.left_out))
    return Section("harmonisation", "Other scanners, other centres", tuple(blocks))


def _left_out_table(table: pd.DataFrame) -> Table:
    rows = tuple(
        (row["batch"], row["model"], f"{row['patients']:.0f}", f"{row['events']:.0f}",
         _span(row, "c", "c_low", "c_high"), _span(row, "slope", "slope_low", "slope_high", 2))
        for row in records(table)
    )  # fmt: skip
    return Table(
        "Each batch left out once", ("Left out", "Model", "Patients", "Events", "C-index (95 %)", "Slope (95 %)"), rows,
        (0, 1), "The model is made from all other batches and judged on this one, whose features stay as measured. "
        "That is the nearest to another centre that one table has.",
    )  # fmt: skip


def _left_out_figure(table: pd.DataFrame) -> Drawing:
    shown = table[table["model"].isin(["volume", "volume + radiomics"])]
    rows = [
        Estimate(f"{row['batch']}: {row['model']}", row["c"], row["c_low"], row["c_high"]) for row in records(shown)
    ]
    figure = c_index_comparison(rows, title="C-index in the batch left out")
    caption = "C-index in patients of a batch that the model was made without, with 95 % interval."
    return Drawing("batch_left_out", caption, render(figure, "svg"), render(figure, "png"))


def _controls(controls: Controls) -> Section:
    """Tell of negative controls."""
    table = controls.table()
    rows = tuple(
        (row["control"].replace("_", " "), row["model"], row["way"],
         _span(row, "c_image", "c_image_low", "c_image_high"),
         _span(row, "c_control", "c_control_low", "c_control_high"), _span(row, "difference", "low", "high"),
         f"{row['patients']:.0f}")
        for row in records(table)
    )  # fmt: skip
    main = table[(table["model"] == controls.main) & (table["way"] == ANEW)]
    drawn = [Estimate("volume alone", controls.volume.value, controls.volume.low, controls.volume.high)]
    first = main.iloc[0]
    drawn.append(Estimate("the image", first["c_image"], first["c_image_low"], first["c_image_high"]))
    drawn += [
        Estimate(row["control"].replace("_", " "), row["c_control"], row["c_control_low"], row["c_control_high"])
        for row in records(main)
    ]
    figure = c_index_comparison(drawn, title=f"C-index on controls: {controls.main}")
    caption = (
        f"C-index of “{controls.main}” in held-out patients, on the image, and on images whose voxels lost order or "
        "meaning; 95 % intervals. Controls keep the outline: compare with volume alone, not with 0.5."
    )
    blocks: tuple[Block, ...] = (
        Listing(controls.sentences),
        Drawing("controls", caption, render(figure, "svg"), render(figure, "png")),
        Table("Image and controls",
              ("Control", "Model", "How", "C, image (95 %)", "C, control (95 %)", "Difference (95 %)", "Patients"),
              rows,
              (0, 1, 2)),
    )  # fmt: skip
    return Section("controls", "Does the order of voxels matter?", blocks)
