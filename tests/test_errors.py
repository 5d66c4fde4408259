"""Errors and policies: they say where, what, and what to do, and they survive pickling."""

import pickle

import pytest

from radpipe.errors import InputError, Note, ParameterError, Policy, UsageError
from radpipe.problems import Action


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


def test_a_parameter_error_lists_all_faults_and_pickles() -> None:
    error = ParameterError("ct.yaml", ["setting.binWith is unknown", "imageType.Foo is unknown"])
    assert str(error).count("E_PARAMETER  ct.yaml: ") == 2
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301


def test_the_default_policy_raises_errors_and_notes_warnings() -> None:
    with pytest.raises(InputError, match="E_NO_RESCALE"):
        Policy().meet("E_NO_RESCALE")
    assert Policy().meet("W_MASK_VALUE", label=255, asked=1) == Note.of("W_MASK_VALUE", label=255, asked=1)


def test_a_policy_turns_an_error_into_a_note() -> None:
    policy = Policy.parse(["E_NO_RESCALE=warn", "W_MASK_VALUE=error"])
    assert policy.action("E_NO_RESCALE") is Action.WARN
    assert policy.meet("E_NO_RESCALE").code == "E_NO_RESCALE"
    with pytest.raises(InputError, match="W_MASK_VALUE"):
        policy.meet("W_MASK_VALUE", label=255, asked=1)


@pytest.mark.parametrize(
    ("word", "complaint"),
    [
        ("E_FOO=warn", "--policy E_FOO=warn: E_FOO is not a known code"),
        ("E_TRUNCATED=warn", "--policy E_TRUNCATED=warn: E_TRUNCATED allows error"),
        ("E_NO_RESCALE", "--policy E_NO_RESCALE: E_NO_RESCALE allows error, warn"),
    ],
)
def test_an_impossible_policy_is_refused(word: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        Policy.parse([word])
