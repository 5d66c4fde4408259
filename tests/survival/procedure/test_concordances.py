"""C between patients of one held-out fold; intervals whose ends follow from their errors by hand."""

from dataclasses import replace

import numpy as np
import pytest

from radpipe.survival.procedure.concordances import Concordances, areas_under_curve, concordances
from radpipe.survival.procedure.recipes import Recipe
from radpipe.survival.procedure.training import Study
from radpipe.survival.procedure.validation import cross_validate
from radpipe.survival.statistics.concordance import auc_pairs, harrell_c


def seeds(count: int, seed: int) -> list[np.random.SeedSequence]:
    return np.random.SeedSequence(seed).spawn(count)


def validate(study: Study, *recipes: Recipe, repeats: int = 1, seed: int = 1):
    return cross_validate(
        study, recipes, repeats=repeats, folds=5, horizons_years=(2.0,), seeds=seeds(repeats, seed), jobs=1
    )


def test_c_is_counted_between_patients_of_one_fold_and_then_averaged(draw):
    study = draw(60, 3, (1.0,))
    cv = validate(study, Recipe("r", "", (0,)), Recipe("s", "", (1,)), repeats=2)
    found = concordances(study, cv)
    by_hand = [
        [harrell_c(study.time_days, study.event, risk, group=folds) for risk in risks]
        for risks, folds in zip(cv.risk, cv.folds, strict=True)
    ]
    assert found.by_repeat == pytest.approx(np.array(by_hand))
    across = harrell_c(study.time_days, study.event, cv.risk[0, 0])
    assert found.by_repeat[0, 0] != pytest.approx(across, abs=1e-6)  # Or this test could not tell.
    one = cv.folds[1] == 3
    assert found.by_fold[1, 3, 0] == pytest.approx(
        harrell_c(study.time_days[one], study.event[one], cv.risk[1, 0, one])
    )
    assert found.interval(0).value == pytest.approx(np.mean(by_hand, axis=0)[0])
    assert found.difference(0, 1).value == pytest.approx(np.subtract(*np.mean(by_hand, axis=0)))


def made_of(by_fold: np.ndarray, influence: np.ndarray) -> Concordances:
    return Concordances(by_fold.mean(axis=1), by_fold, influence[None], held_share=0.25)


def test_an_interval_takes_both_errors_and_below_chance_its_end_counts_from_chance():
    # Folds 0.4 and 0.5 in turn, s = 0.1 / sqrt(3): corrected error 0.1 / sqrt(3) * sqrt(1/4 + 1/4) = 0.0408; influence
    # 0.03 and 0.04: 0.05; root mean square 0.04564, times 1.96: 0.08945.
    found = made_of(np.array([[[0.4], [0.5], [0.4], [0.5]]]), np.array([[0.03], [0.04]])).interval(0)
    assert found.value == pytest.approx(0.45)
    assert found.low == pytest.approx(0.45 - 0.08945, abs=1e-5)
    assert found.high == pytest.approx(0.5 + 0.08945, abs=1e-5)


def test_the_interval_of_a_difference_is_moved_by_what_final_fits_learn_more():
    # Differences 0 and 0.1 in turn: 0.05. Apparent 0.14: the gain is 0.09 * 9 / 41 = 0.019756; influence 0.03 and 0.04:
    # error sqrt(1.15 * 0.0025 + 0.002^2) = 0.053656, times 1.959964: 0.105164.
    by_fold = np.array([[[0.6, 0.6], [0.7, 0.6], [0.6, 0.6], [0.7, 0.6]]])
    influence = np.array([[0.03, 0.0], [0.04, 0.0]])
    found = made_of(by_fold, influence).difference(0, 1, 0.14)
    assert found.value == pytest.approx(0.05)
    assert (found.low, found.high) == pytest.approx((0.069756 - 0.105164, 0.069756 + 0.105164), abs=2e-6)
    # Nothing was apparent that folds do not show: nothing is gained.
    still = made_of(by_fold, influence).difference(0, 1, 0.0)
    assert (still.low, still.high) == pytest.approx((0.05 - 0.105164, 0.05 + 0.105164), abs=2e-6)
    # No final fits: both errors of the folds' models, 0.04564 * 1.96.
    plain = made_of(by_fold, influence).difference(0, 1)
    assert (plain.low, plain.high) == pytest.approx((0.05 - 0.08945, 0.05 + 0.08945), abs=1e-5)


def test_a_smaller_model_below_chance_is_no_merit_of_the_larger_one():
    # C 0.45 and 0.40 count as 0.475 and 0.45, half as far below chance: 0.025; the interval holds 0.05. Influence 0.003
    # and 0.004: error sqrt(1.15 * 0.000025 + 0.002^2) = 0.0057228, times 1.959964: 0.011216.
    by_fold = np.array([[[0.4, 0.4], [0.5, 0.4], [0.4, 0.4], [0.5, 0.4]]])
    found = made_of(by_fold, np.array([[0.003, 0.0], [0.004, 0.0]])).difference(0, 1, 0.0)
    assert found.value == pytest.approx(0.05)
    assert (found.low, found.high) == pytest.approx((0.025 - 0.0112164, 0.05), abs=1e-6)


def test_models_that_hardly_differ_here_may_differ_on_other_patients():
    # No patient tells them apart: 0.002 * 1.959964.
    found = made_of(np.full((1, 4, 2), 0.6), np.zeros((2, 2))).difference(0, 1, 0.0)
    assert (found.low, found.high) == pytest.approx((-0.00392, 0.00392), abs=1e-6)


def test_a_gain_however_large_leaves_what_folds_show_in_the_interval():
    # C 0.65 and 0.6, apparent 0.46: the gain is 0.41 * 9 / 41 = 0.09, the width 0.00392; 0.05 stays the lower end.
    by_fold = np.tile([0.65, 0.6], (1, 4, 1))
    found = made_of(by_fold, np.zeros((2, 2))).difference(0, 1, 0.46)
    assert (found.low, found.high) == pytest.approx((0.05, 0.14 + 0.00392), abs=1e-6)


def test_a_repeat_is_left_out_of_everything():
    by_fold = np.arange(12.0).reshape(3, 2, 2) / 20
    influence = np.array([[[1.0, 0.0]], [[2.0, 0.0]], [[6.0, 0.0]]])
    found = Concordances(by_fold.mean(axis=1), by_fold, influence, 0.25).without(1)
    assert found.by_repeat.tolist() == by_fold.mean(axis=1)[[0, 2]].tolist()
    assert found.influence.tolist() == [[3.5, 0.0]]


def test_patients_with_the_competing_event_outlive_everyone_in_wolbers_c(draw):
    study = draw(60, 2, (1.0,))
    competing = ~study.event & (np.arange(60) % 2 == 0)
    study = replace(study, competing=competing)
    cv = validate(study, Recipe("r", "", (0,)))
    later = np.where(competing, 1e6, study.time_days)
    expected = harrell_c(later, study.event, cv.risk[0, 0], group=cv.folds[0])
    assert concordances(study, cv, kind="wolbers").by_repeat[0, 0] == pytest.approx(expected)
    assert expected != pytest.approx(concordances(study, cv).by_repeat[0, 0], abs=1e-6)


def test_areas_at_the_horizons_are_counted_within_folds_of_probabilities(draw):
    study = draw(80, 3, (1.0,), seed=5)
    cv = validate(study, Recipe("r", "", (0,)), Recipe("s", "", (1,)), repeats=2)
    area = areas_under_curve(study, cv)[2.0]
    for repeat, folds in enumerate(cv.folds):
        pairs = auc_pairs(study.time_days, study.event, 2 * 365.25, group=folds)
        assert area.by_repeat[repeat, 1] == pytest.approx(pairs.c(cv.probability[repeat, 1, 0]))
    assert area.interval(0).value > 0.6 > area.interval(1).low
