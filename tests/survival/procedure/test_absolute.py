"""Absolute risks beside a competing event: the average of the model is what happened."""

from dataclasses import replace

import numpy as np
import pytest

from radpipe.survival.procedure.absolute import AbsoluteRisk, expected_share
from radpipe.survival.procedure.recipes import Recipe, fit_recipe
from radpipe.survival.statistics.calibration import observed_risk


def fitted(study):
    training = study.training(np.arange(len(study)))
    fit = fit_recipe(Recipe("r", "", (0,)), training, np.random.default_rng(1))
    return fit, training, AbsoluteRisk.of(fit, training)


def test_risks_with_a_competing_event_average_to_the_cumulative_incidence(draw):
    study = draw(300, 2, (0.7,), seed=2)
    competing = ~study.event & (np.arange(300) % 3 > 0)
    study = replace(study, competing=competing)
    fit, training, absolute = fitted(study)
    days = 1500.0
    risk = absolute.probability(study.encoded.values, np.arange(300), days)
    seen = observed_risk(study.time_days, study.event, days / 365.25, competing=competing).value
    assert risk.mean() == pytest.approx(seen, abs=0.01)
    assert expected_share(training, days) == pytest.approx(seen)
    # One minus Kaplan-Meier, which takes the competing event for censoring, says more.
    assert fit.probability(fit.risk(study.encoded.values), days).mean() > risk.mean() + 0.02
    assert (np.diff([absolute.probability(study.encoded.values[:1], np.zeros(1, int), d)[0] for d in (500, 1000, 3000)])
            > 0).all()  # fmt: skip


def test_without_one_they_are_those_of_the_fit(draw):
    study = draw(80, 1, (0.7,))
    fit, training, absolute = fitted(study)
    values = study.encoded.values
    expected = fit.probability(fit.risk(values), 900.0)
    assert absolute.probability(values, np.arange(80), 900.0) == pytest.approx(expected)
    assert expected_share(training, 900.0) == pytest.approx(
        observed_risk(study.time_days, study.event, 900 / 365.25).value
    )
