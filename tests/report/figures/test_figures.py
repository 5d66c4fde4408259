"""Figures: the same bytes twice, an axis label everywhere, nothing outside or on top of each other."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from lifelines.datasets import load_rossi
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from radpipe.report.figures.calibration import calibration
from radpipe.report.figures.cumulative_incidence import cumulative_incidence
from radpipe.report.figures.decision_curve import decision_curve
from radpipe.report.figures.forest import Estimate, c_index_comparison, forest
from radpipe.report.figures.kaplan_meier import SurvivalGroup, kaplan_meier, year_ticks
from radpipe.report.figures.screening import feature_volume, volcano
from radpipe.report.figures.style import COLOURS, render
from radpipe.survival.procedure.results import CompetingRisks
from radpipe.survival.statistics.calibration import CalibrationCurve
from radpipe.survival.statistics.decision_curve import decision_curve as net_benefit

LONG = "wavelet-HLH_glrlm_GrayLevelNonUniformityNormalized"


def groups() -> list[SurvivalGroup]:
    rng = np.random.default_rng(1)
    return [
        SurvivalGroup(name, rng.exponential(scale, 40), rng.random(40) < 0.7)
        for name, scale in (("low predicted risk", 2500.0), ("high predicted risk", 900.0))
    ]


def curve(horizon: float, shift: float) -> CalibrationCurve:
    predicted = np.array([0.1, 0.3, 0.6])
    return CalibrationCurve(
        horizon, np.array([9, 9, 9]), predicted, predicted + shift, predicted - 0.05, predicted + shift + 0.2
    )


def screening() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    rho = rng.uniform(-1, 1, 80)
    p = 10.0 ** -np.abs(3 * rho)
    return pd.DataFrame(
        {
            "feature": [f"{LONG}{number}" for number in range(80)],
            "group": rng.choice(["intensity", "shape", "texture", "wavelet"], 80),
            "c_index": 0.5 + 0.1 * rho,
            "hazard_ratio": np.exp(rho),
            "p": p,
            "p_bh": np.minimum(p * 2, 1),
            "rho_volume": rho,
        }
    )


def competing() -> Figure:
    steps = np.array([0.0, 0.1, 0.3])
    curves = pd.DataFrame({"time_days": [0.0, 400.0, 1500.0]})
    for cause in ("event", "competing"):
        curves = curves.assign(**{cause: steps, f"{cause}_low": steps * 0.7, f"{cause}_high": steps * 1.3})
    empty = pd.DataFrame()
    return cumulative_incidence(
        CompetingRisks("recurrence", "death", curves, empty, empty, pd.DataFrame()),
        np.array([300.0, 900.0, 2000.0]),
        title="Incidence",
    )


def curves_of_decision() -> Figure:
    group = groups()[0]
    risk = np.linspace(0.05, 0.9, 40)
    return decision_curve([net_benefit("volume", group.time_days, group.event, risk, horizon_years=5)], title="x")


FIGURES = {
    "kaplan_meier": lambda: kaplan_meier(groups(), title="Overall survival", what="Overall survival"),
    "forest": lambda: forest([Estimate("clin_t", 1.3, 1.0, 1.7, 0.04), Estimate(LONG, 3.0, 1.4, 6.5, 0.0001)]),
    "c_index": lambda: c_index_comparison([Estimate("volume", 0.62, 0.55, 0.69), Estimate("apparent", 0.8, 0.7, 0.9)]),
    "calibration": lambda: calibration({"a": [curve(2, 0), curve(5, 0.1)], "b": [curve(2, 0.05), curve(5, 0.2)]}),
    "decision_curve": curves_of_decision,
    "volcano": lambda: volcano(screening(), title="Each feature alone"),
    "feature_volume": lambda: feature_volume(screening(), volume_c=0.62),
    "cumulative_incidence": competing,
}


@pytest.fixture(scope="module", params=list(FIGURES))
def drawn(request: pytest.FixtureRequest) -> tuple[Figure, bytes]:
    figure = FIGURES[request.param]()
    return figure, render(figure, "svg")


def with_data(figure: Figure) -> list[Axes]:
    return [axes for axes in figure.axes if axes.lines or axes.collections]


def test_svg_is_the_same_twice_and_holds_no_date(drawn: tuple[Figure, bytes]) -> None:
    figure, svg = drawn
    assert render(figure, "svg") == svg
    assert b"<dc:date>" not in svg
    assert b"http://" not in svg.replace(b"http://www.w3.org/", b"").replace(b"http://purl.org/", b"").replace(
        b"http://creativecommons.org/", b""
    )


@pytest.mark.parametrize("name", ["kaplan_meier", "volcano"])
def test_a_figure_made_anew_has_the_same_bytes(name: str) -> None:
    assert render(FIGURES[name](), "svg") == render(FIGURES[name](), "svg")
    assert render(FIGURES[name](), "png") == render(FIGURES[name](), "png")


def test_every_axis_with_data_tells_its_quantity(drawn: tuple[Figure, bytes]) -> None:
    figure, _ = drawn
    told = [(axes.get_xlabel(), axes.get_ylabel(), len(axes.get_yticklabels())) for axes in with_data(figure)]
    assert told
    first = figure.axes[0]
    for axes in with_data(figure):
        assert axes.get_xlabel()
        assert axes.get_ylabel() or axes.get_yticklabels() or axes.get_shared_y_axes().joined(axes, first)


def texts_of(axes: Axes) -> list[Text]:
    """All that is written in and around the axes; labels of ticks beyond its ends are not drawn."""
    found = [axes.title, axes._left_title, *axes.texts]  # type: ignore[attr-defined]
    if not axes.axison:
        return found
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        shown = [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
        found += [axis.label, *(tick.label1 for tick in shown if tick.label1.get_visible())]
    return found


def test_nothing_lies_outside_or_on_other_text(drawn: tuple[Figure, bytes]) -> None:
    figure, _ = drawn
    figure.draw_without_rendering()  # Writing an SVG left the places of its own resolution behind.
    texts = [text for axes in figure.axes for text in texts_of(axes)]
    texts += [text for legend in figure.legends for text in (*legend.get_texts(), legend.get_title())]
    boxes = [
        (text.get_text(), Text.get_window_extent(text)) for text in texts if text.get_text() and text.get_visible()
    ]
    assert len(boxes) > 8
    for told, box in boxes:
        assert box.x0 > -1, told
        assert box.y0 > -1, told
        assert box.x1 < figure.bbox.width + 1, told
        assert box.y1 < figure.bbox.height + 1, told
    for number, (told, box) in enumerate(boxes):
        for other, second in boxes[number + 1 :]:
            wide = min(box.x1, second.x1) - max(box.x0, second.x0)
            high = min(box.y1, second.y1) - max(box.y0, second.y0)
            assert min(wide, high) < 2, f"{told!r} lies on {other!r}"


def test_drawing_leaves_matplotlib_as_it_was() -> None:
    before = dict(mpl.rcParams)
    kaplan_meier(groups())
    assert dict(mpl.rcParams) == before


def test_log_rank_is_that_of_r() -> None:
    # R survival 3.5: survdiff(Surv(week, arrest) ~ fin, rossi): chisq 3.8376, p 0.05.
    rossi = load_rossi()
    parts = [
        SurvivalGroup(
            f"fin {aid}",
            rossi.loc[rossi["fin"] == aid, "week"].to_numpy(dtype=np.float64),
            rossi.loc[rossi["fin"] == aid, "arrest"].to_numpy() == 1,
        )
        for aid in (0, 1)
    ]
    legend = kaplan_meier(parts).legends[0]
    assert legend.get_title().get_text() == "log-rank p = 0.050"
    assert [text.get_text() for text in legend.get_texts()] == [
        "fin 0 (n = 216, events = 66)",
        "fin 1 (n = 216, events = 48)",
    ]


def test_numbers_at_risk_count_patients_still_followed() -> None:
    years = np.array([1.0, 2.0, 3.0, 4.0]) * 365.25
    figure = kaplan_meier([SurvivalGroup("all", years, np.array([True, False, True, False]))])
    assert [text.get_text() for text in figure.axes[1].texts][::2] == ["4", "4", "3", "2", "1"]


def test_ticks_are_round_and_few() -> None:
    assert year_ticks([SurvivalGroup("all", np.array([4300.0]), np.array([True]))]) == [0, 2, 4, 6, 8, 10, 12]


def test_colours_differ() -> None:
    assert len(set(COLOURS)) == len(COLOURS)
