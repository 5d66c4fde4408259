"""Optimism: what a model loses on new patients, known by simulation."""

import numpy as np
import pytest

from radpipe.survival.procedure.optimism import Optimism, optimism
from radpipe.survival.procedure.recipes import Recipe
from radpipe.survival.procedure.validation import final_fit
from radpipe.survival.statistics.calibration import calibration_slope
from radpipe.survival.statistics.concordance import harrell_c

TEN = Recipe("all", "", tuple(range(10)))


def seeds(count: int, seed: int) -> list[np.random.SeedSequence]:
    return np.random.SeedSequence(seed).spawn(count)


def test_optimism_is_the_apparent_c_less_that_on_new_patients(draw):
    # Truth by simulation: one true term and nine of noise; C and slope on 3,000 new patients.
    new = draw(3000, 10, (0.7,), seed=99)
    true, estimated, slopes, corrected = [], [], [], []
    for number in range(8):
        study = draw(80, 10, (0.7,), seed=number)
        fit = final_fit(study, TEN, np.random.SeedSequence(number))
        lost = optimism(study, TEN, seeds=seeds(20, number), jobs=1)
        apparent = harrell_c(study.time_days, study.event, fit.risk(study.encoded.values))
        true.append(apparent - harrell_c(new.time_days, new.event, fit.risk(new.encoded.values)))
        estimated.append(lost.c)
        slopes.append(calibration_slope(new.time_days, new.event, fit.risk(new.encoded.values)).value)
        corrected.append(lost.corrected_slope(1.0))
        assert 0.4 < lost.corrected_632(apparent) < apparent
    gap = np.array(true) - np.array(estimated)
    assert abs(gap.mean()) < 3 * gap.std(ddof=1) / np.sqrt(len(gap)) + 0.01
    assert np.mean(estimated) > 0.01
    # New patients' slopes lie below 1, and so must the corrected ones: a wrong sign would put them above.
    assert np.mean(slopes) < 0.95
    assert np.mean(corrected) == pytest.approx(np.mean(slopes), abs=0.2)


def test_by_632_plus_a_model_that_learnt_nothing_has_no_concordance_left():
    one = np.ones(1)
    assert Optimism(0.9 * one, 0.7 * one, 0.5 * one, 0 * one).corrected_632(0.9) == pytest.approx(0.5)
    # Efron and Tibshirani 1997, by hand: apparent 0.8, left out 0.65: rate 0.5, weight 0.632 / 0.816.
    weight = 0.632 / (1 - 0.368 * 0.5)
    assert Optimism(one, one, 0.65 * one, one).corrected_632(0.8) == pytest.approx((1 - weight) * 0.8 + weight * 0.65)


def test_without_samples_there_is_no_value(draw):
    nothing = optimism(draw(40, 10), TEN, seeds=[], jobs=1)
    assert np.isnan(nothing.c)
    assert np.isnan(nothing.corrected_632(0.7))
    assert np.isnan(nothing.corrected_slope(1.0))
