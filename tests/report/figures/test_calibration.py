"""Calibration: a panel for each horizon, points where risk as predicted and as observed say."""

import numpy as np
import pytest

from radpipe.report.figures.calibration import calibration
from radpipe.survival.statistics.calibration import CalibrationCurve


def curve(years: float, observed: list[float]) -> CalibrationCurve:
    values = np.array(observed)
    return CalibrationCurve(years, np.array([9, 9]), np.array([0.2, 0.5]), values, values - 0.1, values + 0.2)


def test_horizons_are_panels_from_early_to_late() -> None:
    figure = calibration({"volume": [curve(5, [0.3, 0.7]), curve(2, [0.1, 0.4])]}, what="death")
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["Calibration at 2 years", "Calibration at 5 years"]
    assert figure.axes[0].get_ylabel() == "Observed risk of death (probability)"
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["perfect", "volume"]


def test_points_stand_at_predicted_and_observed_risk_with_their_interval() -> None:
    figure = calibration({"volume": [curve(2, [0.1, 0.4])]})
    diagonal, points = figure.axes[0].lines
    np.testing.assert_array_equal(diagonal.get_xdata(), diagonal.get_ydata())
    np.testing.assert_allclose(points.get_xydata(), [[0.2, 0.1], [0.5, 0.4]])
    bars = figure.axes[0].collections[0].get_segments()
    np.testing.assert_allclose([bar[:, 1] for bar in bars], [[0.0, 0.3], [0.3, 0.6]], atol=1e-12)


def test_models_that_predict_the_same_stand_beside_each_other() -> None:
    figure = calibration({name: [curve(2, [0.1, 0.4])] for name in ("a", "b", "c")})
    first = [line.get_xdata()[0] for line in figure.axes[0].lines[1:]]
    assert len(set(first)) == 3
    assert np.mean(first) == pytest.approx(0.2)
