"""Negative controls in survival: where volume alone is the signal they do not fall, where texture is, they do."""

import numpy as np
import pytest


def control_of(cohort, seed):
    """The features as a shuffled tumour gives them: what follows volume stays, what was texture is drawn anew."""
    random = np.random.default_rng(seed)
    n, terms = cohort.features.shape
    parts = np.column_stack([cohort.size, random.normal(size=(n, 2))]) @ cohort.load
    return (parts + random.normal(size=(n, terms))) / np.sqrt(1 + (cohort.load**2).sum(axis=0))


@pytest.fixture(scope="module")
def of_volume(made, scrutiny_of):
    cohort = made(200, seed=11, terms=20, volume=1.0, texture=0.0)
    return scrutiny_of(cohort.patients, controls={"shuffled_roi": cohort.with_features(control_of(cohort, 1))}).controls


def test_a_signal_of_volume_alone_does_not_fall_and_the_sentence_does_not_say_that_texture_is_absent(of_volume):
    rows = of_volume.table().query("model == 'volume + radiomics'")
    assert (rows["low"] < 0).all()
    assert (rows["difference"].abs() < 0.02).all()
    first, floor = of_volume.sentences
    assert "no worse that can be shown" in first
    assert "the order of voxels inside the tumour matters is not shown" in first
    assert f"{rows.iloc[1]['difference']:+.3f}" in first
    assert f"{of_volume.volume}" in floor
    assert "not 0.5" in floor


def test_a_signal_of_texture_falls(made, scrutiny_of):
    cohort = made(200, seed=12, terms=20, volume=0.4, texture=1.0)
    found = scrutiny_of(
        cohort.patients,
        controls={"shuffled_roi": cohort.with_features(control_of(cohort, 1)),
                  "shuffled_non_roi": cohort.with_features(cohort.features)},
    ).controls  # fmt: skip
    rows = found.table().set_index(["control", "model", "way"])
    fallen = rows.loc["shuffled_roi"].loc["volume + radiomics"]
    assert (fallen["low"] > 0.02).all()
    assert (fallen["c_control"] - found.volume.value).abs().max() < 0.08
    same = rows.loc["shuffled_non_roi"]
    assert (same["difference"] == 0).all()
    assert "predicts patients not seen worse" in found.sentences[0]
    assert "the order of voxels inside the tumour contributes" in found.sentences[0]
    assert len(found.sentences) == 3


def test_patients_whose_control_failed_are_left_out_of_its_comparison_only(made, scrutiny_of):
    cohort = made(120, seed=13, terms=10)
    values = cohort.features.copy()
    lost = cohort.with_features(values)
    lost.iloc[:5] = np.nan
    found = scrutiny_of(cohort.patients, controls={"sampled_roi": lost}).controls.table()
    assert set(found["patients"]) == {115}
