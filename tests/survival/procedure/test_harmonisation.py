"""Harmonising inside the folds: planted scanner effects are taken out, none is invented, confounding is told."""

import numpy as np
import pytest
from lifelines.statistics import multivariate_logrank_test

from radpipe.survival.procedure.harmonisation import log_rank_p


def test_a_planted_scanner_effect_is_told_before_and_not_after_and_c_is_as_without_it(made, scrutiny_of):
    shifted, clean = made(seed=1, shift=0.5), made(seed=1)
    found = scrutiny_of(shifted.patients, shifted.scanner).harmonisation
    assert found.telling.auc_before > 0.95
    assert found.telling.auc_after < 0.7
    assert found.telling.differing_before > 0.8
    assert found.telling.differing_after < 0.05
    untouched = scrutiny_of(clean.patients, clean.scanner).harmonisation
    restored = found.models.set_index("model")["c_with"]
    expected = untouched.models.set_index("model")["c_without"]
    assert (restored - expected).abs().max() < 0.02
    assert untouched.telling.auc_before < 0.65
    gains = untouched.models
    assert ((gains["low"] < 0) & (gains["high"] > 0)).all()
    assert any("little to harmonise" in told for told in untouched.sentences)
    assert sum("nothing is gained that can be shown" in told for told in untouched.sentences) == len(gains)


def test_a_large_effect_costs_c_and_harmonising_gives_it_back(made, scrutiny_of):
    shifted, clean = (made(160, seed=3, shift=shift, terms=6, aligned=True) for shift in (2.0, 0.0))
    found = scrutiny_of(shifted.patients, shifted.scanner).harmonisation.models.set_index("model").loc["radiomics"]
    without = scrutiny_of(clean.patients, clean.scanner).harmonisation.models.set_index("model").loc["radiomics"]
    assert found["c_without"] < without["c_without"] - 0.02
    assert abs(found["c_with"] - without["c_without"]) < 0.02
    assert found["low"] > 0


def test_each_batch_is_left_out_once_and_outcome_and_case_mix_are_compared(made, scrutiny_of):
    cohort = made(120, seed=4, terms=10)
    worse = {patient: "bad" if risk > 0 else "good"
             for patient, risk in zip(cohort.patients.patient_ids, cohort.true_risk, strict=True)}  # fmt: skip
    found = scrutiny_of(cohort.patients, worse).harmonisation
    assert set(found.left_out["batch"]) == {"bad", "good"}
    assert found.left_out.groupby("batch")["patients"].first().sum() == 120
    texture = found.left_out[found.left_out["model"] == "radiomics"]
    assert (texture["c_high"] > 0.5).all()
    assert found.case_mix.set_index("beside").loc["outcome", "p"] < 1e-6
    assert any("Batches differ in outcome" in told for told in found.sentences)


def test_the_log_rank_test_is_that_of_lifelines():
    random = np.random.default_rng(5)
    days, event = random.integers(1, 30, 90).astype(float), random.random(90) < 0.6
    group = random.choice(list("abc"), 90).tolist()
    expected = multivariate_logrank_test(days, group, event).p_value
    assert log_rank_p(days, event, group) == pytest.approx(expected)
    assert np.isnan(log_rank_p(days, event, ["a"] * 90))
