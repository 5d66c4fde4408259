"""The multiverse: every recipe, form of volume and seed, the same question."""

import numpy as np
import pytest

from radpipe.survival.procedure.multiverse import COLUMNS, multiverse
from radpipe.survival.procedure.recipes import Recipe


def test_every_choice_answers_the_same_question(draw):
    study = draw(70, 5, (0.5, 1.2), seed=3)
    base = Recipe("volume", "", (0,))
    larger = Recipe("more", "", (0,), (1, 2, 3, 4), groups=("a", "b") * 2)
    table = multiverse(study, base, larger, 0, seeds=2, folds=5, seed=np.random.SeedSequence(1), jobs=1)
    assert tuple(table.columns) == COLUMNS
    assert len(table) == 6 * 3 * 2
    assert (table["difference"] > 0).mean() > 0.9
    assert table["difference"].to_numpy() == pytest.approx((table["c_index"] - table["c_base"]).to_numpy())
    # A single column keeps its order whether it is logged or not: only the base with a curve may differ.
    forms = table.drop_duplicates(["volume", "seed"]).pivot(index="seed", columns="volume", values="c_base")
    assert forms["log"].to_numpy() == pytest.approx(forms["linear"].to_numpy(), abs=1e-9)


def test_a_question_without_features_has_no_multiverse(draw):
    study = draw(40, 2)
    two = Recipe("a", "", (0,)), Recipe("b", "", (0, 1))
    assert multiverse(study, *two, 0, seeds=2, folds=5, seed=np.random.SeedSequence(1), jobs=1).empty
