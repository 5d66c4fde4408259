"""Models beside each other."""

from dataclasses import replace
from typing import Any

from radpipe.report.blocks import Table
from radpipe.report.model_sections import groups_section, models_section, probabilities_section
from radpipe.survival.statistics.interval import Interval


def tables(analysis: Any) -> dict[str, Table]:
    return {block.caption: block for block in models_section(analysis).blocks if isinstance(block, Table)}


def test_order_and_rightness_of_each_model_have_a_row(handmade: Any) -> None:
    told = tables(handmade.analysis)
    order = told["How well each model puts patients in order"]
    assert [row[0] for row in order.rows] == [model.name for model in handmade.analysis.models]
    assert "Wolbers' C (95 %)" not in order.header
    risks = told["How right its predicted risks are"]
    # 1 - 0.2 / 0.22 and 1 - 0.21 / 0.25, by hand.
    assert {row[-2:] for row in risks.rows} == {("9 %", "16 %")}


def test_wolbers_c_has_a_column_where_an_event_competes(handmade: Any) -> None:
    models = [replace(model, wolbers_c=Interval(0.6, 0.5, 0.7)) for model in handmade.analysis.models]
    order = tables(replace(handmade.analysis, models=tuple(models)))["How well each model puts patients in order"]
    assert "Wolbers' C (95 %)" in order.header
    assert {len(row) for row in order.rows} == {len(order.header)}


def test_differences_have_their_verdict_and_are_left_out_where_nothing_was_compared(handmade: Any) -> None:
    rows = tables(handmade.analysis)["Differences in C-index"].rows
    assert [row[:2] for row in rows] == [("radiomics", "volume"), ("clinical + radiomics", "clinical")]
    assert "(primary)" in rows[0][3]
    assert "Differences in C-index" not in tables(replace(handmade.analysis, comparisons=()))


def test_groups_and_probabilities_are_figures(handmade: Any) -> None:
    assert [block.name for block in groups_section(handmade.analysis).blocks][:1] == ["kaplan_meier_0"]
    assert [block.name for block in probabilities_section(handmade.analysis).blocks] == [
        "calibration",
        "decision_curve",
    ]
