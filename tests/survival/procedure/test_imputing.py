"""Gaps in the folds: a patient's outcome never fills his own gap, and the models tell what gaps cost."""

from dataclasses import replace

import numpy as np
import pytest

from radpipe.survival.procedure.imputing import FOLD_IMPUTATIONS, Gaps, nelson_aalen
from radpipe.survival.procedure.recipes import Recipe
from radpipe.survival.procedure.training import Study
from radpipe.survival.procedure.validation import cross_validate, final_fit

CLINICAL = Recipe("clinical", "", (0, 1))
LEARNS = Recipe("clinical + features", "", (0, 1), tuple(range(2, 8)))


def gappy(draw, n: int = 120, share: float = 0.3, count: int = 6) -> Study:
    """Eight terms; the first acts, is near to the second, and has gaps."""
    study = draw(n, 8, (0.8,))
    values = study.encoded.values.copy()
    values[:, 1] = 0.7 * values[:, 0] + 0.7 * values[:, 1]
    values[np.random.default_rng(3).random(n) < share, 0] = np.nan
    declared = np.arange(8) < 2
    encoded = replace(study.encoded, values=values)
    return replace(study, encoded=encoded, declared=declared, gaps=Gaps((0,), (1,), count, 5))


def validate(study: Study, *recipes: Recipe):
    return cross_validate(study, recipes, repeats=1, folds=4, horizons_years=(2.0,),
                          seeds=np.random.SeedSequence(1).spawn(1), jobs=1)  # fmt: skip


def test_the_outcomes_of_held_out_patients_fill_no_gap_of_theirs(draw):
    study = gappy(draw)
    before = validate(study, CLINICAL, LEARNS)
    held = before.folds[0] == 1
    assert np.isnan(study.encoded.values[held, 0]).any()
    times = study.time_days.copy()
    times[held] = times[held][::-1]
    after = validate(replace(study, time_days=times), CLINICAL, LEARNS)
    assert np.array_equal(before.risk[0][:, held], after.risk[0][:, held])
    assert np.array_equal(before.probability[0][:, :, held], after.probability[0][:, :, held])
    assert not np.array_equal(before.risk[0][:, ~held], after.risk[0][:, ~held])


def test_the_values_of_held_out_patients_teach_nothing_about_others(draw):
    study = gappy(draw)
    before = validate(study, CLINICAL)
    held = before.folds[0] == 1
    one = int(np.flatnonzero(held & ~np.isnan(study.encoded.values[:, 0]))[0])
    values = study.encoded.values.copy()
    values[one, :2] = 9.0
    after = validate(replace(study, encoded=replace(study.encoded, values=values)), CLINICAL)
    others = held & (np.arange(len(study)) != one)
    assert np.array_equal(before.risk[0, 0, others], after.risk[0, 0, others])


def test_training_patients_are_drawn_with_their_outcome(draw):
    study = gappy(draw)
    everyone = study.everybody()
    drawn = [one.columns((0,))[:, 0] for one in everyone.completed((0, 1))]
    turned = replace(study, time_days=study.time_days[::-1].copy(), event=study.event[::-1].copy()).everybody()
    others = [one.columns((0,))[:, 0] for one in turned.completed((0, 1))]
    gap = np.isnan(study.encoded.values[:, 0])
    assert len(drawn) == 6
    assert not np.allclose(drawn[0][gap], others[0][gap])
    assert np.array_equal(drawn[0][~gap], others[0][~gap])
    assert np.array_equal(everyone.terms, turned.terms)  # What fills gaps of the terms never saw an outcome.


def test_a_few_draws_stand_in_the_folds_and_all_of_them_behind_the_final_models(draw):
    study = gappy(draw, count=12)
    assert len(study.training(np.arange(120)).completed((0,))) == FOLD_IMPUTATIONS
    assert len(study.everybody().completed((0,))) == 12


def test_a_model_without_a_term_that_has_gaps_is_fitted_once(draw):
    fit = final_fit(gappy(draw), Recipe("one", "", (1,)), np.random.SeedSequence(1))
    assert fit.draws is None


def test_gaps_widen_the_interval_and_the_share_is_told(draw):
    whole = draw(120, 8, (0.8,))
    some = final_fit(gappy(draw), CLINICAL, np.random.SeedSequence(1))
    assert some.draws is not None
    assert some.draws.rules is not None
    share = some.draws.rules.missing_information
    assert 0.02 < share[0] < 0.8
    assert len(some.draws.log_likelihoods) == 6
    values = whole.encoded.values.copy()
    values[:, 1] = 0.7 * values[:, 0] + 0.7 * values[:, 1]
    full = final_fit(replace(whole, encoded=replace(whole.encoded, values=values)), CLINICAL, np.random.SeedSequence(1))
    assert some.plain is not None
    assert full.plain is not None
    assert some.plain.standard_errors[0] > full.plain.standard_errors[0]
    assert some.coefficients[0] == pytest.approx(full.coefficients[0], abs=0.35)


def test_the_hazard_of_days_with_ties_is_events_over_those_at_risk():
    # Day 5: two of four at risk die; day 9: one of two.
    found = nelson_aalen(np.array([5.0, 5.0, 9.0, 9.0]), np.array([True, True, False, True]))
    assert found.tolist() == [0.5, 0.5, 1.0, 1.0]
