"""Methods in sentences follow the plan, and every reference that they name is there."""

import re

from radpipe.survival.procedure.learners import Way
from radpipe.survival.procedure.method_text import REFERENCES, methods
from radpipe.survival.procedure.plan import AnalysisPlan

PLAN = AnalysisPlan(repeats=7, folds=4, bootstraps=11, permutations=13, score_permutations=999, seeds=3)


def text(plan: AnalysisPlan) -> str:
    return " ".join(methods(plan))


def test_numbers_of_the_plan_stand_in_the_sentences() -> None:
    told = text(PLAN)
    assert "7 times 4 folds" in told
    assert "on 13 outcomes dealt to patients at random" in told
    assert "with 999 permutations" in told


def test_a_self_test_that_is_switched_off_is_not_told_of() -> None:
    plan = AnalysisPlan(repeats=7, bootstraps=0, permutations=0, score_permutations=99, seeds=0)
    assert "self-test" not in text(plan)
    assert "drawn from the other terms" in text(plan)
    assert "drawn from the other terms" not in text(
        AnalysisPlan(repeats=7, bootstraps=0, permutations=0, score_permutations=99, seeds=0, imputations=0)
    )


def test_the_way_to_the_model_is_named() -> None:
    other = AnalysisPlan(repeats=7, bootstraps=0, permutations=0, score_permutations=99, seeds=0, recipe=(Way.FORWARD,))
    assert text(other) != text(PLAN)


def test_each_reference_in_the_sentences_is_listed_and_each_listed_one_is_named() -> None:
    numbers = {int(number) for group in re.findall(r"\[([\d, ]+)\]", text(PLAN)) for number in group.split(",")}
    assert numbers == set(range(1, len(REFERENCES) + 1))
