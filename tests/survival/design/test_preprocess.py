"""Preprocessing: learnt from training patients only, in a fixed order, with seams for harmonising and filtering."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from radpipe.errors import UsageError
from radpipe.survival.design.preprocess import Preprocessor, Steps, encode_features


def test_imputation_and_scaling_are_those_of_the_training_patients():
    random = np.random.default_rng(1)
    values = np.column_stack([random.normal(5, 2, 40), np.exp(random.normal(0, 1.5, 40)), np.ones(40)])
    values[3, 0] = np.nan
    learnt = Preprocessor.fit(values, np.array([True, True, True]))
    assert learnt.fill[0] == np.nanmedian(values[:, 0])
    assert learnt.logged.tolist() == [False, True, False]
    assert learnt.usable.tolist() == [True, True, False]
    applied = learnt.apply(values)
    assert applied[:, :2].mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert applied[:, :2].std(axis=0, ddof=1) == pytest.approx(1)
    assert not applied[:, 2].any()


def test_new_values_below_the_smallest_training_value_are_taken_for_it_under_a_logarithm():
    values = np.exp(np.random.default_rng(2).normal(0, 1.5, (40, 1)))
    learnt = Preprocessor.fit(values, np.array([True]))
    assert learnt.logged.tolist() == [True]
    smallest = learnt.apply(values.min(axis=0, keepdims=True))
    for small in (values.min() / 1000, 0.0, -3.0):
        assert learnt.apply(np.array([[small]])) == pytest.approx(smallest)
    expected = (np.log(values.min()) - np.log(values).mean()) / np.log(values).std(ddof=1)
    assert smallest[0, 0] == pytest.approx(expected)


def test_a_declared_term_stays_however_many_values_are_missing():
    values = np.column_stack([np.arange(20.0), np.arange(20.0)])
    values[:12] = np.nan
    learnt = Preprocessor.fit(values, np.zeros(2, dtype=bool), declared=np.array([True, False]))
    assert learnt.usable.tolist() == [True, False]
    assert np.isfinite(learnt.apply(values)).all()


@dataclass(frozen=True)
class Shift:
    """Takes the mean of each batch off; remembers what it was given."""

    batch: np.ndarray
    seen: list[tuple[np.ndarray, np.ndarray]]

    def fit(self, values, rows, usable):
        self.seen.append((values, rows))
        means = np.array([values[self.batch[rows] == b].mean(axis=0) for b in (0, 1)])
        return Shifted(self.batch, means)


@dataclass(frozen=True)
class Shifted:
    batch: np.ndarray
    means: np.ndarray

    def apply(self, values, rows):
        return values - self.means[self.batch[rows]]


def test_harmonising_comes_after_imputing_and_logarithm_and_before_scaling_and_filtering():
    random = np.random.default_rng(3)
    values = np.exp(random.normal(0, 1.5, (40, 2)))
    batch = np.arange(40) % 2
    values[batch == 1] *= 7
    values[0, 0] = np.nan
    rows = np.arange(5, 40)
    harmonizer, kept = Shift(batch, []), []

    def term_filter(prepared, at):
        kept.append(prepared.apply(values[at], at))
        return np.array([True, False])

    learnt = Preprocessor.fit(values[rows], np.ones(2, dtype=bool), rows=rows, steps=Steps(harmonizer, term_filter))
    given, places = harmonizer.seen[0]
    assert np.array_equal(places, rows)
    assert given == pytest.approx(np.log(values[rows]))
    assert kept[0].std(axis=0, ddof=1) == pytest.approx(1)
    assert learnt.usable.tolist() == [True, False]
    applied = learnt.apply(values, np.arange(40))
    assert np.isfinite(applied).all()
    assert abs(applied[rows][batch[rows] == 1, 0].mean()) < 1e-9
    assert not applied[:, 1].any()


def test_features_must_be_numbers_and_stand_in_the_order_of_their_names():
    with pytest.raises(UsageError, match="not so in column b"):
        encode_features(pd.DataFrame({"a": [1.0], "b": ["x"]}))
    found = encode_features(pd.DataFrame({"b": [1.0, 2.0], "a": [np.inf, 4.0]}))
    assert found.names == ("a", "b")
    assert found.values.tolist()[1] == [4.0, 2.0]
    assert np.isnan(found.values[0, 0])
