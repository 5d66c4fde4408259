"""Perturbed states inside the folds: unstable features go, and the risk agrees better."""

import numpy as np
import pytest

from radpipe.survival.design.preprocess import Preprocessor, Steps
from radpipe.survival.procedure.robustness import RobustTerms
from radpipe.survival.statistics.agreement import agreement, icc_of_many, repeats_of


def states_of(cohort, noise, *, count=5, seed=0):
    """States of a cohort: each feature with noise of its own SD."""
    random = np.random.default_rng(seed)
    return tuple(
        cohort.with_features(cohort.features + noise * random.normal(size=cohort.features.shape)) for _ in range(count)
    )


@pytest.fixture(scope="module")
def judged(made, scrutiny_of):
    """Every other feature is unstable: noise of 1.5 SD between states."""
    cohort = made(200, seed=21, terms=20)
    noise = np.where(np.arange(20) % 2 == 0, 0.1, 1.5)
    return cohort, scrutiny_of(cohort.patients, states=states_of(cohort, noise), least_icc=0.75).robustness


def test_unstable_features_are_told_from_stable_ones(judged):
    cohort, found = judged
    table = found.features.set_index("feature")
    assert found.robust(0.75) == found.robust(0.75, column="low_raw") == 10
    assert set(table.index[table["low"] >= 0.75]) == {f"original_glcm_f{number:02d}" for number in range(0, 20, 2)}
    assert (table.loc[table["low"] >= 0.75, "kept"] == 1).all()
    assert (table.loc[table["low"] < 0.75, "kept"] == 0).all()
    assert (found.states, found.patients) == (5, 200)
    states = states_of(cohort, np.where(np.arange(20) % 2 == 0, 0.1, 1.5))
    raw = agreement(repeats_of(np.array([state["original_glcm_f01"] for state in states]).T))
    assert table.loc["original_glcm_f01", ["icc_raw", "low_raw"]].tolist() == pytest.approx([raw.icc, raw.low])


def test_the_risk_of_patients_not_seen_agrees_better_with_the_filter_and_both_are_told(judged):
    _, found = judged
    rows = found.models.set_index(["model", "filter"]).loc["radiomics"]
    assert rows.loc["robust features", "risk_icc"] > 0.95
    assert rows.loc["all features", "risk_icc"] < 0.85
    assert rows.loc["all features", "c_states"] < rows.loc["all features", "c"] - 0.02
    assert abs(rows.loc["robust features", "c_states"] - rows.loc["robust features", "c"]) < 0.01
    assert (rows["c_least"] <= rows["c_states"]).all()
    assert (rows["c_states"] <= rows["c_most"]).all()
    assert set(found.differences["model"]) == {"radiomics", "volume + radiomics", "clinical + radiomics",
                                               "clinical + volume + radiomics"}  # fmt: skip


def test_without_the_filter_the_same_is_told(made, scrutiny_of, judged):
    cohort, with_filter = judged
    noise = np.where(np.arange(20) % 2 == 0, 0.1, 1.5)
    found = scrutiny_of(cohort.patients, states=states_of(cohort, noise), least_icc=0.0).robustness
    assert found.least == 0
    for name in ("c", "risk_icc", "c_states"):
        assert found.models[name].tolist() == pytest.approx(with_filter.models[name].tolist())


def test_where_no_feature_is_robust_the_models_have_none_and_predict_as_volume_does(made, scrutiny_of):
    cohort = made(120, seed=22, terms=8)
    found = scrutiny_of(cohort.patients, states=states_of(cohort, np.full(8, 3.0)), least_icc=0.75).robustness
    assert found.robust(0.75) == 0
    rows = found.models.set_index(["model", "filter"])
    assert (rows.loc[(["radiomics", "volume + radiomics"], "robust features"), "risk_icc"] == 1).all()  # volume stays
    assert (rows.loc[(["radiomics", "volume + radiomics"], "all features"), "risk_icc"] < 0.9).all()


def test_states_of_patients_who_are_not_training_change_nothing():
    random = np.random.default_rng(5)
    values = random.normal(size=(40, 6))
    states = values + random.normal(0, [0.1, 0.1, 0.4, 0.4, 2, 2], size=(4, 40, 6))
    rows, held = np.r_[np.arange(30), np.arange(10)], np.arange(30, 40)
    judged = np.array([False, True, True, True, True, True])

    def fitted(given):
        steps = Steps(term_filter=RobustTerms(given, judged, 0.75))
        return Preprocessor.fit(values[rows], np.zeros(6, dtype=bool), rows=rows, steps=steps)

    other = states.copy()
    other[:, held] = 1e6
    assert np.array_equal(fitted(states).usable, fitted(other).usable)
    assert fitted(states).usable.tolist() == [
        True,
        True,
        fitted(states).usable[2],
        fitted(states).usable[3],
        False,
        False,
    ]
    once = RobustTerms(states, judged, 0.75)(fitted(states), np.arange(30))
    assert np.array_equal(once, RobustTerms(states, judged, 0.75)(fitted(states), rows))


def test_a_failed_state_leaves_the_others_and_a_scale_decides():
    """A few large tumours make a raw value that grows with volume look robust; on the scale of the model it is not."""
    random = np.random.default_rng(6)
    size = np.exp(random.normal(0, 1.5, 60))
    measured = size * np.exp(random.normal(0, 0.1, 60))
    states = measured * np.exp(random.normal(0, 1.2, (6, 60)))
    states[0, :50] = measured[:50]
    big = np.argmax(measured)
    states[:, big] = measured[big] = 1e4
    states[3, 7] = np.nan
    whole = np.stack([measured, measured], axis=1)
    both = np.stack([states, states], axis=2)
    rows = np.arange(60)
    raw = Preprocessor.fit(whole, np.array([False, False]), rows=rows)
    logged = Preprocessor.fit(whole, np.array([True, True]), rows=rows)
    keep = RobustTerms(both, np.array([True, True]), 0.75)
    assert keep(raw, rows).all()
    assert not keep(logged, rows).any()


def test_a_patient_drawn_many_times_counts_once():
    random = np.random.default_rng(4)
    values = random.normal(size=(40, 1))
    states = values[None] + 0.1 * random.normal(size=(5, 40, 1))
    states[:, 0, 0] = [-2.0, -1.0, 0.0, 1.0, 2.0]
    rows = np.concatenate([np.zeros(40, dtype=np.int64), np.arange(40)])
    prepared = Preprocessor.fit(values[rows], np.zeros(1, dtype=bool), rows=rows)
    assert RobustTerms(states, np.array([True]), 0.75)(prepared, rows).tolist() == [True]
    repeats = icc_of_many(states[:, rows])[1]
    assert repeats[0] < 0.75, "counted with each draw, the patient would have the feature left out"
