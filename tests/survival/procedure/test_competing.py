"""An endpoint that another event competes with: either is described, separation is mended, late deaths are told."""

from dataclasses import replace

import numpy as np
import pytest

from radpipe.clinical import Endpoint
from radpipe.errors import UsageError
from radpipe.survival.design.preprocess import Encoded
from radpipe.survival.procedure.competing import competing_risks
from radpipe.survival.statistics.cumulative_incidence import cumulative_incidence

DRAW = np.random.default_rng(60)
TIME, CAUSE = DRAW.integers(1, 14, 60).astype(float), DRAW.integers(0, 3, 60)


def test_competing_risks_describe_an_endpoint():
    ids = tuple(f"P{number}" for number in range(len(TIME)))
    endpoint = Endpoint("local", ids, CAUSE == 1, TIME * 100, CAUSE == 2)
    x = np.random.default_rng(1).normal(size=(len(TIME), 1))
    terms = Encoded(("age",), ("age",), ("identity",), x, np.zeros(1, dtype=bool))
    found = competing_risks(endpoint, terms, horizons_years=(1.0, 2.0))
    assert found.curves["time_days"].iloc[0] == 0
    assert (found.curves["event"] + found.curves["competing"]).is_monotonic_increasing
    assert found.horizons["years"].tolist() == [1, 2]
    assert found.cause_specific["cause"].tolist() == ["local", "death"]
    assert found.subdistribution["term"].tolist() == ["age"]
    apart = Encoded(("age",), ("age",), ("identity",), (CAUSE == 1).astype(float)[:, None], np.zeros(1, dtype=bool))
    mended = competing_risks(endpoint, apart, horizons_years=(1.0,))
    assert mended.cause_specific["mended"].tolist()[0]
    assert np.isfinite(mended.cause_specific[["hazard_ratio", "hr_low", "hr_high", "p"]]).all().all()
    assert mended.cause_specific["hr_low"].iloc[0] > 1
    assert np.isfinite(mended.subdistribution["hr_high"]).all()
    late = replace(endpoint, competing_later=(CAUSE == 0) & (np.arange(len(CAUSE)) % 2 == 0))
    told = competing_risks(late, terms, horizons_years=(1.0, 2.0))
    assert told.late_deaths == late.competing_later.sum() > 0
    with_late = np.where(late.competing_later, 2, CAUSE)
    when, share, _, _ = cumulative_incidence(TIME * 100, with_late, 1)
    assert told.sensitivity[2.0] == share[np.searchsorted(when, 730.5, side="right") - 1]
    assert told.sensitivity[2.0] < found.horizons["event"].iloc[1]  # Fewer are left at risk of the event.
    assert found.late_deaths == 0
    with pytest.raises(UsageError, match="nothing competes"):
        competing_risks(Endpoint("os", ids, CAUSE == 1, TIME), terms)
