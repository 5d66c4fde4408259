"""A picture in a notebook: harmless, whatever the names are, and of the same outlines as the page."""

from pathlib import Path

import numpy as np

from radpipe.drawing.shown import picture_of
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

GRID = Geometry((6, 70, 70), (3.0, 1.0, 1.0))


def test_a_picture_shows_itself_and_writes_names_as_text(tmp_path: Path) -> None:
    array = np.zeros(GRID.size_zyx, dtype=bool)
    array[2:5, 30:40, 20:44] = True
    volume = Volume(np.zeros(GRID.size_zyx, dtype=np.int16), GRID, "HU")
    drawn = picture_of(volume, {"<img src=x onerror=alert(1)>": Mask.of(array, GRID)}, "CT")
    html = drawn._repr_html_()
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert html.count("M20 30h24v10h-24v-10z") == 4  # first and last slice, each a dark halo and a light line
    assert repr(drawn) == "Picture of <img src=x onerror=alert(1)>"
    page = drawn.save(tmp_path / "case.html")
    assert html in page.read_text()
