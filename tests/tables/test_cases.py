"""``cases.csv`` and ``landmarks.csv``: all cases with their facts, and of several plans what the newest says."""

from pathlib import Path

import pandas as pd

from radpipe.cohort import Case, Cohort
from radpipe.errors import Note
from radpipe.tables.cases import write_case_tables
from radpipe.tables.kept_cases import LANDMARK_COLUMNS, keep_cases


def cohort(*cases: tuple[str, dict[str, str]], problem: str = "") -> Cohort:
    notes = (Note("W_CASE", problem),) if problem else ()
    return Cohort("made", "", tuple(Case(name, (), (), notes, f"key-{name}", facts) for name, facts in cases))


def table(out: Path, name: str = "cases.csv") -> pd.DataFrame:
    return pd.read_csv(out / "tables" / name, dtype=str, keep_default_na=False)


def test_each_case_is_a_row_and_each_fact_a_column(tmp_path: Path) -> None:
    keep_cases(tmp_path, "a.jsonl", cohort(("p1", {"sex": "F"}), ("p2", {"age": "61"}), problem="odd"))
    assert write_case_tables(tmp_path, [tmp_path / "a.jsonl"]) == 2
    frame = table(tmp_path)
    assert frame.columns.tolist() == ["case_id", "clinical_key", "images", "rois", "problems", "sex", "age"]
    assert frame.iloc[0].tolist() == ["p1", "key-p1", "", "0", "W_CASE: odd", "F", ""]
    assert frame["age"].tolist() == ["", "61"]
    assert not (tmp_path / "tables" / "landmarks.csv").exists()


def test_a_case_that_two_plans_tell_of_is_as_the_newer_tells_it(tmp_path: Path) -> None:
    keep_cases(tmp_path, "a.jsonl", cohort(("p1", {"sex": "?"}), ("p2", {"sex": "M"})))
    keep_cases(tmp_path, "b.jsonl", cohort(("p1", {"sex": "F"})))
    assert write_case_tables(tmp_path, [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]) == 2
    assert sorted(zip(*(table(tmp_path)[name] for name in ("case_id", "sex")), strict=True)) == [
        ("p1", "F"),
        ("p2", "M"),
    ]


def test_a_fact_of_a_name_that_is_taken_stands_beside_it(tmp_path: Path) -> None:
    keep_cases(tmp_path, "a.jsonl", cohort(("p1", {"rois": "three, they say"})))
    write_case_tables(tmp_path, [tmp_path / "a.jsonl"])
    assert table(tmp_path).loc[0, ["rois", "rois_given"]].tolist() == ["0", "three, they say"]


def test_a_fact_that_is_a_formula_stays_a_word_in_a_spreadsheet(tmp_path: Path) -> None:
    keep_cases(tmp_path, "a.jsonl", cohort(("p1", {"site": "=1+1"})))
    write_case_tables(tmp_path, [tmp_path / "a.jsonl"])
    assert table(tmp_path).loc[0, "site"] == "'=1+1"


def test_landmarks_have_a_table_and_a_dictionary(tmp_path: Path) -> None:
    row = ("p1", "Sacrum", 1.0, -2.5, 3.0, "LPS", "Hip", 4.0, "")
    keep_cases(tmp_path, "a.jsonl", cohort(("p1", {}), ("p2", {})), {"p1": [row]})
    write_case_tables(tmp_path, [tmp_path / "a.jsonl"])
    marks = table(tmp_path, "landmarks.csv")
    assert marks.columns.tolist() == list(LANDMARK_COLUMNS)
    assert marks.loc[0, ["case_id", "landmark", "x_mm", "y_mm"]].tolist() == ["p1", "Sacrum", "1.0", "-2.5"]
    assert table(tmp_path, "landmarks_dictionary.csv")["column"].tolist() == list(LANDMARK_COLUMNS)
