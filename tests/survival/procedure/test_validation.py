"""Held-out patients are held out: nothing of their outcomes reaches their prediction, and a leak would be seen."""

from dataclasses import replace

import numpy as np
import pytest

from radpipe.survival.procedure import validation
from radpipe.survival.procedure.learners import Way
from radpipe.survival.procedure.recipes import Recipe
from radpipe.survival.procedure.safeguards import self_test
from radpipe.survival.procedure.training import Study
from radpipe.survival.procedure.validation import Concordances, concordances, cross_validate, permuted_c
from radpipe.survival.statistics.concordance import harrell_c
from radpipe.survival.statistics.cox import RiskSets, score_statistics

TEN = Recipe("ten", "", tuple(range(10)))


def seeds(count: int, seed: int) -> list[np.random.SeedSequence]:
    return np.random.SeedSequence(seed).spawn(count)


def validate(study: Study, *recipes: Recipe, repeats: int = 1, seed: int = 1):
    return cross_validate(
        study, recipes, repeats=repeats, folds=5, horizons_years=(2.0,), seeds=seeds(repeats, seed), jobs=1
    )


def test_on_permuted_outcomes_terms_that_always_fit_predict_no_better_than_chance(draw):
    found = permuted_c(
        draw(137, 12), [TEN, Recipe("ridge", "", (), tuple(range(12)))], folds=5, seeds=seeds(12, 2), jobs=1
    )
    assert self_test(["ten", "ridge"], found).passed
    assert np.all(np.abs(found.mean(axis=0) - 0.5) < 0.03)


def test_training_on_the_held_out_fold_fails_the_self_test(draw, monkeypatch):
    whole = Study.training
    monkeypatch.setattr(Study, "training", lambda self, rows: whole(self, np.arange(len(self))))
    found = permuted_c(draw(137, 12), [TEN], folds=5, seeds=seeds(8, 2), jobs=1)
    assert found.mean() > 0.54
    assert not self_test(["ten"], found).passed


def test_the_outcomes_of_held_out_patients_change_no_prediction_of_theirs(draw):
    # An oracle would need them: turn the outcomes of one fold around, keep the folds, and look at that fold.
    study = draw(80, 12, (0.8,))
    recipe = Recipe("r", "", (0,), tuple(range(1, 12)))
    before = validate(study, recipe)
    held = before.folds[0] == 2
    times = study.time_days.copy()
    times[held] = times[held][::-1]  # Events stay where they are, so that the folds are dealt alike.
    after = validate(replace(study, time_days=times), recipe)
    assert np.array_equal(before.folds, after.folds)
    assert np.array_equal(before.risk[0, 0, held], after.risk[0, 0, held])
    assert not np.array_equal(before.risk[0, 0, ~held], after.risk[0, 0, ~held])


def test_a_term_that_is_the_outcome_of_held_out_patients_does_not_help(draw):
    # The oracle knows the outcome of fold 2 only and is constant elsewhere: no training set of that fold can use it.
    study = draw(100, 2)
    dealt = validate(study, Recipe("none", "", (0,))).folds[0]
    values = study.encoded.values.copy()
    values[:, 1] = np.where(dealt == 2, -study.time_days, 0.0)
    oracle = replace(study, encoded=replace(study.encoded, values=values))
    found = validate(oracle, Recipe("oracle", "", (1,)))
    assert np.array_equal(found.folds[0], dealt)
    assert np.ptp(found.risk[0, 0, dealt == 2]) == 0


def test_selection_outside_the_folds_would_be_seen(draw):
    # The leak: features chosen on all patients, then cross-validated. It must look good, or the tests above are blind.
    values = []
    for number in range(6):
        study = draw(137, 400, seed=10 + number)
        statistics = score_statistics(RiskSets.of(study.time_days, study.event), study.encoded.values)
        leaked = tuple(int(place) for place in np.argsort(-statistics)[:5])
        cv = validate(study, Recipe("leak", "", leaked))
        values.append(harrell_c(study.time_days, study.event, cv.risk[0, 0], group=cv.folds[0]))
    assert np.mean(values) > 0.6


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
    return Concordances(by_fold.mean(axis=1), by_fold, influence, held_share=0.25)


def test_an_interval_takes_both_errors_and_below_chance_its_end_counts_from_chance():
    # Folds 0.4 and 0.5 in turn, s = 0.1 / sqrt(3): corrected error 0.1 / sqrt(3) * sqrt(1/4 + 1/4) = 0.0408; influence
    # 0.03 and 0.04: 0.05; root mean square 0.04564, times 1.96: 0.08945.
    found = made_of(np.array([[[0.4], [0.5], [0.4], [0.5]]]), np.array([[0.03], [0.04]])).interval(0)
    assert found.value == pytest.approx(0.45)
    assert found.low == pytest.approx(0.45 - 0.08945, abs=1e-5)
    assert found.high == pytest.approx(0.5 + 0.08945, abs=1e-5)


def test_the_interval_of_a_difference_is_moved_by_what_final_fits_learn_more():
    # Differences 0 and 0.1 in turn: the errors above; apparent 0.14: the gain is (0.14 - 0.05) / 9 = 0.01 where loss
    # falls as 1 / n, 0.09 * 9 / 41 = 0.01976 where as 1 / n^2; above, the gain's size is one more error:
    # 1.96 * sqrt(0.04564^2 + 0.01^2) = 0.09157.
    by_fold = np.array([[[0.6, 0.6], [0.7, 0.6], [0.6, 0.6], [0.7, 0.6]]])
    influence = np.array([[0.03, 0.0], [0.04, 0.0]])
    found = made_of(by_fold, influence).difference(0, 1, 0.14)
    assert found.value == pytest.approx(0.05)
    assert (found.low, found.high) == pytest.approx((0.06 - 0.08945, 0.05 + 0.01976 + 0.09157), abs=2e-5)
    assert made_of(by_fold, influence).difference(0, 1, 0.0).low == pytest.approx(0.05 - 0.08945, abs=1e-5)


def test_folds_are_stratified_by_the_event(draw, monkeypatch):
    seen = []
    dealing = validation.stratified_folds

    def watched(event, *rest):
        folds = dealing(event, *rest)
        seen.append(np.bincount(folds, event))
        return folds

    monkeypatch.setattr(validation, "stratified_folds", watched)
    validate(draw(63, 2), Recipe("r", "", (0,)), repeats=3)
    assert len(seen) == 3
    assert all(np.ptp(events) <= 1 for events in seen)


def test_patients_with_the_competing_event_outlive_everyone_in_wolbers_c(draw):
    study = draw(60, 2, (1.0,))
    competing = ~study.event & (np.arange(60) % 2 == 0)
    study = replace(study, competing=competing)
    cv = validate(study, Recipe("r", "", (0,)))
    later = np.where(competing, 1e6, study.time_days)
    expected = harrell_c(later, study.event, cv.risk[0, 0], group=cv.folds[0])
    assert concordances(study, cv, kind="wolbers").by_repeat[0, 0] == pytest.approx(expected)
    assert expected != pytest.approx(concordances(study, cv).by_repeat[0, 0], abs=1e-6)


def test_the_cross_validated_likelihood_rises_with_a_true_term_only(draw):
    study = draw(150, 3, (1.0,))
    gained = validate(study, Recipe("true", "", (0,)), Recipe("noise", "", (1,)), repeats=2).gained.mean(axis=0)
    assert gained[0] > 10
    assert gained[1] < 1


def test_the_ways_that_inner_folds_chose_are_told(draw):
    recipe = Recipe("best", "", (), tuple(range(6)), (Way.RIDGE, Way.FORWARD))
    found = validate(draw(80, 6, (1.0,)), recipe)
    assert {way for fold in found.ways[0] for way in fold} <= {"ridge", "forward"}
    assert len(found.ways[0]) == 5
