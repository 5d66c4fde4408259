"""A locked model on another cohort: planted C and slope within their intervals, other measuring refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from radpipe.clinical import Endpoint
from radpipe.errors import UsageError
from radpipe.report.validation_page import answer
from radpipe.survival.design.measuring import Measuring
from radpipe.survival.design.patients import Patients
from radpipe.survival.signatures.external import judge
from radpipe.survival.signatures.locked import Baseline, LockedModel, LockedTerm, Origin, from_signature
from radpipe.survival.signatures.signature import Signature, Term
from radpipe.survival.statistics.concordance import harrell_c

YEAR = 365.25
MODEL = LockedModel(
    "planted", "", (LockedTerm("f", "f", False, 1.0),), Measuring("ct", "CT"),
    Origin("", patients=100, events=50, index_mean=0.0, index_sd=1.0, last_day=3000.0, roi="GTV"),
    baseline=Baseline(np.arange(1.0, 3001.0), np.arange(1.0, 3001.0) / 2000.0), thresholds=(-0.4, 0.4),
)  # fmt: skip
"""Exponential: hazard 1/2000 a day at f = 0, log hazard ratio 1 per unit of f."""


def centre(n, *, seed, slope=1.0, factor=1.0, mean=0.0):
    """Patients of another centre, whose hazard is ``factor / 2000 * exp(slope * f)``."""
    random = np.random.default_rng(seed)
    f = random.normal(mean, 1.0, n)
    death = random.exponential(2000 / factor, n) * np.exp(-slope * f)
    censored = random.uniform(800, 2900, n)
    ids = tuple(f"q{number}" for number in range(n))
    features = pd.DataFrame({"f": f, "original_shape_MeshVolume": np.exp(random.normal(size=n))}, index=list(ids))
    endpoint = Endpoint("os", ids, death <= censored, np.minimum(death, censored))
    flow = pd.DataFrame(columns=["step", "reason", "patients", "events"])
    return Patients(ids, features[[]], features, endpoint, "GTV", flow, (), {"config": "ct", "modality": "CT"})


@pytest.mark.parametrize(("slope", "factor"), [(1.0, 1.0), (0.5, 1.0), (1.0, 2.0)])
def test_planted_c_slope_and_risk_lie_in_their_intervals(slope, factor):
    """In at least 10 of 12 centres each: 95 % intervals miss more often with probability 0.02."""
    large = centre(20000, seed=5, slope=slope, factor=factor)
    truth = harrell_c(large.endpoint.time_days, large.endpoint.event, large.features["f"].to_numpy())
    risk = float((1 - np.exp(-factor / 1000 * YEAR * np.exp(slope * large.features["f"]))).mean())  # at 2 years
    held = np.zeros(4)
    for seed in range(12):
        found = judge(MODEL, centre(200, seed=100 + seed, slope=slope, factor=factor), Measuring("ct", "CT"),
                      horizons_years=(2.0,))  # fmt: skip
        at = found.horizons[0]
        for place, (value, interval) in enumerate(
            ((truth, found.c_index), (slope, found.slope), (risk, at.observed), (slope, at.slope))
        ):
            held[place] += interval.low < value < interval.high
        assert found.c_index.high - found.c_index.low < 0.15
        assert found.slope.high - found.slope.low < 0.75
    assert (held >= 10).all()


def test_a_centre_with_twice_the_hazard_is_told_and_one_like_the_first_is_not():
    for factor, words in ((1.0, "not shown"), (2.5, "promises too little risk"), (0.4, "promises too much risk")):
        found = judge(MODEL, centre(500, seed=14, factor=factor), Measuring("ct", "CT"))
        assert all(words in told for told in answer(found)[1:3])
        assert all(at.brier.explained > 0.05 for at in found.horizons) or factor != 1.0


def test_risk_groups_are_cut_where_the_model_says_and_case_mix_is_told():
    patients = centre(300, seed=6, mean=1.0)
    found = judge(MODEL, patients, Measuring("ct", "CT"))
    index = patients.features["f"].to_numpy()
    assert np.array_equal(found.group, (index > -0.4).astype(int) + (index > 0.4))
    assert found.groups["patients"].tolist() == np.bincount(found.group).tolist()
    assert found.groups["risk_2y"].is_monotonic_increasing
    assert found.log_rank_p < 1e-6
    mix = found.case_mix.set_index("term")
    assert mix.loc["linear predictor", "difference"] == pytest.approx(index.mean())
    assert mix.loc["f", "sd_here"] == pytest.approx(index.std(ddof=1))
    assert found.table()["risk_group"].tolist() == (found.group + 1).tolist()


def test_what_was_measured_otherwise_is_refused_with_every_difference():
    patients = centre(60, seed=7)
    with pytest.raises(UsageError, match="modality is PT, CT is required; config is pet, ct is required"):
        judge(MODEL, patients, Measuring("pet", "PT"))
    sealed = replace(MODEL, measuring=Measuring("ct", "CT", "a" * 64, {"setting": {"binWidth": 25}}))
    other = Measuring("ct", "CT", "b" * 64, {"setting": {"binWidth": 10}})
    with pytest.raises(UsageError, match=r"setting\.binWidth is 10, 25 is required"):
        judge(sealed, patients, other)


def test_horizons_that_nobody_reaches_few_events_and_unknown_scanners_are_told():
    patients = replace(centre(60, seed=8), roi="GTV-1")
    found = judge(MODEL, patients, Measuring("ct", "CT"), horizons_years=(2.0, 8.5))
    assert list(found.probability) == [2.0]
    told = " | ".join(found.warnings)
    assert "absolute risks at 8.5 years are not judged" in told
    assert "wants at least 100" in told
    assert "made from ROIs named GTV, these are GTV-1" in told


def test_a_model_of_two_scanners_is_judged_harmonised_and_strangers_as_measured(locked, measured):
    patients = locked.cohort.patients
    known = judge(locked.model, patients, measured, batch=locked.cohort.scanner)
    strange = judge(locked.model, patients, measured, batch={})
    assert not any("as measured" in told for told in known.warnings)
    assert any("240 of 240 patients are of no scanner that the model knows (A, B)" in told for told in strange.warnings)
    assert not np.array_equal(known.index, strange.index)


def test_a_signature_has_an_order_and_no_absolute_risks():
    patients = centre(120, seed=9)
    signature = Signature("s", "t", "x", (Term("f", 2.0),), 0.3, {"config": "ct", "modality": "CT"})
    found = judge(from_signature(signature), patients, Measuring("ct", "CT"))
    assert found.horizons == ()
    assert len(found.case_mix) == 0
    assert found.groups["patients"].sum() == 120
