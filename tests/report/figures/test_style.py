"""What holds for every figure: the same bytes twice, an axis label everywhere, nothing outside or on other text."""

import matplotlib as mpl
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from radpipe.report.figures.kaplan_meier import kaplan_meier
from radpipe.report.figures.style import COLOURS, render

from .made import FIGURES, groups


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


def test_colours_differ() -> None:
    assert len(set(COLOURS)) == len(COLOURS)
