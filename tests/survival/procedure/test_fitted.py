"""Models of several draws as one: means of coefficients, and risks that are the mean over the draws."""

import numpy as np
import pytest

from radpipe.survival.procedure.fitted import pooled_model
from radpipe.survival.procedure.recipes import Recipe, fit_recipe
from radpipe.survival.statistics.cox import partial_log_likelihood


def fits_of(draw, *recipes: Recipe):
    training = draw(90, 5, (0.8, 0.4)).training(np.arange(90))
    return training, [fit_recipe(recipe, training, np.random.default_rng(1)) for recipe in recipes]


def test_one_fit_stays_as_it_is(draw):
    training, (fit,) = fits_of(draw, Recipe("a", "", (0,)))
    assert pooled_model(training, [fit]) is fit


def test_fits_that_agree_are_the_same_model(draw):
    training, (fit, _) = fits_of(draw, Recipe("a", "", (0, 1)), Recipe("a", "", (0, 1)))
    found = pooled_model(training, [fit, fit, fit])
    assert found.coefficients == pytest.approx(fit.coefficients)
    assert found.plain.standard_errors == pytest.approx(fit.plain.standard_errors)
    assert found.hazard_steps == pytest.approx(fit.hazard_steps)
    assert found.log_likelihood == pytest.approx(fit.log_likelihood)


def test_a_feature_that_one_draw_did_not_take_counts_as_0_there(draw):
    first, second = Recipe("a", "", (0,), (1, 2)), Recipe("b", "", (0,), (2, 3))
    training, fits = fits_of(draw, first, second)
    found = pooled_model(training, fits)
    assert found.terms == (0, 1, 2, 3)
    by_term = [dict(zip(fit.terms, fit.coefficients, strict=True)) for fit in fits]
    assert found.coefficients == pytest.approx([np.mean([one.get(k, 0.0) for one in by_term]) for k in found.terms])
    assert found.plain is None
    risks = [fit.risk(training.values, training.person) for fit in fits]
    assert found.risk(training.values, training.person) == pytest.approx(np.mean(risks, axis=0))
    told = partial_log_likelihood(training.sets, np.mean(risks, axis=0))
    assert found.log_likelihood == pytest.approx(told)
