"""Safeguards: outcomes are no predictors, thin folds are refused, strange follow-up is told."""

import numpy as np
import pandas as pd
import pytest

from radpipe.errors import UsageError
from radpipe.survival.design.clinical_model import ClinicalColumn, ClinicalModel, Kind, Missing
from radpipe.survival.design.preprocess import Encoded
from radpipe.survival.procedure.safeguards import (
    limits,
    probe_terms,
    refuse_outcomes,
    refuse_thin_folds,
    self_test,
    study_warnings,
)


def encoded(values: np.ndarray) -> Encoded:
    names = tuple(f"t{number}" for number in range(values.shape[1]))
    return Encoded(names, names, ("identity",) * len(names), values, np.zeros(len(names), dtype=bool))


def test_a_clinical_model_with_the_outcome_is_refused():
    for column in ("overall_survival_in_days", "event_local_recurrence", "mine"):
        model = ClinicalModel((ClinicalColumn(column, Kind.NUMERIC, Missing.MEDIAN),), "mine.yaml")
        with pytest.raises(UsageError, match=f"mine.yaml.*{column} tells the outcome"):
            refuse_outcomes(model, ["mine"])
    refuse_outcomes(ClinicalModel((ClinicalColumn("age", Kind.NUMERIC, Missing.MEDIAN),), "m"), ["mine"])


def test_folds_without_two_events_each_are_refused():
    refuse_thin_folds(10, 5)
    with pytest.raises(UsageError, match="6 folds of 10 events leave fewer than two in a fold; use --folds 5"):
        refuse_thin_folds(10, 6)


def test_the_self_test_fails_above_and_not_below_a_half():
    random = np.random.default_rng(0)
    fine, leaking, low = (random.normal(mean, 0.03, (20, 1)) for mean in (0.5, 0.56, 0.45))
    assert self_test(["a"], fine).passed
    assert not self_test(["a"], leaking).passed
    assert self_test(["a"], low).passed
    assert not self_test(["a", "b"], np.hstack([fine, leaking])).passed
    assert set(self_test(["a", "b"], np.hstack([fine, low])).by_model) == {"a", "b"}


def test_the_probe_takes_ten_features_that_vary():
    values = np.random.default_rng(1).normal(size=(30, 40))
    values[:, 5] = 1.0
    places = probe_terms(encoded(values), 3)
    assert len(places) == 10
    assert 8 not in places
    assert min(places) >= 3


def test_strange_times_and_many_missing_values_are_told():
    age = encoded(np.where(np.arange(20)[:, None] < 8, np.nan, 50.0))
    days = np.linspace(100, 2000, 20)
    assert study_warnings(days, encoded(np.ones((20, 1))), 0, 20) == ()
    assert "missing in 40 % of the patients; it stays" in study_warnings(days, age, 0, 20)[0]
    assert "is the unit of time right?" in study_warnings(days * 365.25, age, 0, 20)[0]
    assert "longest follow-up is 0.0055 years" in study_warnings(days / 1000, age, 0, 20)[0]
    assert "is this the column of time?" in study_warnings(np.full(20, 500.0), age, 0, 20)[0]
    assert "2 of 22 patients of the clinical table are not analysed" in study_warnings(days, age, 2, 20)[0]


def test_limits_tell_what_would_be_needed():
    sizes = pd.DataFrame({"question": ["All"], "parameters": [1300], "patients": [29735], "criterion": ["Riley 2019"]})
    told = " ".join(limits(137, 74, (), 8.8, sizes))
    assert "1300 candidate parameters would need 29,735 patients (Riley 2019)" in told
    assert "Median follow-up is 8.8 years" in told
    assert "Median follow-up" not in " ".join(limits(137, 74, (), float("inf"), sizes))
