"""Cells of a file are the same in every encoding and separator, and each row knows the line it begins in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radpipe.errors import UsageError
from radpipe.separated import SEPARATORS, separated

ROWS = ((1, ("id", "name", "dose")), (2, ("001", "Müller", "1,5")), (3, ("002", "", "2")))
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")


def written(separator: str, encoding: str, before: str = "") -> bytes:
    lines = [
        separator.join(f'"{cell}"' if set(cell) & set(SEPARATORS) else cell for cell in cells) for _, cells in ROWS
    ]
    return (before + "\r\n".join(lines) + "\r\n").encode(encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("separator", SEPARATORS)
def test_every_encoding_and_separator_gives_the_same_cells(separator: str, encoding: str) -> None:
    found = separated(written(separator, encoding), "x.csv")
    assert found.rows == ROWS
    assert found.separator == separator


@pytest.mark.parametrize("separator", SEPARATORS)
def test_excels_own_line_tells_the_separator_and_is_no_row(separator: str) -> None:
    found = separated(written(separator, "utf-8", f"sep={separator}\n"), "x.csv")
    assert [line for line, _ in found.rows] == [2, 3, 4]
    assert [cells for _, cells in found.rows] == [cells for _, cells in ROWS]


def test_a_cell_over_several_lines_keeps_the_line_of_the_next_row() -> None:
    found = separated(b'id,note\n1,"two\nlines"\n2,x\n', "x.csv")
    assert found.rows == ((1, ("id", "note")), (2, ("1", "two\nlines")), (4, ("2", "x")))


def test_one_column_is_separated_by_nothing() -> None:
    assert separated(b"id\n1\n", "x.csv").rows == ((1, ("id",)), (2, ("1",)))


@pytest.mark.parametrize(
    ("raw", "match"),
    [(b'id,note\n1,"open\n', "x.csv, line 2: .*quotation mark is open"), (b"id\0\1\2\n" * 3, "cannot be read as text")],
)
def test_what_is_no_table_of_cells_is_refused(raw: bytes, match: str) -> None:
    with pytest.raises(UsageError, match=match):
        separated(raw, "x.csv")


@given(st.binary(max_size=60))
def test_any_bytes_are_cells_or_refused(raw: bytes) -> None:
    try:
        found = separated(raw, "x.csv")
    except UsageError:
        return
    lines = [line for line, _ in found.rows]
    assert lines == sorted(set(lines))
