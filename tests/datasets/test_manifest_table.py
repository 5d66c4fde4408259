"""The text of a manifest to rows: what could shift a cell is refused by its line; encodings and separators."""

from pathlib import Path

import pandas as pd
import pytest

from radpipe.datasets import open_cohort
from radpipe.errors import UsageError


def manifest(folder: Path, text: str, name: str = "m.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("case_id,image,mask\n,a.nrrd,b.nrrd\n", "m.csv, line 2: case_id is empty"),
        ("case_id,image,mask\np1,a.nrrd,\n", "m.csv, line 2: mask is empty"),
        ("case_id,image,mask\np1,a.nrrd,b.nrrd\n\np2,a.nrrd\n", "m.csv, line 4: 2 cells where the header has 3"),
        ("case_id,image,mask\np1,a.nrrd,b.nrrd,\n", "m.csv, line 2: 4 cells where the header has 3"),
        ("case_id,image,mask,lable\np1,a.nrrd,b.nrrd,2\n", "column lable is unknown; did you mean label"),
        ("ID,Image,Mask,Lable\np1,a.nrrd,b.nrrd,2\n", "column Lable is unknown; did you mean label"),
        ("case_id,image,mask,\np1,a.nrrd,b.nrrd,7\n", "line 2: 4 cells where the header has 3"),
        ("case_id,image,mask,,roi\np1,a.nrrd,b.nrrd,7,x\n", "column 4 of the header has no name"),
        ("case_id,image,mask,Image\np1,a.nrrd,b.nrrd,c.nrrd\n", "column image is there twice"),
        ("ID;Image;Mask;Label\np1;a.nrrd;b.nrrd;1,0\n", r"label '1,0' is not a whole number from 1 on, it has a decim"),
        ("case_id,image,mask,label\np1,a.nrrd,b.nrrd,0\n", "label '0' is not a whole number from 1 on"),
        (
            "case_id,image,mask\n001,a.nrrd,b.nrrd\n1,a.nrrd,b.nrrd\n",
            r"line 3: case_id 1 and 001 \(line 2\) are one number in two spellings",
        ),
        ('case_id,image,mask\np1,"a.nrrd,b.nrrd\n', "unexpected end of data"),
        ("case_id,image,mask\np1,a.nrrd,./a.nrrd\n", "line 2: image and mask are one file, a.nrrd"),
    ],
)
def test_a_doubtful_manifest_is_refused_by_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        open_cohort(manifest(tmp_path, text), "manifest")


@pytest.mark.parametrize("begin", [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest"])
def test_a_spreadsheet_is_refused_with_the_remedy(tmp_path: Path, begin: bytes) -> None:
    (tmp_path / "m.csv").write_bytes(begin)
    with pytest.raises(UsageError, match="is a spreadsheet; save it as text first"):
        open_cohort(tmp_path / "m.csv", "manifest")


def test_ids_of_parquet_that_became_floating_numbers_are_refused(tmp_path: Path) -> None:
    frame = pd.DataFrame({"case_id": [1.0, 2.0], "image": ["a.nrrd"] * 2, "mask": ["b.nrrd"] * 2})
    frame.to_parquet(tmp_path / "m.parquet")
    with pytest.raises(UsageError, match="column case_id holds numbers with decimals"):
        open_cohort(tmp_path / "m.parquet", "manifest")


@pytest.mark.parametrize(
    ("separator", "encoding", "first"),
    [(";", "utf-8-sig", ""), ("\t", "utf-16", ""), (",", "cp1252", ""), (";", "utf-8", "sep=;\r\n")],
)
def test_separators_and_encodings_of_spreadsheets_are_recognised(
    tmp_path: Path, separator: str, encoding: str, first: str
) -> None:
    rows = [["ID", "Image", "Mask"], ["Müller", "a.nrrd", "b.nrrd"]]
    text = first + "".join(separator.join(row) + "\r\n" for row in rows)
    (tmp_path / "batch.csv").write_bytes(text.encode(encoding))
    (case,) = open_cohort(tmp_path / "batch.csv", "manifest")
    assert (case.case_id, case.rois[0].name) == ("Müller", "b")
