"""Every feature alone: where it stands, which are named, and where the false discovery rate is met."""

import numpy as np
import pandas as pd
import pytest

from radpipe.report.figures.screening import feature_volume, volcano

TABLE = pd.DataFrame(
    {
        "feature": ["a", "b", "c", "d"],
        "group": ["shape", "texture", "texture", "shape"],
        "hazard_ratio": [2.0, 0.5, 1.0, np.nan],
        "p": [1e-3, 1e-2, 0.5, np.nan],
        "p_bh": [4e-3, 0.09, 0.7, np.nan],
        "c_index": [0.7, 0.35, 0.5, np.nan],
        "rho_volume": [0.9, -0.4, 0.0, np.nan],
    }
)


def points(axes) -> dict[str, np.ndarray]:
    return {str(line.get_label()): line.get_xydata() for line in axes.lines if line.get_linestyle() == "None"}


def test_a_feature_stands_at_the_logarithms_of_its_ratio_and_p() -> None:
    figure = volcano(TABLE)
    found = points(figure.axes[0])
    np.testing.assert_allclose(found["shape (1)"], [[1, 3]])  # ratio 2 is 2**1, p 0.001 is 10**-3
    np.testing.assert_allclose(found["texture (2)"], [[-1, 2], [0, -np.log10(0.5)]])


def test_the_line_stands_at_the_weakest_feature_that_passes() -> None:
    (line,) = (line for line in volcano(TABLE).axes[0].lines if "discovery" in str(line.get_label()))
    assert line.get_label() == "false discovery rate 10 %:\n2 of 3 on or above"
    assert line.get_ydata()[0] == pytest.approx(2)
    strict = [str(line.get_label()) for line in volcano(TABLE, fdr=0.001).axes[0].lines]
    assert not [label for label in strict if "discovery" in label]


def test_the_best_are_numbered_and_named_by_their_p() -> None:
    figure = volcano(TABLE, label_best=2)
    assert sorted(text.get_text() for text in figure.axes[0].texts) == ["1", "2"]
    assert [text.get_text() for text in figure.legends[1].get_texts()] == ["1   a", "2   b"]


def test_a_p_that_no_axis_can_hold_stands_at_12_and_says_so() -> None:
    table = TABLE.assign(p=[1e-40, 1e-2, 0.5, np.nan])
    axes = volcano(table).axes[0]
    assert points(axes)["shape (1)"][0, 1] == pytest.approx(12)
    assert "12: 12 or more" in axes.get_ylabel()
    assert "12 or more" not in volcano(TABLE).axes[0].get_ylabel()


def test_features_are_turned_so_that_chance_is_the_floor() -> None:
    figure = feature_volume(TABLE, volume_c=0.3)
    found = points(figure.axes[0])
    np.testing.assert_allclose(found["texture (2)"], [[0.4, 0.65], [0.0, 0.5]])
    (line,) = (line for line in figure.axes[0].lines if "volume alone" in str(line.get_label()))
    assert line.get_ydata()[0] == pytest.approx(0.7)
    assert line.get_label() == "volume alone, C = 0.300"
