"""ComBat: known answers by hand-written steps (facts of Johnson 2007) and by neuroCombat 0.2.12, and its edges."""

import numpy as np
import pytest

from radpipe.errors import UsageError
from radpipe.survival.statistics.combat import ComBatForm, fit_combat

A = ((1, 20, 3), (2, 22, 2.5), (3, 21, 3.5), (4, 25, 4))
B = ((5, 30, 5), (7, 36, 6.5), (6, 33, 4.5), (9, 35, 7), (8, 38, 6))
NINE = np.array([*A, *B], dtype=float)
BATCH = list("AAAABBBBB")
Z = np.array([0, 1, 0, 1, 0, 1, 0, 1, 1.0])[:, None]
HELD = np.array([[3.5, 24, 4.2], [3.5, 24, 4.2]])

# Worked step by step for this table, and equal to neuroCombat 0.2.12: first row of A, of B, held-out as A, as B.
ANSWERS = {
    "parametric": (ComBatForm(), None, [[3.494659, 26.021607, 4.518870], [3.297784, 26.036725, 3.920415],
                                        [6.243591, 30.434904, 5.851174], [2.119406, 21.327101, 3.292520]]),
    "covariate": (ComBatForm(), Z, [[3.588388, 26.402178, 4.395906], [3.024409, 24.962856, 3.845234],
                                    [5.951550, 30.402178, 5.546464], [1.531638, 19.312490, 3.048649]]),
    "no EB": (ComBatForm(False), None, [[3.5, 26.680679, 4.362529], [3.367007, 25.447570, 4.060753],
                                        [6, 31.097099, 5.822392], [2.142262, 20.754862, 3.454839]]),
    "mean only": (ComBatForm(mean_only=True), None, [[3.761196, 25.689691, 4.652611], [2.769542, 25.546965, 3.658489],
                                                     [6.261196, 29.689691, 5.852611], [1.269542, 19.546965, 2.858489]]),
    "reference": (ComBatForm(reference="A"), None, [[1, 20, 3], [1.091612, 19.679961, 2.725295],
                                                    [3.5, 24, 4.2], [0.152139, 15.982774, 2.239191]]),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_two_batches_of_nine_patients_in_five_forms(name):
    form, z, expected = ANSWERS[name]
    learnt = fit_combat(NINE, BATCH, covariates=z, form=form)
    inside = learnt.apply(NINE, BATCH, z)
    held = learnt.apply(HELD, ["A", "B"], None if z is None else np.ones((2, 1)))
    assert np.vstack([inside[[0, 4]], held]) == pytest.approx(np.array(expected), abs=6e-7)


def test_what_is_learnt_of_the_nine():
    learnt = fit_combat(NINE, BATCH)
    assert learnt.mean == pytest.approx([5, 28.888889, 4.666667], abs=6e-7)
    assert learnt.scale**2 == pytest.approx([1.666667, 5.688889, 0.616667], abs=6e-7)
    assert learnt.shift == pytest.approx(
        np.array([[-2.037946, -2.637214, -1.952863], [1.678405, 1.989289, 1.635249]]), abs=6e-7
    )
    assert learnt.spread == pytest.approx(
        np.array([[0.827088, 0.821474, 0.811252], [1.620367, 1.623043, 1.623324]]), abs=6e-7
    )
    assert learnt.settled


@pytest.mark.parametrize(
    ("with_covariate", "cells", "total"),
    [
        (False, [10.754060, 29.195228, 50.689979], 1907.64102),
        (True, [10.733966, 29.618954, 51.061613], 1907.77551),
    ],
)
def test_three_batches_in_closed_form(with_covariate, cells, total):
    i, j = np.arange(12)[:, None], np.arange(5)[None, :]
    s = np.repeat([0.0, 2.0, -1.0], 4)[:, None]
    values = 10.0 * (j + 1) + 3 * np.sin(1.7 * i + j) + s * (j + 1) + 0.5 * (i % 4)
    z = np.cos(i) if with_covariate else None
    batch = list("aaaabbbbcccc")
    found = fit_combat(values, batch, covariates=z).apply(values, batch, z)
    assert found[[0, 5, 11], [0, 2, 4]] == pytest.approx(cells, abs=1e-5)
    assert found.sum() == pytest.approx(total, abs=1e-4)


# neuroCombat 0.2.12 (numpy 1.23.5): cells (0,0), (4,2), (8,5), (23,3), sum, sum of squares.
PINNED = {
    "eb": ({}, False, [4.993540321, 17.338122433, 32.794463079, 19.987807071], 2628.6019823, 59539.858428),
    "no eb": ({"empirical_bayes": False}, False, [4.938232856, 17.33783743, 32.748077801, 19.988525309],
              2628.6168683, 59528.113185),
    "mean": ({"mean_only": True}, False, [5.188263373, 17.433167687, 32.909440749, 19.962222333],
             2628.5773437, 59584.643089),
    "eb, covariates": ({}, True, [4.972813234, 17.352062758, 32.769753645, 19.997152971], 2628.6129881, 59541.180699),
    "no eb, covariates": ({"empirical_bayes": False}, True, [4.92365353, 17.338947318, 32.711660892, 19.985409692],
                          2628.6168683, 59528.875038),
}  # fmt: skip


@pytest.mark.parametrize("name", PINNED)
def test_three_mixed_batches_equal_neurocombat(name):
    form, with_covariates, cells, total, squares = PINNED[name]
    i, j = np.arange(24)[:, None], np.arange(6)[None, :]
    b = i % 3
    values = (
        5.0 * (j + 1) + np.sin(1.3 * i + 2 * j) + np.array([0, 1.5, -1.0])[b] * (1 + 0.2 * j)
        + (1 + 0.5 * b) * np.cos(2.1 * i * (j + 1)) + 0.4 * ((i // 3) % 2)
    )  # fmt: skip
    z = np.hstack([(i // 3) % 2, 50 + 10 * np.sin(i)]) if with_covariates else None
    batch = [str(one) for one in b.ravel()]
    found = fit_combat(values, batch, covariates=z, form=ComBatForm(**form)).apply(values, batch, z)
    assert found[[0, 4, 8, 23], [0, 2, 5, 3]] == pytest.approx(cells, abs=1e-8)  # its normal equations round more
    assert found.sum() == pytest.approx(total, abs=1e-6)
    assert (found**2).sum() == pytest.approx(squares, abs=1e-5)


def test_without_priors_every_batch_has_the_grand_mean_and_the_pooled_variance():
    found = fit_combat(NINE, BATCH, form=ComBatForm(False)).apply(NINE, BATCH)
    for rows in (found[:4], found[4:]):
        assert rows.mean(axis=0) == pytest.approx([5, 260 / 9, 42 / 9])
        assert rows.var(axis=0, ddof=1) == pytest.approx([15 / 9, 5.688889, 0.616667], abs=1e-6)


def test_units_names_and_order_of_batches_do_not_matter():
    plain = fit_combat(NINE, BATCH).apply(NINE, BATCH)
    scaled = NINE * [2.0, 0.1, 5] + [7, 8, 9]
    assert fit_combat(scaled, BATCH).apply(scaled, BATCH) == pytest.approx(plain * [2.0, 0.1, 5] + [7, 8, 9])
    other = ["y" if one == "A" else "x" for one in BATCH]
    assert fit_combat(NINE, other).apply(NINE, other) == pytest.approx(plain)
    back = NINE[::-1]
    assert fit_combat(back, BATCH[::-1]).apply(back, BATCH[::-1])[::-1] == pytest.approx(plain)


def test_a_batch_that_was_not_learnt_stays_as_measured():
    learnt = fit_combat(NINE, BATCH)
    assert np.array_equal(learnt.apply(HELD, ["C", "D"]), HELD)


def test_one_batch_and_constant_features_are_left_alone():
    assert np.array_equal(fit_combat(NINE, ["A"] * 9).apply(NINE, ["A"] * 9), NINE)
    flat = np.hstack([NINE, np.full((9, 1), 4.0)])
    found = fit_combat(flat, BATCH).apply(flat, BATCH)
    assert np.array_equal(found[:, 3], flat[:, 3])
    assert found[:, :3] == pytest.approx(fit_combat(NINE, BATCH).apply(NINE, BATCH))


def test_one_feature_has_no_prior_over_features():
    both = [fit_combat(NINE[:, :1], BATCH, form=ComBatForm(eb)).apply(NINE[:, :1], BATCH) for eb in (True, False)]
    assert np.array_equal(*both)


def test_features_that_all_shift_alike_have_no_spread_of_priors():
    twice = NINE[:, [0, 0]]
    found = fit_combat(twice, BATCH).apply(twice, BATCH)
    assert np.isfinite(found).all()
    assert found[:4].mean(axis=0) == pytest.approx(found[4:].mean(axis=0))


def test_what_has_no_answer_is_refused_by_name():
    with pytest.raises(UsageError, match="batch B has one patient"):
        fit_combat(NINE[:5], BATCH[:5])
    with pytest.raises(UsageError, match="reference batch C is not one of A, B"):
        fit_combat(NINE, BATCH, form=ComBatForm(reference="C"))
    with pytest.raises(UsageError, match=r"covariate site cannot be told apart from the batches A, B"):
        fit_combat(NINE, BATCH, covariates=np.hstack([Z, [[0.0]] * 4 + [[1.0]] * 5]), covariate_names=("sex", "site"))
    with pytest.raises(UsageError, match="impute before"):
        fit_combat(np.where(NINE == 20, np.nan, NINE), BATCH)
