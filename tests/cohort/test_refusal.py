"""A refusal has a code of the registry."""

import pytest

from radpipe.cohort import Refusal

from .made import REFUSAL


def test_a_refusal_has_a_code_of_the_registry_and_all_its_facts() -> None:
    assert REFUSAL.error(case="7", roi="Heart").message.startswith(
        "7, Heart: estimated Dice 0.625 is below --min-dice 0.900."
    )
    with pytest.raises(KeyError, match="E_SLEEPY"):
        Refusal("E_SLEEPY")
    with pytest.raises(KeyError, match="wanted"):
        Refusal("E_LOW_DICE", {"dice": 0.625})
