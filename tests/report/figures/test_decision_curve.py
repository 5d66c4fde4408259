"""Decision curves: each model beside treating all and treating none."""

import numpy as np

from radpipe.report.figures.decision_curve import decision_curve
from radpipe.survival.statistics.decision_curve import decision_curve as net_benefit

EVERYBODY_DIES = (np.array([100.0, 200.0, 300.0, 400.0]), np.ones(4, dtype=np.bool_))


def drawn():
    curves = [net_benefit(name, *EVERYBODY_DIES, risk, horizon_years=2)
              for name, risk in (("blind", np.array([0.01] * 4)), ("good", np.array([0.9] * 4)))]  # fmt: skip
    return curves, decision_curve(curves, title="Net benefit")


def test_lines_are_the_models_between_treating_all_and_none() -> None:
    curves, figure = drawn()
    treat_all, none, blind, good = figure.axes[0].lines
    # Everybody has the event: acting in all of them is right in each, whatever the threshold (Vickers 2006).
    np.testing.assert_allclose(treat_all.get_ydata(), 1.0)
    assert set(none.get_ydata()) == {0}
    np.testing.assert_array_equal(good.get_ydata(), curves[1].net_benefit)
    np.testing.assert_allclose(blind.get_ydata()[curves[0].thresholds > 0.01], 0.0)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["treat all", "treat none", "blind", "good"]


def test_the_axis_tells_the_horizon_and_ends_where_thresholds_end() -> None:
    curves, figure = drawn()
    axes = figure.axes[0]
    assert "risk at 2 years" in axes.get_xlabel()
    assert axes.get_xlim() == (curves[0].thresholds[0], curves[0].thresholds[-1])
    assert axes.get_ylim()[1] > 1.0
