"""Verdicts: what tests and intervals allow to say, and nothing more."""

from dataclasses import replace

import numpy as np
import pytest

from radpipe.survival.procedure.added_value import QUESTIONS, answers, compare, holm
from radpipe.survival.procedure.concordances import concordances
from radpipe.survival.procedure.recipes import Recipe
from radpipe.survival.procedure.results import Comparison, Role, VerdictKind
from radpipe.survival.procedure.validation import cross_validate, final_fit
from radpipe.survival.statistics.concordance import harrell_c
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
    small = comparison(0.0002, 0.01, 0.03, 0.05, role=Role.SECONDARY, p_adjusted=0.0006)
    assert "p below 0.001, also after Holm" in answers([small])[0].sentence


def test_an_answer_that_a_seed_may_turn_says_so():
    # 27 of 1,999; R: binom.test(27, 1999)$conf.int is 0.008919 to 0.019587.
    near = comparison(0.014, 0.01, 0.03, 0.05, permutations=1999, low_error=0.002, high_error=0.003, gained_error=0.9)
    told = answers([near])[0].sentence
    assert "Another seed may turn this answer: p is 0.0140, with 95 % between 0.0089 and 0.0196 by chance of" in told
    assert (
        "the 1,999 permutations, and 0.015 decides; with other folds the likelihood gained moves by about 1.8" in told
    )
    assert "ends of the interval" not in told
    same = comparison(0.9, -0.01, 0.0, 0.019, permutations=1999, low_error=0.001, high_error=0.003, gained_error=0.9)
    told = answers([same])[0].sentence
    assert (
        "turn this answer: with other folds the ends of the interval of the difference move by about 0.002 and" in told
    )
    assert "permutations" not in told
    assert "nother seed" not in answers([comparison(0.007, 0.01, 0.03, 0.05, permutations=9999)])[0].sentence


def test_a_model_whose_likelihood_falls_in_patients_not_seen_does_not_add():
    assert comparison(0.01, -0.01, 0.01, 0.03, gained=-0.5).verdict is VerdictKind.INCONCLUSIVE


def test_descriptions_are_not_answered():
    assert answers([comparison(np.nan, 0.1, 0.2, 0.3, role=Role.DESCRIPTION)]) == ()


def test_holm_by_hand():
    # 4 * 0.01, 3 * 0.02, 2 * 0.03 (not below the one before), 0.5.
    assert holm([0.03, 0.01, 0.5, 0.02]) == pytest.approx([0.06, 0.04, 0.5, 0.06])


def test_errors_of_an_interval_are_the_jackknife_over_repeats(draw):
    study = draw(80, 3, (0.8, 0.6), seed=4)
    pair = (Recipe("clinical", "", (1,)), Recipe("clinical + volume", "", (1, 0)))
    seeds = np.random.SeedSequence(2).spawn(4)
    found = cross_validate(study, pair, repeats=4, folds=5, horizons_years=(), seeds=seeds, jobs=1)
    fits = {one.name: final_fit(study, one, seeds[0]) for one in pair}
    harrell = concordances(study, found)
    question = next(one for one in QUESTIONS if one.name == "volume-clinical")
    told, = compare(study, found, harrell, fits, volume=0, primary="volume-clinical", smallest=0.02, permutations=9,
                    seed=seeds[1], questions=(question,))  # fmt: skip
    risks = [fits[one.name].risk(study.encoded.values) for one in pair]
    small, large = (harrell_c(study.time_days, study.event, risk) for risk in risks)
    ends = []
    for repeat in range(4):
        part = replace(found, risk=np.delete(found.risk, repeat, axis=0), folds=np.delete(found.folds, repeat, axis=0))
        gap = concordances(study, part).difference(1, 0, large - small)
        ends.append((gap.low, gap.high))
    squares = ((np.array(ends) - np.mean(ends, axis=0)) ** 2).sum(axis=0)
    assert (told.low_error, told.high_error) == pytest.approx(tuple((3 / 4 * squares) ** 0.5))
    assert told.low_error > 0
