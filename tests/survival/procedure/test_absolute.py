"""Absolute risks beside a competing event: the average of the model is what happened."""

import math
from dataclasses import replace

import numpy as np
import pytest

from radpipe.survival.procedure.absolute import AbsoluteRisk, expected_share, incidence
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


@pytest.mark.parametrize(("horizon_days", "counted"), [(2.9, 1), (3.0, 2)])
def test_an_incidence_of_two_steps_by_hand(horizon_days: float, counted: int):
    # Hazards of the event 0.2 on day 1 and 0.3 on day 3, of the other one 0.1 on day 1, after it, and 0.4 on day 2; the
    # second patient has twice and three times these.
    risk, beside = np.log([1.0, 2.0]), np.log([1.0, 3.0])
    own, other = (np.array([1.0, 3.0]), np.array([0.2, 0.3])), (np.array([1.0, 2.0]), np.array([0.1, 0.4]))
    first = [1 - math.exp(-0.2), 1 - math.exp(-0.4)]
    second = [math.exp(-0.2 - 0.5) * (1 - math.exp(-0.3)), math.exp(-0.4 - 1.5) * (1 - math.exp(-0.6))]
    expected = first if counted == 1 else np.add(first, second)
    assert incidence((risk, beside), own, other, horizon_days) == pytest.approx(expected)


def test_a_patient_whose_other_event_is_likelier_has_less_of_the_event(draw):
    study = draw(100, 1, (0.7,), seed=4)
    study = replace(study, competing=~study.event & (np.arange(100) % 2 == 0))
    _, _, absolute = fitted(study)
    highest = int(np.argmax(study.encoded.values[:, 0]))
    row = study.encoded.values[[highest]], np.array([highest])
    likely, unlikely = (replace(absolute, other=np.array([effect])).probability(*row, 1500.0) for effect in (2.0, -2.0))
    assert likely < unlikely


def test_the_share_until_a_day_counts_that_day(draw):
    # Events on days 1 and 3, another one on day 2: 1/4, and half of those left on day 3 of 1 * 3/4 * 2/3: 1/4 more.
    study = draw(4, 1)
    study = replace(study, time_days=np.array([1.0, 2.0, 3.0, 4.0]), event=np.array([True, False, True, False]),
                    competing=np.array([False, True, False, False]))  # fmt: skip
    training = study.training(np.arange(4))
    assert [expected_share(training, day) for day in (1.0, 2.9, 3.0)] == pytest.approx([0.25, 0.25, 0.5])
