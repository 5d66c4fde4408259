"""Tables as files: separators, encodings, workbooks; what is damaged is refused with its line."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from radpipe.errors import NothingUsableError, UsageError
from radpipe.survival.design.text_table import read_text_table

TEXT = "id,site,days\n0001,Kehlkopf,12\n0002,Zungengrund früh,7\n"


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (TEXT.encode(), None),
        (TEXT.replace(",", ";").encode(), "semicolons"),
        (("sep=;\n" + TEXT.replace(",", ";")).encode(), "semicolons"),
        (TEXT.replace(",", "\t").encode(), "tabs"),
        (TEXT.encode("utf-8-sig"), None),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.replace("\n", "\r\n").encode(), None),
        (TEXT.replace("\n", "\r").encode(), None),
        (TEXT.replace("\n", ",,\n").encode(), None),
    ],
)
def test_a_text_table_is_read_whatever_saved_it(tmp_path: Path, content: bytes, note: str | None) -> None:
    path = tmp_path / "c.csv"
    path.write_bytes(content)
    found = read_text_table(path)
    assert found.frame.to_dict("list") == {
        "id": ["0001", "0002"], "site": ["Kehlkopf", "Zungengrund früh"], "days": ["12", "7"],
    }  # fmt: skip
    assert (note is None and not found.notes) or any(note in told for told in found.notes if note)


def test_lines_are_those_of_the_file_though_some_are_empty(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text('id,note\n\nA,"two\nlines"\nB,x\n,\n')
    found = read_text_table(path)
    assert found.lines == (3, 5)
    assert found.frame["note"].tolist() == ["two\nlines", "x"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "c.csv is empty; it needs a line of column names"),
        ("id,days\n", "no patient"),
        (
            "Registry of 2019,,\nid,site,days\nA,x,1\n",
            r"line 1: one cell only \('Registry of 2019'\).*remove what stands",
        ),
        ("id,days\nA,1,oral\n", r"line 2: a cell in column 3, which has no name in line 1"),
        ("id,days,days\nA,1,2\n", "line 1: column days is there twice; rename or remove one"),
        ("id,site,days\nA,x,1\nB\n", "line 3: 1 cells where there are 3 columns"),
        ('id,days\nA,"1\nB,2\n', "line 2: unexpected end of data; a quotation mark is open"),
        ("id,days\nA,#DIV/0!\n", "line 2: #DIV/0!, a formula that could not be computed"),
        ("id\0\0,days\nA,1\n", "cannot be read as text; save it as CSV UTF-8"),
    ],
)
def test_what_is_damaged_is_refused_with_line_and_remedy(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "c.csv"
    path.write_text(text)
    with pytest.raises(UsageError, match=told):
        read_text_table(path)


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_workbook_is_read_and_its_text_stays_text(tmp_path: Path) -> None:
    rows: list[list[object]] = [["id", "age", "start", "dead"], ["0001", 61, pd.Timestamp("2019-03-31"), True],
                                ["2", 58.5, pd.Timestamp("2020-01-01"), False], [None, None, None, None]]  # fmt: skip
    found = read_text_table(workbook(tmp_path / "c.xlsx", Patients=rows, Empty=[]))
    assert found.frame.to_numpy().tolist() == [["0001", "61", "2019-03-31", "1"], ["2", "58.5", "2020-01-01", "0"]]
    two = workbook(tmp_path / "d.xlsx", Patients=rows, Legend=[["word", "meaning"], ["a", "b"]])
    with pytest.raises(UsageError, match=r"2 filled sheets \(Patients, Legend\); name one with --sheet"):
        read_text_table(two)
    assert list(read_text_table(two, sheet="Legend").frame.columns) == ["word", "meaning"]
    with pytest.raises(UsageError, match="no filled sheet 'Data'; it has Patients, Legend"):
        read_text_table(two, sheet="Data")


def test_workbooks_that_cannot_be_read_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 half a workbook")
    with pytest.raises(UsageError, match="cannot be read as an Excel workbook; open it and save it again"):
        read_text_table(tmp_path / "broken.xlsx")
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0 old")
    with pytest.raises(UsageError, match=r"save it as \.xlsx or as CSV UTF-8"):
        read_text_table(tmp_path / "old.xls")
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(UsageError, match=r"needs openpyxl: pip install 'radpipe\[excel\]'; or save it as text"):
        read_text_table(tmp_path / "broken.xlsx")


def test_parquet_is_read_as_text_with_its_index(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": ["01", "02"], "t": [1.0, None], "when": pd.to_datetime(["2019-03-31", None])})
    frame.to_parquet(tmp_path / "a.parquet")
    assert read_text_table(tmp_path / "a.parquet").frame.to_numpy().tolist() == [
        ["01", "1", "2019-03-31"],
        ["02", "", ""],
    ]
    frame.set_index("id").to_parquet(tmp_path / "b.parquet")
    assert list(read_text_table(tmp_path / "b.parquet").frame.columns) == ["id", "t", "when"]
    (tmp_path / "c.parquet").write_bytes(b"no parquet")
    with pytest.raises(UsageError, match="cannot be read as Parquet"):
        read_text_table(tmp_path / "c.parquet")
    with pytest.raises(NothingUsableError, match="does not exist"):
        read_text_table(tmp_path / "d.parquet")
