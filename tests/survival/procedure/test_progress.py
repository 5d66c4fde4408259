"""The share that is done grows with every fit and ends at 1."""

import pytest

from radpipe.survival.procedure.analysis import analyse
from radpipe.survival.procedure.plan import AnalysisPlan


def test_the_share_that_is_done_grows_and_ends_at_one(planted) -> None:
    told: list[float] = []
    plan = AnalysisPlan(repeats=2, folds=3, bootstraps=1, permutations=1, seeds=1, score_permutations=19)
    analyse(planted("volume", n=60), plan=plan, progress=told.append)
    # 2 repeats, a sample of each of 4 models that learn and 13 of each other, a permutation, 3 forms of volume.
    assert len(told) == 2 + 4 + 39 + 1 + 3
    assert told == sorted(told)
    assert told[0] > 0
    assert told[-1] == pytest.approx(1.0)
