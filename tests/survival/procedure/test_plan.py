"""Plans: what is left open follows the number of patients, what is impossible is refused."""

import pytest

from radpipe.errors import UsageError
from radpipe.survival.procedure.learners import Way
from radpipe.survival.procedure.plan import AnalysisPlan, ways_of


def test_what_is_left_open_follows_the_number_of_patients():
    small, large = AnalysisPlan().of(137), AnalysisPlan(repeats=7).of(3000)
    assert (small.repeats, small.permutations, small.seeds) == (10, 20, 2)
    assert (large.repeats, large.permutations, large.seeds) == (7, 5, 0)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"repeats": 0}, "must be positive"),
        ({"folds": 1}, "at least 2"),
        ({"permutations": -1}, "must be positive"),
        ({"primary": "texture"}, "'texture' is unknown; allowed: volume, clinical-volume, clinical, volume-clinical"),
        ({"smallest": 0.0}, "between 0 and 0.5"),
    ],
)
def test_what_is_impossible_is_refused(given, told):
    with pytest.raises(UsageError, match=told):
        AnalysisPlan(**given)


def test_a_recipe_has_its_name_and_best_is_all_of_them():
    assert ways_of("elastic-net") == (Way.NET,)
    assert ways_of("best") == tuple(Way)
    with pytest.raises(UsageError, match="'lasso' is unknown; allowed: ridge, elastic-net"):
        ways_of("lasso")
