"""FeatureVector and Outcome: complete and consistent at birth."""

import pickle

import numpy as np
import pytest

from radpipe.outcome import FeatureVector, Outcome, Status

KEY = ("HN1004", "ct", "CT", "GTV-1", "ct_native")


def test_vectors_with_equal_names_share_their_set() -> None:
    one = FeatureVector(("a", "b"), np.array([1.0, 2.0]))
    two = FeatureVector(("a", "b"), np.array([3.0, np.nan]))
    assert one.set_id == two.set_id
    assert one.set_id != FeatureVector(("b", "a"), np.array([1.0, 2.0])).set_id


def test_names_and_values_of_other_number_are_refused() -> None:
    with pytest.raises(ValueError, match="2 names"):
        FeatureVector(("a", "b"), np.array([1.0]))


@pytest.mark.parametrize(
    ("status", "code", "vector"),
    [
        (Status.OK, "", None),
        (Status.OK, "E_EMPTY_ROI", FeatureVector((), np.empty(0))),
        (Status.FAILED, "", None),
        (Status.SKIPPED, "E_ROI_MISSING", FeatureVector((), np.empty(0))),
    ],
)
def test_a_contradictory_outcome_is_refused(status: Status, code: str, vector: FeatureVector | None) -> None:
    with pytest.raises(ValueError, match="HN1004, GTV-1"):
        Outcome(*KEY, status, code, vector=vector)


def test_an_outcome_pickles() -> None:
    outcome = Outcome(*KEY, Status.OK, vector=FeatureVector(("a",), np.array([1.0]), {"voxels": 3}))
    copy = pickle.loads(pickle.dumps(outcome))  # noqa: S301
    assert copy.key == ("HN1004", "ct", "GTV-1", "ct_native")
    assert copy.vector.as_dict() == {"a": 1.0}
