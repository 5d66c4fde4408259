"""Words as numbers and dates: what has one meaning is taken, what has two is refused."""

import numpy as np
import pandas as pd
import pytest

from radpipe.survival.design.typed import days_between, typed


def column(*words: str) -> "pd.Series[str]":
    return pd.Series(list(words), index=[f"P{place}" for place in range(len(words))], name="when", dtype=object)


def test_numbers_with_points_or_commas_are_numbers_and_words_stay_words() -> None:
    assert typed(column("1.5", "2", "")).tolist()[:2] == [1.5, 2.0]
    assert typed(column("7,25", "12", "N/A")).tolist()[:2] == [7.25, 12.0]
    assert np.isnan(typed(column("7,25", "12", "N/A")).iloc[2])
    assert typed(column("1,234", "2,345")).tolist() == ["1,234", "2,345"]
    assert typed(column("1,5", "2.5")).tolist() == ["1,5", "2.5"]
    assert typed(column("12", "12+")).tolist() == ["12", "12+"]


def test_none_and_a_dash_are_answers_not_gaps() -> None:
    assert typed(column("none", "-", "unknown")).notna().all()
    assert typed(column("x", "", "nan")).isna().tolist() == [False, True, True]


# 2019-03-31 to 2020-03-31 holds one 29 February: 366 days.
@pytest.mark.parametrize(
    ("start", "end", "date_format"),
    [
        ("2019-03-31", "2020-03-31", None),
        ("31.3.2019", "31.03.2020", None),
        ("2019-03-31 00:00:00", "31.03.2020", None),
        ("31/03/2019", "31/03/2020", None),
        ("03/31/2019", "03/31/2020", None),
        ("20190331", "20200331", "%Y%m%d"),
    ],
)
def test_days_between_dates(start: str, end: str, date_format: str | None) -> None:
    faults: list[str] = []
    assert days_between(column(start), column(end), date_format, faults).tolist() == [366.0]
    assert not faults


def test_one_date_shows_the_order_of_the_others_and_without_it_they_are_refused() -> None:
    faults: list[str] = []
    days = days_between(column("03/04/2019", "13/04/2019"), column("04/04/2019", "14/04/2019"), None, faults)
    assert days.tolist() == [1.0, 1.0]
    assert not faults
    assert np.isnan(days_between(column("03/04/2019"), column("04/04/2019"), None, faults)).all()
    days_between(column("13/04/2019"), column("04/14/2019"), None, faults)
    way_out = "tell with --date-format %d/%m/%Y or %m/%d/%Y"
    assert faults == [
        f"patient P0, when 03/04/2019 may be day and month or month and day; {way_out}",
        f"patient P0, when 13/04/2019 may be day and month or month and day, and both orders occur; {way_out}",
    ]


def test_what_is_no_date_and_ends_before_starts_become_faults() -> None:
    faults: list[str] = []
    days_between(column("2019-02-30", "", "2019-05-01"), column("2019-03-01", "2019-03-01", "2019-04-01"), None, faults)
    assert faults[0].startswith("patient P0, when is '2019-02-30', allowed: a date such as")
    assert faults[1].startswith("patient P1, when is missing")
    assert faults[2] == "patient P2, when 2019-04-01 is before when 2019-05-01"
