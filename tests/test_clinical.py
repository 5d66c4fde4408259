"""ClinicalTable and Endpoint: outcomes are checked once, at the door."""

import numpy as np
import pandas as pd
import pytest

from radpipe.clinical import ClinicalTable, Endpoint
from radpipe.errors import UsageError


def test_a_patient_twice_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match=r"clinical\.csv: patient HN1004 occurs more than once"):
        ClinicalTable(pd.DataFrame({"age": [1, 2]}, index=["HN1004", "HN1004"]), "clinical.csv")


def test_a_row_without_id_is_refused() -> None:
    with pytest.raises(UsageError, match="1 rows have no patient id"):
        ClinicalTable(pd.DataFrame({"age": [1, 2]}, index=["HN1004", None]), "clinical.csv")


@pytest.mark.parametrize("time", [-1.0, np.nan, np.inf])
def test_an_impossible_time_is_refused_with_its_patient(time: float) -> None:
    with pytest.raises(UsageError, match=r"overall_survival: time must be a number of days >= 0; not so for b"):
        Endpoint("overall_survival", ("a", "b"), np.array([True, False]), np.array([1.0, time]))


def test_an_endpoint_without_events_is_refused_and_one_without_censoring_is_not() -> None:
    with pytest.raises(UsageError, match="no patient has the event"):
        Endpoint("local", ("a", "b"), np.array([False, False]), np.array([1.0, 2.0]))
    assert len(Endpoint("local", ("a", "b"), np.array([True, True]), np.array([1.0, 2.0]))) == 2


def test_shapes_must_agree() -> None:
    with pytest.raises(UsageError, match=r"2 patients, event of shape \(3,\)"):
        Endpoint("local", ("a", "b"), np.array([True, False, True]), np.array([1.0, 2.0]))
