"""A signature applied: the figures that lifelines and the functions of statistics give for its index."""

import numpy as np
import pandas as pd
import pytest
from lifelines.statistics import logrank_test

from radpipe.clinical import Endpoint
from radpipe.errors import UsageError
from radpipe.survival.design.patients import Patients
from radpipe.survival.signatures.applied import apply
from radpipe.survival.signatures.signature import Signature, Term
from radpipe.survival.statistics.concordance import harrell_c

SIGNATURE = Signature("s", "t", "x", (Term("f", 2.0), Term("g", -1.0)), 0.3, {"config": "ct"})


@pytest.fixture
def patients():
    random = np.random.default_rng(4)
    ids = tuple(f"q{number}" for number in range(80))
    features = pd.DataFrame({"f": random.normal(size=80), "g": random.normal(size=80)}, index=list(ids))
    death, censored = random.exponential(900, 80) * np.exp(-features["f"].to_numpy()), random.uniform(300, 2000, 80)
    endpoint = Endpoint("os", ids, death <= censored, np.minimum(death, censored))
    flow = pd.DataFrame(columns=["step", "reason", "patients", "events"])
    return Patients(ids, features[[]], features, endpoint, "GTV", flow, (), {"config": "ct"})


def test_index_groups_order_and_log_rank(patients):
    found = apply(SIGNATURE, patients)
    index = 2 * patients.features["f"].to_numpy() - patients.features["g"].to_numpy()
    days, event = patients.endpoint.time_days, patients.endpoint.event
    assert found.index == pytest.approx(index)
    assert np.array_equal(found.high, index > 0.3)
    assert found.c_index.value == harrell_c(days, event, index)
    p = logrank_test(days[index > 0.3], days[index <= 0.3], event[index > 0.3], event[index <= 0.3]).p_value
    assert found.log_rank_p == pytest.approx(p)
    assert np.isnan(found.volume_c.value)
    assert found.table().columns.tolist() == ["patient_id", "index", "above_threshold"]
    assert f"C {found.c_index}" in found.sentence


def test_a_table_measured_otherwise_and_a_missing_value_are_refused(patients):
    other = Signature("s", "t", "x", SIGNATURE.terms, 0.3, {"config": "pet"})
    with pytest.raises(UsageError, match="config is ct, pet is required"):
        apply(other, patients)
    patients.features.iloc[3, 1] = np.nan
    with pytest.raises(UsageError, match="signature s: a feature is missing in patient q3"):
        apply(SIGNATURE, patients)
