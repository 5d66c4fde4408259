"""Held-out patients are held out: nothing of their outcomes reaches their prediction, and a leak would be seen."""

from dataclasses import replace

import numpy as np

from radpipe.survival.procedure import validation
from radpipe.survival.procedure.learners import Way
from radpipe.survival.procedure.recipes import Recipe, fit_recipe
from radpipe.survival.procedure.safeguards import self_test
from radpipe.survival.procedure.training import Study
from radpipe.survival.procedure.validation import cross_validate, final_fit, permuted_c
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


def test_the_penalty_of_a_final_fit_hangs_less_on_the_seed_than_that_of_one_dealing(draw):
    study = draw(90, 12, (0.4, 0.3), seed=8)
    recipe = Recipe("ridge", "", (), tuple(range(12)))
    many = [final_fit(study, recipe, seed).setting for seed in seeds(8, 1)]
    once = [fit_recipe(recipe, study.everybody(), np.random.default_rng(seed)).setting for seed in seeds(8, 1)]
    assert np.std(many) < 0.7 * np.std(once)
