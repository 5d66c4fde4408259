"""Recipes: what is forced stays unpenalised, every way finds a strong feature, the order of columns changes nothing."""

from dataclasses import replace

import numpy as np
import pytest

from radpipe.survival.design.preprocess import Encoded
from radpipe.survival.procedure.learners import Way
from radpipe.survival.procedure.recipes import Recipe, fit_each_way, fit_recipe
from radpipe.survival.statistics.cox import RiskSets, fit_cox


def everyone(study):
    return study.training(np.arange(len(study)))


def rng():
    return np.random.default_rng(1)


@pytest.mark.parametrize("way", list(Way))
def test_every_way_finds_a_strong_feature(draw, way):
    study = draw(150, 20, (0.0, 0.0, 0.0, 0.0, 1.2), seed=7)
    groups = tuple("ab"[place % 2] for place in range(20))
    fit = fit_recipe(Recipe("r", "", (), tuple(range(20)), (way,), groups, 3), everyone(study), rng())
    effect = dict(zip(fit.terms, fit.coefficients, strict=True))
    assert max(effect, key=lambda place: abs(effect[place])) == 4
    assert effect[4] > 0.3
    assert len(set(fit.terms)) == len(fit.terms)
    assert (4 in fit.chosen) == (way not in (Way.RIDGE, Way.COMPONENTS))
    assert fit.risk(study.encoded.values).mean() == pytest.approx(0, abs=1e-8)


def test_forced_terms_carry_no_penalty_and_features_do(draw):
    # The chosen ridge is that of a Cox model in which it lies on the features only; R agrees through refit.R.
    study = draw(120, 8, (0.9, 0.5), seed=3)
    fit = fit_recipe(Recipe("r", "", (0,), tuple(range(1, 8))), everyone(study), rng())
    assert fit.ridge[0] == 0
    assert (fit.ridge[1:] > 0).all()
    design = fit.design(study.encoded.values)
    expected = fit_cox(RiskSets.of(study.time_days, study.event), design, fit.ridge)
    assert fit.coefficients == pytest.approx(expected.coefficients, abs=1e-8)
    penalised = fit_cox(RiskSets.of(study.time_days, study.event), design, fit.ridge.max())
    assert abs(fit.coefficients[0] - penalised.coefficients[0]) > 0.01


def test_more_features_than_patients_change_nothing_of_what_a_ridge_is(draw):
    study = draw(60, 90, (1.0,), seed=4)
    fit = fit_recipe(Recipe("r", "", (0,), tuple(range(1, 90))), everyone(study), rng())
    design = fit.design(study.encoded.values)
    expected = fit_cox(RiskSets.of(study.time_days, study.event), design, fit.ridge)
    assert fit.coefficients == pytest.approx(expected.coefficients, abs=1e-6)


def test_the_order_of_candidates_only_moves_rounding(draw):
    study = draw(100, 12, (0.0, 1.0), seed=5)
    order = [0, *range(11, 0, -1)]
    names = tuple(study.encoded.names[place] for place in order)
    turned = Encoded(names, names, study.encoded.codings, study.encoded.values[:, order], study.encoded.skewed)
    for way in Way:
        recipe = Recipe("r", "", (0,), tuple(range(1, 12)), (way,), ("a",) * 11, 3)
        one = fit_recipe(recipe, everyone(study), rng()).risk(study.encoded.values)
        other = fit_recipe(recipe, everyone(replace(study, encoded=turned)), rng()).risk(turned.values)
        assert one == pytest.approx(other, abs=1e-6), way


def test_the_best_of_all_ways_is_one_of_them(draw):
    study = draw(80, 8, (1.0,), seed=6)
    recipe = Recipe("r", "", (), tuple(range(8)), tuple(Way), ("a", "b") * 4, 2)
    fits = fit_each_way(recipe, everyone(study), rng())
    assert [fit.way for fit in fits[:-1]] == list(Way)
    assert fits[-1] in fits[:-1]


def test_a_curve_is_a_term_of_its_own_that_new_patients_follow(draw):
    study = draw(200, 1, seed=8)
    curved = 0.8 * study.encoded.values[:, 0] ** 2
    death = np.random.default_rng(9).exponential(1000, 200) * np.exp(-curved)
    study = replace(study, time_days=death, event=np.ones(200, dtype=bool))
    straight = fit_recipe(Recipe("r", "", (0,)), everyone(study), rng())
    bent = fit_recipe(Recipe("r", "", (0,), curved=(0,)), everyone(study), rng())
    assert len(bent.terms) == 2
    assert bent.log_likelihood > straight.log_likelihood + 5
    assert bent.risk(np.array([[0.5]])).shape == (1,)


def test_a_forced_term_that_is_mostly_missing_stays(draw):
    study = draw(100, 2, (1.0,), seed=10)
    values = study.encoded.values.copy()
    values[np.arange(100) % 5 < 3, 0] = np.nan
    lacking = replace(study, encoded=replace(study.encoded, values=values), declared=np.array([True, False]))
    assert fit_recipe(Recipe("r", "", (0, 1)), everyone(lacking), rng()).terms == (0, 1)
    undeclared = replace(lacking, declared=None)
    assert fit_recipe(Recipe("r", "", (0, 1)), everyone(undeclared), rng()).terms == (1,)


def test_an_event_on_the_horizon_counts(draw):
    study = draw(40, 1)
    fit = fit_recipe(Recipe("r", "", (0,)), everyone(study), rng())
    first = float(fit.event_days[0])
    assert fit.hazard(first) == pytest.approx(fit.hazard_steps[0])
    assert fit.hazard(np.nextafter(first, 0)) == 0
