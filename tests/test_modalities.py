"""Words for modalities, in any case."""

import pytest

from radpipe.modalities import modality_of


@pytest.mark.parametrize(
    ("word", "modality"), [("ct", "CT"), ("PET", "PT"), ("pt", "PT"), ("Mri", "MR"), (" MR ", "MR"), ("NM", "NM")]
)
def test_spoken_words_are_dicoms(word: str, modality: str) -> None:
    assert modality_of(word) == modality
