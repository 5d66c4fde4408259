"""What an analysis found is asked for by name."""

from typing import Any

import pytest

from radpipe.survival.procedure.results import SurvivalAnalysis


def test_a_model_is_found_by_its_name_and_one_that_was_not_made_is_told(planted: Any) -> None:
    from radpipe.survival.procedure.analysis import AnalysisPlan, analyse

    plan = AnalysisPlan(repeats=1, folds=3, bootstraps=0, permutations=0, score_permutations=99, seeds=0)
    found: SurvivalAnalysis = analyse(planted("volume", n=40), plan=plan)
    assert [found.model(model.name) is model for model in found.models] == [True] * len(found.models)
    with pytest.raises(KeyError, match="volum"):
        found.model("volum")
