"""Ids: the column that holds them, and ids that differ in writing only."""

import pytest

from radpipe.errors import UsageError
from radpipe.survival.design.patient_ids import find_id_column, loose, near_matches, rewritten


@pytest.mark.parametrize("name", ["patient_id", "Patient ID", "Case_ID", "MRN", "PatientID", "PAT-NR", "Subject"])
def test_usual_names_of_an_id_column_are_found_in_any_writing(name: str) -> None:
    assert find_id_column(["age", name, "days"], "c.csv") == name


def test_several_none_and_misspelt_id_columns_are_refused() -> None:
    with pytest.raises(UsageError, match="MRN, Patient may all be patient ids; name the column with --id"):
        find_id_column(["MRN", "Patient", "age"], "c.csv")
    with pytest.raises(UsageError, match=r"no patient id column .*name yours with --id. It has Fall, age"):
        find_id_column(["Fall", "age"], "c.csv")
    with pytest.raises(UsageError, match="no patient id column Fal; did you mean Fall"):
        find_id_column(["Fall", "age"], "c.csv", "Fal")
    assert find_id_column(["Fall ", "age"], "c.csv", "fall") == "Fall "


def test_loose_ids_forget_writing_and_nothing_else() -> None:
    assert loose("HN1001") == loose("hn1-001") == loose(" HN1_001 ")
    assert loose("4.0") == loose("0004") == loose("4")
    assert loose("40") != loose("4")
    assert loose("P1") != loose("P10")
    assert loose("Müller-01") == loose("müller1")


def test_near_matches_are_pairs_that_are_alone_with_their_writing() -> None:
    assert near_matches(["HN1001", "HN1002", "x"], ["hn1001", "HN1-002", "hn1_002"]) == {"HN1001": "hn1001"}


def test_ids_that_become_one_are_refused() -> None:
    assert rewritten(["4", "p-7"], ["4.0", "P7", "9"]) == {"4": "4.0", "p-7": "P7"}
    with pytest.raises(UsageError, match="P1 and p1 of the clinical table would be one patient"):
        rewritten(["P1"], ["P1", "p1"])
