"""Sample sizes of the papers."""

import pytest

from radpipe.errors import UsageError
from radpipe.survival.statistics.sample_size import r2_of_c, sample_size


def test_the_example_of_riley_2019() -> None:
    # Recurrent thrombosis: 30 parameters, R2 0.051, 0.065 a year, 2.07 years: 5,143 patients, 23.07 events a parameter.
    found = sample_size(30, 0.051, events_per_year=0.065, follow_up_years=2.07, horizon_years=2)
    assert found.patients == 5143
    assert found.events_per_parameter == pytest.approx(23.07, abs=0.005)


def test_the_first_criterion_by_hand() -> None:
    # 5 / (-0.1 * log(1 - 0.32 / 0.9)) = 113.8.
    assert sample_size(5, 0.32, events_per_year=0.1, follow_up_years=5, horizon_years=2).shrinkage == 114


def test_the_explained_variation_of_a_c_by_hand() -> None:
    # C 0.7: D 1.182, R2 of D 0.2501, of information 0.3543; half of the patients have the event: 1 - 0.6457 ^ 0.5.
    assert r2_of_c(0.7, 0.5) == pytest.approx(0.1964, abs=5e-4)
    assert r2_of_c(0.5, 0.5) == 0


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"parameters": 0}, "must be above 0"),
        ({"r2": 0.0}, "between 0 and 0.9"),
        ({"r2": 0.5, "events_per_year": 0.01}, "above what so few events allow"),
    ],
)
def test_impossible_numbers_are_refused(changes: dict[str, float], told: str) -> None:
    given = {
        "parameters": 10,
        "r2": 0.2,
        "events_per_year": 0.1,
        "follow_up_years": 3.0,
        "horizon_years": 2.0,
    } | changes
    with pytest.raises(UsageError, match=told):
        sample_size(int(given.pop("parameters")), given.pop("r2"), **given)
