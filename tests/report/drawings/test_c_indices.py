"""C-indices of models, and what was not compared."""

from dataclasses import replace
from typing import Any

import pandas as pd

from radpipe.report.drawings.c_indices import draw_c_indices, draw_differences, draw_multiverse


def test_every_model_is_drawn_in_patients_not_seen_and_in_its_own(handmade: Any) -> None:
    drawn = draw_c_indices(handmade.analysis)
    assert drawn.name == "c_index"
    fewer = replace(handmade.analysis, models=handmade.analysis.models[:1])
    assert len(draw_c_indices(fewer).svg) < len(drawn.svg)
    assert "held-out folds" in drawn.caption


def test_what_was_not_compared_is_not_drawn(handmade: Any) -> None:
    assert draw_differences(replace(handmade.analysis, comparisons=())) is None
    assert draw_multiverse(handmade.analysis) is None


def test_the_primary_question_in_every_way(handmade: Any) -> None:
    ways = pd.DataFrame(
        [("ridge", "log", 1, 0.69, 0.63, 0.06), ("lasso", "linear", 2, 0.6, 0.63, -0.03)],
        columns=handmade.analysis.multiverse.columns,
    )
    drawn = draw_multiverse(replace(handmade.analysis, multiverse=ways))
    assert drawn is not None
    assert drawn.name == "multiverse"
