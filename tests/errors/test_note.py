"""A note has the registry's sentence."""

import pytest

from radpipe.errors import Note


def test_a_note_stands_in_the_column_as_code_and_sentence() -> None:
    assert str(Note.of("W_SMALL_ROI", voxels=12, extent="36 mm3")) == (
        "W_SMALL_ROI: the ROI is small: 12 voxels, 36 mm3"
    )


def test_a_note_without_a_fact_of_its_sentence_is_refused() -> None:
    with pytest.raises(KeyError, match="extent"):
        Note.of("W_SMALL_ROI", voxels=12)
