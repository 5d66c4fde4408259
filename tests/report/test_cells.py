"""Cells of tables: no interval is made up, and p has a floor."""

import numpy as np
import pytest

from radpipe.report.cells import interval_cell, p_cell, percent_cell, ratio_cell


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (ratio_cell(0.183, 0.06, 0.504), "0.18 (0.06 to 0.50)"),
        (ratio_cell(1.2, np.nan, np.nan), "1.20"),
        (ratio_cell(1.2, 0.5, np.inf), "1.20"),
        (interval_cell(0.6274, 0.5541, 0.6957), "0.627 (0.554 to 0.696)"),
        (interval_cell(0.6274, np.nan, np.nan), "0.627"),
        (interval_cell(np.nan, np.nan, np.nan), "–"),
        (p_cell(0.0312), "0.031"),
        (p_cell(1e-9), "< 0.001"),
        (p_cell(np.nan), "–"),
        (percent_cell(0.184, 0.1, 0.251), "18 % (10 to 25)"),
    ],
)
def test_a_cell_is_written_as_readers_want_it(cell: str, told: str) -> None:
    assert cell == told
