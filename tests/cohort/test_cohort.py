"""A cohort: unique ids, references only."""

import pickle

import pytest

from radpipe.cohort import Case, Cohort

from .made import CASE, COHORT, IMAGE, ROI


def test_a_cohort_is_itself_after_pickle() -> None:
    assert pickle.loads(pickle.dumps(COHORT)) == COHORT  # noqa: S301


def test_twins_are_refused() -> None:
    with pytest.raises(ValueError, match="case id 'HN1004' occurs twice"):
        Cohort("hn1", "/data", (CASE, CASE))
    with pytest.raises(ValueError, match=r"case HN1004: roi id 'r1' occurs twice"):
        Case("HN1004", (IMAGE,), (ROI, ROI))
    with pytest.raises(ValueError, match=r"case HN1004: image id '1\.2\.840' occurs twice"):
        Case("HN1004", (IMAGE, IMAGE), ())
