"""Variants are told apart by name, and come back from the plan as they were."""

import pytest

from radpipe.errors import UsageError
from radpipe.features.params import Params
from radpipe.features.variant import CONTROLS, Control, variant_from_json


@pytest.mark.parametrize("name", CONTROLS)
def test_a_variant_is_read_as_it_was_written(name: str) -> None:
    assert variant_from_json(Control(name, 3).to_json()) == Control(name, 3)


def test_a_variant_changes_fingerprint_and_name_of_the_settings() -> None:
    plain = Params("plain", (), {})
    variants = [plain.with_variant(control) for control in (Control("shuffled_roi"), Control("shuffled_roi", 1))]
    assert [params.name for params in variants] == ["plain~shuffled_roi"] * 2
    assert len({params.fingerprint for params in (plain, *variants)}) == 3


def test_a_seed_below_zero_is_refused() -> None:
    with pytest.raises(UsageError, match="seed -1: a whole number from 0"):
        Control("shuffled_roi", -1)
