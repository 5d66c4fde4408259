"""Endpoints as clinics write them: words, dates, months; what no follow-up can be is refused."""

import numpy as np
import pandas as pd
import pytest

from radpipe.clinical import ClinicalTable
from radpipe.errors import UsageError
from radpipe.survival.design.endpoints import EndpointRule


def table(**columns: list[object]) -> ClinicalTable:
    size = len(next(iter(columns.values())))
    ids = [f"P{place}" for place in range(size)]
    return ClinicalTable(pd.DataFrame(columns, index=ids), "c.csv", lines={one: n + 2 for n, one in enumerate(ids)})


DAYS: list[object] = [10.0, 20.0, 30.0]


def test_words_mean_the_event_where_they_are_named() -> None:
    vital = table(vital=["Dead", "alive", " dead"], days=DAYS)
    rule = EndpointRule("os", "vital", "days", event_values=("dead",))
    assert rule.read(vital).event.tolist() == [True, False, True]
    coded = table(vital=[2.0, 1.0, 2.0], days=DAYS)
    assert EndpointRule("os", "vital", "days", event_values=("2",)).read(coded).event.tolist() == [True, False, True]
    with pytest.raises(UsageError, match="--event-value died: vital does not hold it; it holds alive, dead"):
        EndpointRule("os", "vital", "days", event_values=("died",)).read(vital)
    with pytest.raises(UsageError, match=r"patient P1 \(line 3\), vital is missing, allowed: dead"):
        rule.read(table(vital=["dead", None, "dead"], days=DAYS))


def test_events_that_are_no_0_and_1_are_refused_with_what_to_name() -> None:
    with pytest.raises(
        UsageError, match=r"P0 \(line 2\), vital is 'yes', allowed: 0 or 1; of no, yes, name .*--event-value"
    ):
        EndpointRule("os", "vital", "days").read(table(vital=["yes", "no", "yes"], days=DAYS))
    many = table(vital=[f"w{place}" for place in range(9)], days=[float(place) for place in range(9)])
    with pytest.raises(UsageError, match=r"9 different values .*, too many for an event"):
        EndpointRule("os", "vital", "days", event_values=("w1",)).read(many)


def test_dates_give_days_and_their_end_is_an_outcome() -> None:
    rule = EndpointRule("os", "dead", "", start_column="rt", end_column="last")
    dated = table(dead=[1, 0], rt=["2019-01-01", "2019-01-01"], last=["2019-01-11", "1.2.2019"])
    assert rule.read(dated).time_days.tolist() == [10.0, 31.0]
    assert rule.outcome_columns == ("dead", "last")
    with pytest.raises(UsageError, match=r"patient P0 \(line 2\), last 2018-01-11 is before rt 2019-01-01"):
        rule.read(table(dead=[1, 0], rt=["2019-01-01", "2019-01-01"], last=["2018-01-11", "1.2.2019"]))


def test_a_fully_observed_cohort_is_an_endpoint() -> None:
    assert EndpointRule("os", "dead", "days").read(table(dead=[1, 1, 1], days=DAYS)).event.all()


def test_follow_up_that_nobody_has_is_refused() -> None:
    days: list[object] = list(np.array([1_175_000.0, 900.0, 30.0]))
    with pytest.raises(UsageError, match=r"patient P0 \(line 2\) a follow-up of 3,217 years; is --unit days right"):
        EndpointRule("os", "dead", "days").read(table(dead=[1, 0, 1], days=days))
    with pytest.raises(UsageError, match="days is 0 days for every patient; name the column of follow-up"):
        EndpointRule("os", "dead", "days").read(table(dead=[1, 0, 1], days=[0.0, 0.0, 0.0]))
    with pytest.raises(UsageError, match=r"'1,234', allowed: a number >= 0 \(a comma: write 1234 or 1.234\)"):
        EndpointRule("os", "dead", "days").read(table(dead=[1, 0], days=["1,234", "2,345"]))


def test_a_death_on_the_last_day_competes_and_one_within_half_a_year_after_it_is_remembered():
    # Follow-up for recurrence ends on day 100 in all; deaths on days 99, 100, 101, 280, 281; the last lives.
    frame = pd.DataFrame(
        {"again": [0, 0, 0, 0, 0, 0, 1], "days": 100.0, "died": [1, 1, 1, 1, 1, 0, 1],
         "death_days": [99.0, 100.0, 101.0, 280.0, 281.0, 400.0, 100.0]},
        index=[f"P{number}" for number in range(7)],
    )  # fmt: skip
    frame.loc["P6", "days"] = 90.0
    rule = EndpointRule("local", "again", "days", "days", "", "died", "death_days")
    found = rule.read(ClinicalTable(frame, "clinic.csv"))
    assert found.competing.tolist() == [True, True, False, False, False, False, False]
    assert found.competing_later.tolist() == [False, False, True, True, False, False, False]
