"""An error of the input says where, what, and what to do."""

import pickle

import pytest

from radpipe.errors import InputError


def test_an_input_error_says_case_roi_file_and_what_to_do() -> None:
    error = InputError("E_TRUNCATED", found=10, expected=20).located(path="CT/1-042.dcm", case="HN1004", roi="GTV-1")
    assert str(error) == (
        "E_TRUNCATED  HN1004, GTV-1: the file is cut: 10 bytes where 20 are needed. File: CT/1-042.dcm. "
        "Do: copy the file again from its source."
    )


def test_a_place_that_is_known_is_not_overwritten() -> None:
    error = InputError("E_EMPTY_ROI", case="HN1004").located(case="HN1998", roi="GTV-1")
    assert (error.case, error.roi) == ("HN1004", "GTV-1")


def test_a_missing_fact_is_noticed_where_the_error_is_made() -> None:
    with pytest.raises(KeyError, match="expected"):
        InputError("E_TRUNCATED", found=10)


def test_an_unknown_code_is_noticed_with_a_near_one() -> None:
    with pytest.raises(KeyError, match=r"E_TRUNKATED is not a known code .*E_TRUNCATED"):
        InputError("E_TRUNKATED")


def test_an_error_survives_the_way_from_another_process() -> None:
    error = InputError("E_TRUNCATED", path="a.dcm", roi="GTV", found=10, expected=20)
    came = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (str(came), came.path, came.case, came.roi, came.facts) == (
        str(error),
        "a.dcm",
        None,
        "GTV",
        {"found": 10, "expected": 20},
    )
