"""The images that settings are for."""

import pytest

from radpipe.features.params import Purpose


@pytest.mark.parametrize(
    ("meant", "modality", "suits"),
    [
        ((), "CT", True),
        (("CT",), "ct", True),
        (("CT",), "PT", False),
        (("CT", "PT"), "PT", True),
        (("CT",), "OT", True),
    ],
)
def test_settings_suit_the_modalities_that_they_are_for(meant: tuple[str, ...], modality: str, suits: bool) -> None:
    assert Purpose(meant).suits(modality) is suits


def test_a_purpose_is_said_in_words() -> None:
    assert [str(one) for one in (Purpose(("CT", "MR"), "HU"), Purpose((), "SUVbw"), Purpose())] == [
        "CT, MR in HU", "SUVbw", "any image",
    ]  # fmt: skip
