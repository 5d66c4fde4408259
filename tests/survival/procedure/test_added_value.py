"""Verdicts: what tests and intervals allow to say, and nothing more."""

from dataclasses import replace

import numpy as np
import pytest

from radpipe.survival.procedure.added_value import answers, holm
from radpipe.survival.procedure.results import Comparison, Role, VerdictKind
from radpipe.survival.statistics.interval import Interval


def comparison(p: float, low: float, value: float, high: float, **changes: object) -> Comparison:
    found = Comparison(
        "volume + radiomics", "volume", Role.PRIMARY, Interval(value, low, high), smallest=0.02,
        test="global score test", statistic=2.0, p=p, permutations=0, p_adjusted=p, gained=2.0, information=0.3,
    )  # fmt: skip
    return replace(found, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "kind", "told"),
    [
        (comparison(0.01, -0.01, 0.03, 0.07), VerdictKind.ADDS, "Radiomics adds to tumour volume: p 0.01"),
        (comparison(0.01, -0.01, 0.01, 0.03), VerdictKind.ADDS, "less than the 0.02 that matters"),
        (comparison(0.01, -0.07, -0.01, 0.05), VerdictKind.ADDS, "so that their order is not better"),
        (comparison(0.01, -0.07, 0.01, 0.05, gained=-1.0), VerdictKind.INCONCLUSIVE, "holds information beside tumour"),
        (comparison(0.016, -0.01, 0.03, 0.07), VerdictKind.INCONCLUSIVE, "is not decided: p 0.016"),
        (comparison(0.04, -0.01, 0.03, 0.07), VerdictKind.INCONCLUSIVE, "is not decided: p 0.04"),
        (comparison(0.3, -0.03, 0.01, 0.05), VerdictKind.INCONCLUSIVE, "is not decided: p 0.3"),
        (comparison(0.3, -0.01, 0.0, 0.01), VerdictKind.EQUIVALENT, "adds nothing to tumour volume that matters"),
        (comparison(0.3, -0.03, -0.02, -0.01), VerdictKind.INCONCLUSIVE, "is not decided"),
        (comparison(0.3, -0.09, -0.06, -0.03), VerdictKind.WORSE, "are predicted worse"),
    ],
)
def test_a_verdict_needs_its_proof(found, kind, told):
    assert found.verdict is kind
    verdict = answers([found])[0]
    assert verdict.kind is kind
    assert told in verdict.sentence
    assert verdict.question == "Does radiomics say more about the outcome than tumour volume?"


def test_a_secondary_question_is_judged_after_holm_and_says_so():
    found = comparison(0.03, 0.01, 0.03, 0.05, role=Role.SECONDARY, p_adjusted=0.09)
    assert found.verdict is VerdictKind.INCONCLUSIVE
    assert "p 0.03, 0.09 after Holm" in answers([found])[0].sentence


def test_an_answer_that_a_seed_may_turn_says_so():
    # 27 of 1,999; R: binom.test(27, 1999)$conf.int is 0.008919 to 0.019587.
    near = comparison(0.014, 0.01, 0.03, 0.05, permutations=1999, difference_error=0.002, gained_error=0.3)
    told = answers([near])[0].sentence
    assert "Another seed may turn this answer: p is 0.0140, with 95 % between 0.0089 and 0.0196 by chance of" in told
    assert "the 1,999 permutations, and 0.015 decides; with other folds the interval of the difference moves" in told
    assert "by about 0.004 either way, the likelihood gained by about 0.6 from +2.0." in told
    assert "nother seed" not in answers([comparison(0.007, 0.01, 0.03, 0.05, permutations=9999)])[0].sentence


def test_a_model_whose_likelihood_falls_in_patients_not_seen_does_not_add():
    assert comparison(0.01, -0.01, 0.01, 0.03, gained=-0.5).verdict is VerdictKind.INCONCLUSIVE


def test_descriptions_are_not_answered():
    assert answers([comparison(np.nan, 0.1, 0.2, 0.3, role=Role.DESCRIPTION)]) == ()


def test_holm_by_hand():
    # 4 * 0.01, 3 * 0.02, 2 * 0.03 (not below the one before), 0.5.
    assert holm([0.03, 0.01, 0.5, 0.02]) == pytest.approx([0.06, 0.04, 0.5, 0.06])
