"""The figure over recipes: every point of the table is drawn, at its place."""

import numpy as np
import pandas as pd

from radpipe.report.figures.multiverse import multiverse


def test_every_recipe_form_and_seed_is_a_point_in_its_row() -> None:
    table = pd.DataFrame(
        [(recipe, form, seed, 0.01 * (row + seed)) for row, recipe in enumerate(("ridge", "best"))
         for form in ("log", "spline") for seed in (1, 2)],
        columns=["recipe", "volume", "seed", "difference"],
    )  # fmt: skip
    axes = multiverse(table).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["ridge", "best"]
    drawn = {line.get_label(): line for line in axes.lines if str(line.get_label()).startswith("volume")}
    assert set(drawn) == {"volume: log", "volume: spline"}
    x, y = drawn["volume: log"].get_data()
    assert np.allclose(x, [0.01, 0.02, 0.02, 0.03])
    assert np.round(y).tolist() == [0, 0, 1, 1]
