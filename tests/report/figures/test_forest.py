"""Forest plots: numbers beside the lines, round ticks, and hollow markers for what flatters."""

import numpy as np
import pytest

from radpipe.report.figures.forest import Estimate, c_index_comparison, forest

NAN = float("nan")


def words(axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_ratios_stand_beside_their_lines_with_p() -> None:
    figure = forest([Estimate("stage", 1.304, 1.0, 1.7, 0.04), Estimate("site", 3.0, 1.4, 6.5, 0.0001),
                     Estimate("age", 0.9, NAN, NAN)])  # fmt: skip
    axes, numbers, tested = figure.axes
    assert words(numbers) == ["1.30 (1.00 to 1.70)", "3.00 (1.40 to 6.50)", "0.90"]
    assert words(tested) == ["p = 0.040", "p < 0.001", ""]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["stage", "site", "age"]
    assert axes.get_xscale() == "log"


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0.95, 1.05, [0.9, 1.0, 1.1, 1.2]), (0.3, 3.0, [0.5, 1, 2, 3]), (0.02, 60.0, [0.1, 1, 10])],
)
def test_ticks_of_ratios_are_round_have_room_and_hold_1(low: float, high: float, ticks: list[float]) -> None:
    axes = forest([Estimate("x", 1.0, low, high)]).axes[0]
    found = list(axes.get_xticks())
    assert 1.0 in found
    assert axes.get_xlim()[0] < low
    assert axes.get_xlim()[1] > high
    assert set(ticks) <= set(found), found
    places = (np.log(found) - np.log(axes.get_xlim()[0])) / np.ptp(np.log(axes.get_xlim()))
    assert np.diff(places).min() > 0.1


def test_without_a_test_there_is_no_column_for_it() -> None:
    figure = c_index_comparison([Estimate("volume", 0.62, 0.55, 0.69)])
    assert len(figure.axes) == 2
    assert words(figure.axes[1]) == ["0.620 (0.550 to 0.690)"]


def test_apparent_values_are_hollow_and_chance_is_dashed() -> None:
    rows = [Estimate("volume", 0.62, 0.55, 0.69), Estimate("own patients", 0.8, NAN, NAN, hollow=True)]
    neutral, _, filled, _, hollow = c_index_comparison(rows).axes[0].lines
    assert list(neutral.get_xdata()) == [0.5, 0.5]
    assert hollow.get_markerfacecolor() == "white"
    assert filled.get_markerfacecolor() != "white"
    assert list(c_index_comparison(rows, neutral=0.0).axes[0].lines[0].get_xdata()) == [0.0, 0.0]
