"""Sections on scanners, states and controls: their sentences and numbers are those of the results."""

import numpy as np
import pandas as pd

from radpipe.report.blocks import Drawing, Listing, Paragraph, Table
from radpipe.report.scrutiny_sections import scrutiny_sections, scrutiny_tables
from radpipe.survival.design.batches import Batches
from radpipe.survival.procedure.beside import Paired
from radpipe.survival.procedure.controls import ANEW, APPLIED, ControlResult, Controls
from radpipe.survival.procedure.harmonisation import Harmonisation, Telling
from radpipe.survival.procedure.robustness import Robustness
from radpipe.survival.procedure.scrutiny import Scrutiny
from radpipe.survival.statistics.interval import Interval


def found() -> Scrutiny:
    """Results by hand."""
    batches = Batches("scanner", ("a", "a", "b", ""), np.array([True]), np.zeros((4, 0)))
    models = pd.DataFrame(
        [("radiomics", 0.70, 0.6, 0.8, 0.68, 0.58, 0.78, 0.02, 0.005, 0.035)],
        columns=["model", "c_with", "with_low", "with_high", "c_without", "without_low", "without_high", "difference",
                 "low", "high"],
    )  # fmt: skip
    mix = pd.DataFrame(
        [("outcome", "log-rank", 0.01), ("stage", "Kruskal-Wallis", 0.5)], columns=["beside", "test", "p"]
    )
    left = pd.DataFrame(
        [("a", 20, 9, name, 0.6, 0.5, 0.7, 0.9, 0.1, 1.7) for name in ("volume", "volume + radiomics")],
        columns=["batch", "patients", "events", "model", "c", "c_low", "c_high", "slope", "slope_low", "slope_high"],
    )
    harmonised = Harmonisation(batches, ("",), Telling(0.98, 0.52, 0.8, 0.0), models, mix, left)
    features = pd.DataFrame([("f", 0.95, 0.92, 0.94, 0.91, 1.0), ("g", 0.8, 0.7, 0.5, np.nan, 0.0)],
                            columns=["feature", "icc_raw", "low_raw", "icc", "low", "kept"])  # fmt: skip
    rows = pd.DataFrame(
        [("radiomics", "robust features", 0.66, 0.6, 0.72, 0.65, 0.64, 0.66, 0.9, 0.85, 0.95, 10.0)],
        columns=["model", "filter", "c", "c_low", "c_high", "c_states", "c_least", "c_most", "risk_icc", "risk_low",
                 "risk_high", "repeats"],
    )  # fmt: skip
    gaps = pd.DataFrame([("radiomics", -0.01, -0.03, 0.01)], columns=["model", "difference", "low", "high"])
    pair = Paired(Interval(0.66, 0.6, 0.72), Interval(0.64, 0.58, 0.7), Interval(0.02, -0.01, 0.05), 40)
    results = tuple(ControlResult("shuffled_roi", "volume + radiomics", way, pair) for way in (APPLIED, ANEW))
    return Scrutiny(
        harmonised, Robustness(10, 40, 0.75, features, rows, gaps), Controls(results, Interval(0.63, 0.57, 0.69),
                                                                            "volume + radiomics"),
    )  # fmt: skip


def words(section) -> str:
    told = []
    for block in section.blocks:
        if isinstance(block, Paragraph):
            told.append(block.text)
        elif isinstance(block, Listing):
            told += block.items
        elif isinstance(block, Table):
            told += [block.caption, block.note, *(" | ".join(row) for row in block.rows)]
        elif isinstance(block, Drawing):
            told.append(block.caption)
    return "\n".join(told)


def test_each_section_tells_its_numbers():
    robust, scanners, controls = scrutiny_sections(found())
    assert "1 of 2 features agree well" in words(robust)
    assert "1 very well" in words(robust)
    assert "as measured, 1 and 1" in words(robust)
    assert (
        "radiomics | robust features | 0.660 (0.600 to 0.720) | 0.650 (0.640 to 0.660) | 0.90 (0.85 to 0.95)"
        in words(robust)
    )
    assert "g | 0.50 | – | 0.80 | 0 %" in words(robust)
    assert "0.98 as measured and 0.52 after" in words(scanners)
    assert "harmonising helps" in words(scanners)
    assert "Batches differ in outcome" in words(scanners)
    assert "not known | 1 | as measured" in words(scanners)
    assert "a | volume + radiomics | 20 | 9 | 0.600 (0.500 to 0.700) | 0.90 (0.10 to 1.70)" in words(scanners)
    assert "that the order of voxels inside the tumour matters is not shown" in words(controls)
    assert "C falls by +0.020, 95 % interval -0.010 to +0.050" in words(controls)
    assert "0.630 (0.570 to 0.690)" in words(controls)
    assert scrutiny_sections(Scrutiny()) == ()


def test_tables_hold_what_the_sections_tell():
    tables = scrutiny_tables(found())
    assert tables["batches.csv"].to_numpy().tolist() == [["a", 2, True], ["b", 1, True], ["not known", 1, False]]
    assert tables["batches_told.csv"]["auc"].tolist() == [0.98, 0.52]
    assert tables["controls.csv"]["difference"].tolist() == [0.02, 0.02]
    assert tables["robust_features.csv"]["low"].tolist()[0] == 0.91
    assert scrutiny_tables(Scrutiny()) == {}


def test_controls_that_fall_rise_or_have_no_interval_are_told_as_such():
    def sentence(low, high, value=0.02):
        pair = Paired(Interval(0.7, 0.6, 0.8), Interval(0.68, 0.58, 0.78), Interval(value, low, high), 40)
        return ControlResult("randomized_full", "radiomics", ANEW, pair).sentence

    assert sentence(0.01, 0.03).endswith("what the image holds beyond the outline contributes.")
    assert "asks for an explanation" in sentence(-0.03, -0.01, -0.02)
    assert "without an interval: nothing is shown" in sentence(float("nan"), float("nan"))
