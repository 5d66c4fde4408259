"""Words of text headers: patterns of file names, lengths, and sizes of axes."""

import pytest

from radpipe.errors import InputError
from radpipe.imaging.header_words import is_length, pattern_names, shape_zyx


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("s%02d.raw 8 10 1", ["s08.raw", "s09.raw", "s10.raw"]),
        ("s%d.raw 3 1 -1", ["s3.raw", "s2.raw", "s1.raw"]),
        ("s%03d.raw 1 5 2", ["s001.raw", "s003.raw", "s005.raw"]),
        ("a.raw", []),
        ("s%d.raw one 3 1", []),
    ],
)
def test_a_pattern_counts_to_its_last_number(words: str, names: list[str]) -> None:
    assert pattern_names(words.split(), "a.nhdr") == names


@pytest.mark.parametrize("words", ["s%d.raw 1 2000000 1", "s%d%s.raw 1 2 1"])
def test_a_pattern_that_cannot_be_meant_is_refused(words: str) -> None:
    with pytest.raises(InputError, match=r"E_UNREADABLE.*pattern of data files s%d"):
        pattern_names(words.split(), "a.nhdr")


def test_sizes_turn_to_the_order_of_arrays() -> None:
    assert shape_zyx([8, 7, 6, 1], "a.mha") == (6, 7, 8)
    assert shape_zyx([8, 7], "a.mha") == (1, 7, 8)


@pytest.mark.parametrize(
    ("sizes", "words"), [([8, 0, 6], "its axes have 8, 0, 6 voxels"), ([8, 7, 6, 2], "it has 4 dimensions")]
)
def test_an_array_has_voxels_and_three_axes(sizes: list[int], words: str) -> None:
    with pytest.raises(InputError, match=words):
        shape_zyx(sizes, "a.mha")


def test_a_length_is_a_finite_number_other_than_0() -> None:
    assert [word for word in ("1.5", "-2", "0", "nan", "inf", "mm", "") if is_length(word)] == ["1.5", "-2"]
