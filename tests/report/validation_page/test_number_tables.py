"""Every number of a validation as a table."""

import math

import pytest

from radpipe.report.validation_page.number_tables import number_tables
from radpipe.survival.signatures.external import External


def test_each_horizon_has_a_row_and_each_group_of_its_curve(found: External) -> None:
    tables = number_tables(found)
    horizons = tables["horizons.csv"]
    assert horizons["years"].tolist() == [at.years for at in found.horizons] == [2, 5]
    assert horizons["ratio"].tolist() == pytest.approx((horizons["observed"] / horizons["expected"]).tolist())
    assert tables["calibration.csv"].groupby("years")["patients"].sum().tolist() == [80, 80]
    decisions = tables["decision_curve.csv"]
    assert decisions.groupby("years").size().tolist() == [len(at.decision.thresholds) for at in found.horizons]


def test_overall_measures_have_their_intervals(found: External) -> None:
    overall = number_tables(found)["overall.csv"].set_index("measure")
    assert overall.index.tolist() == ["c_index", "uno_c", "slope", "volume_c"]
    for name, told in (("c_index", found.c_index), ("slope", found.slope)):
        assert overall.loc[name].tolist() == [told.value, told.low, told.high]
    assert math.isfinite(overall.loc["c_index", "low"])
