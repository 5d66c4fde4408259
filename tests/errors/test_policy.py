"""A policy says what to do about a problem."""

import pytest

from radpipe.errors import InputError, Note, Policy, UsageError
from radpipe.problems import Action


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
