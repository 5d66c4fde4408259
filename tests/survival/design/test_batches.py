"""Batches inside the folds: who teaches, who is left as measured, what is refused, and that nothing leaks."""

import numpy as np
import pytest

from radpipe.errors import UsageError
from radpipe.survival.design.batches import UNKNOWN, batches_of, is_harmonised
from radpipe.survival.design.preprocess import Encoded, Preprocessor, Steps
from radpipe.survival.statistics.combat import ComBatForm, fit_combat

FEATURES = ("original_shape_MeshVolume", "original_firstorder_Mean", "original_glcm_Contrast", "wavelet-HHH_ngtdm_Busy")


def cohort(sizes, *, seed=0, shift=1.0):
    """Clinical column, features and batch of made patients; the second batch is shifted."""
    random = np.random.default_rng(seed)
    labels = [name for name, size in sizes.items() for _ in range(size)]
    n = len(labels)
    stage = random.integers(1, 5, n).astype(float)
    clinical = Encoded(("stage",), ("stage",), ("identity",), stage[:, None], np.zeros(1, dtype=bool))
    values = random.normal(10, 1, (n, 4))
    values[:, 1:] += shift * (np.array(labels) == "b")[:, None]
    ids = [f"p{number}" for number in range(n)]
    return ids, dict(zip(ids, labels, strict=True)), clinical, np.hstack([stage[:, None], values])


def made(sizes, **more):
    covariates, form = more.pop("covariates", ()), more.pop("form", None)
    ids, labels, clinical, values = cohort(sizes, **more)
    return batches_of(labels, ids, clinical, FEATURES, column="scanner", covariates=covariates, form=form), values


def learnt(batches, values, rows):
    may_log = np.zeros(values.shape[1], dtype=bool)
    return Preprocessor.fit(values[rows], may_log, rows=rows, steps=Steps(batches))


def test_size_and_form_are_the_patients_and_everything_else_is_the_scanners():
    assert [name for name in FEATURES if is_harmonised(name)] == list(FEATURES[1:])
    assert not is_harmonised("PT_original_shape2D_Perimeter")
    assert not is_harmonised("original_morph_volume")
    assert not is_harmonised("diag_volume_mm3")


def test_a_shift_of_a_batch_is_taken_off_features_and_left_in_volume_and_stage():
    batches, values = made({"a": 40, "b": 40})
    everyone = np.arange(80)
    found = batches.fit(values, everyone, np.ones(5, dtype=bool)).apply(values, everyone)
    names = sorted(FEATURES)
    gap = found[:40].mean(axis=0) - found[40:].mean(axis=0)
    assert abs(gap[1 + names.index("original_glcm_Contrast")]) < 0.15
    assert np.array_equal(found[:, 0], values[:, 0])
    place = 1 + names.index("original_shape_MeshVolume")
    assert np.array_equal(found[:, place], values[:, place])


def test_nothing_of_held_out_patients_changes_what_is_learnt_or_another_patient():
    batches, values = made({"a": 40, "b": 40}, covariates=("stage",))
    rows = np.r_[0:30, 40:70]
    held = np.r_[30:40, 70:80]
    before = learnt(batches, values, rows).apply(values, np.arange(80))
    other = values.copy()
    other[75] = [4.0, 99.0, -5.0, 1e6, 3.0]
    labels = list(batches.labels)
    labels[75] = "a"
    covariates = batches.covariates.copy()
    covariates[75] = 4.0
    changed = type(batches)(
        batches.column, tuple(labels), batches.terms, covariates, batches.covariate_names, batches.form
    )
    after = learnt(changed, other, rows).apply(other, np.arange(80))
    same = np.setdiff1d(np.arange(80), [75])
    assert np.array_equal(after[same], before[same])
    assert not np.array_equal(after[75], before[75])
    alone = learnt(batches, values, rows).apply(values[held], held)
    assert np.array_equal(alone, before[held])


def test_a_held_out_patient_is_harmonised_by_his_own_covariate():
    # Step 6 of ComBat with the patient's own value; the training mean is what neuroCombatFromTraining takes.
    batches, values = made({"a": 40, "b": 40}, covariates=("stage",))
    terms = np.flatnonzero(batches.terms)
    values[:, terms] += 2.0 * values[:, :1]
    rows, held = np.r_[0:30, 40:70], np.r_[30:40, 70:80]
    labels = np.array(["a"] * 40 + ["b"] * 40)
    combat = fit_combat(values[np.ix_(rows, terms)], labels[rows].tolist(), covariates=values[rows, :1])
    expected = combat.apply(values[np.ix_(held, terms)], labels[held].tolist(), values[held, :1])
    found = batches.fit(values[rows], rows, np.ones(5, dtype=bool)).apply(values[held], held)
    np.testing.assert_allclose(found[:, terms], expected, rtol=0, atol=1e-12)


def test_small_unknown_and_unseen_batches_stay_as_measured():
    batches, values = made({"a": 30, "b": 30, "c": 9, UNKNOWN: 4})
    everyone = np.arange(73)
    found = batches.fit(values, everyone, np.ones(5, dtype=bool))
    assert np.array_equal(found.apply(values, everyone)[60:], values[60:])
    assert found.as_measured == ("c", UNKNOWN)
    assert batches.sizes == {"a": 30, "b": 30, "c": 9, UNKNOWN: 4}
    assert [word for told in batches.remarks for word in ("not known", "fewer than 10") if word in told] == [
        "not known", "fewer than 10",
    ]  # fmt: skip
    rows = np.r_[0:30, 30:39]  # of b only nine are left in this sample
    unseen = batches.fit(values[rows], rows, np.ones(5, dtype=bool))
    assert unseen.combat is None
    assert np.array_equal(unseen.apply(values, everyone), values)
    assert any("unsure" in told for told in made({"a": 19, "b": 30})[0].remarks)


def test_persons_that_a_bootstrap_sample_repeats_count_once():
    batches, values = made({"a": 30, "b": 30})
    rows = np.r_[0:30, np.repeat(np.arange(30, 39), 3)]
    assert batches.fit(values[rows], rows, np.ones(5, dtype=bool)).combat is None


def test_a_fold_without_the_reference_leaves_everybody_as_measured():
    batches, values = made({"a": 30, "b": 30, "c": 30}, form=ComBatForm(reference="c"))
    rows = np.arange(60)
    assert batches.fit(values[rows], rows, np.ones(5, dtype=bool)).combat is None


def test_terms_that_may_not_be_used_teach_nothing():
    batches, values = made({"a": 30, "b": 30})
    usable = np.array([True, True, True, True, False])
    wild = values.copy()
    wild[:, 4] = np.linspace(0, 1e9, 60)
    everyone = np.arange(60)
    quiet = batches.fit(values, everyone, usable).apply(values, everyone)
    assert np.array_equal(quiet[:, :4], batches.fit(wild, everyone, usable).apply(wild, everyone)[:, :4])


def test_folds_are_dealt_by_batch_within_events():
    from radpipe.survival.procedure.folds import stratified_folds

    batches, _ = made({"a": 40, "b": 10})
    event = np.arange(50) % 2 == 0
    dealt = stratified_folds(event, np.arange(50), 5, np.random.default_rng(1), batches.strata)
    assert [int((dealt[40:] == fold).sum()) for fold in range(5)] == [2] * 5
    assert [int((dealt[event] == fold).sum()) for fold in range(5)] == [5] * 5


def test_what_cannot_be_harmonised_is_refused_by_name():
    with pytest.raises(UsageError, match=r"two batches of 10 patients or more; there are a 30, b 9, not known 3"):
        made({"a": 30, "b": 9, UNKNOWN: 3})
    with pytest.raises(UsageError, match="reference 'z' is none of the batches"):
        made({"a": 30, "b": 30}, form=ComBatForm(reference="z"))
    with pytest.raises(UsageError, match="covariate age is no column of the clinical model; it has stage"):
        made({"a": 30, "b": 30}, covariates=("age",))
    ids, labels, clinical, _ = cohort({"a": 30, "b": 30})
    with pytest.raises(UsageError, match="no feature is one that scanners change"):
        batches_of(labels, ids, clinical, FEATURES[:1], column="scanner")
    clinical.values[:, 0] = [float(labels[one] == "a") for one in ids]
    with pytest.raises(UsageError, match="batch scanner and covariate stage cannot be told apart"):
        batches_of(labels, ids, clinical, FEATURES, column="scanner", covariates=("stage",))
    clinical.values[7, 0] = np.nan
    with pytest.raises(UsageError, match="covariate of harmonisation is missing in patient p7"):
        batches_of(labels, ids, clinical, FEATURES, column="scanner", covariates=("stage",))
