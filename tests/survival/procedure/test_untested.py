"""Patients without a test: the three ways of counting them, and those whom the question does not concern."""

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter

from radpipe.survival.design.clinical_model import ClinicalColumn, ClinicalModel, Kind, Missing
from radpipe.survival.procedure.training import Study
from radpipe.survival.procedure.untested import WAYS, untested

MODEL = ClinicalModel(
    (ClinicalColumn("site", Kind.CATEGORICAL, Missing.REFUSE, ("oropharynx", "larynx")),
     ClinicalColumn("hpv", Kind.INDICATOR, Missing.REST, ("positive",))),
    "by hand",
)  # fmt: skip


@pytest.fixture
def cohort() -> tuple[Study, pd.DataFrame]:
    random = np.random.default_rng(3)
    site = np.repeat(["oropharynx", "larynx"], [80, 40])
    hpv = np.where(site == "larynx", None, np.where(random.random(120) < 0.4, "positive", "negative"))
    hpv[:12] = None
    frame = pd.DataFrame({"site": site, "hpv": hpv})
    encoded = MODEL.encode(frame)
    death = random.exponential(1000, 120) * np.where(frame["hpv"] == "positive", 2.5, 1.0)
    return Study(encoded, np.minimum(death, 2000), death <= 2000), frame


def test_the_untested_are_counted_in_three_ways_and_larynx_tumours_are_not_among_them(cohort) -> None:
    study, frame = cohort
    found = untested(study, (0, 1), MODEL, frame).set_index("counted")
    assert found["patients"].tolist() == [120, 108, 120]
    for way, positive, kept in (
        (WAYS[0], frame["hpv"] == "positive", np.ones(120, dtype=bool)),
        (WAYS[1], frame["hpv"] == "positive", np.arange(120) >= 12),
        (WAYS[2], (frame["hpv"] == "positive") | (np.arange(120) < 12), np.ones(120, dtype=bool)),
    ):
        table = pd.DataFrame({"hpv": positive.astype(float), "larynx": (frame["site"] == "larynx").astype(float),
                              "time": study.time_days, "event": study.event})[kept]  # fmt: skip
        fit = CoxPHFitter().fit(table, "time", "event")
        assert found.loc[way, "hazard_ratio"] == pytest.approx(np.exp(fit.params_["hpv"]), rel=1e-4)
        assert found.loc[way, "hr_low"] == pytest.approx(np.exp(fit.confidence_intervals_.loc["hpv"].iloc[0]), rel=1e-3)


def test_nothing_is_told_where_everybody_was_tested_or_could_not_be(cohort) -> None:
    study, frame = cohort
    frame.loc[frame["site"] == "oropharynx", "hpv"] = frame["hpv"].fillna("negative")
    assert untested(study, (0, 1), MODEL, frame).empty
