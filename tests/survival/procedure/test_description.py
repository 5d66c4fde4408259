"""An endpoint with too few events is described, with the numbers that lifelines gives; more events are modelled."""

from dataclasses import replace

import numpy as np
import pytest
from lifelines import KaplanMeierFitter

from radpipe.survival.procedure.analysis import analyse
from radpipe.survival.procedure.description import follow_up_years, too_few


def test_nine_events_are_described_and_ten_are_not(planted):
    patients = planted("volume", n=60)
    order = np.flatnonzero(patients.endpoint.event)
    event = np.zeros(60, dtype=bool)
    event[order[:9]] = True
    few = replace(patients.endpoint, event=event)
    event = event.copy()
    event[order[9]] = True
    assert (too_few(few), too_few(replace(few, event=event))) == (True, False)
    found = analyse(replace(patients, endpoint=few))
    assert (found.models, found.verdicts, found.permutation) == ((), (), None)
    assert found.limits[0].startswith("9 events among 60 patients are too few for any model (10 are the least)")
    fit = KaplanMeierFitter().fit(few.time_days, few.event)
    told = found.observed_risk.set_index("years")["risk"]
    assert told[2.0] == pytest.approx(1 - float(fit.predict(730.5)), abs=1e-12)
    reverse = KaplanMeierFitter().fit(few.time_days, ~few.event)
    assert found.follow_up_years == pytest.approx(reverse.median_survival_time_ / 365.25)


def test_follow_up_of_a_cohort_in_which_everybody_had_the_event_is_not_reached(planted):
    endpoint = planted("volume", n=60).endpoint
    assert follow_up_years(replace(endpoint, event=np.ones(60, dtype=bool))) == np.inf
