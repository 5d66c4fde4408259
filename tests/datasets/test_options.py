"""What a user may ask of a data set: labels by value, shares, dictionaries that exist."""

import json
from pathlib import Path

import pytest

from radpipe.datasets import DatasetOptions
from radpipe.errors import UsageError


@pytest.mark.parametrize("word", ["Heart", "x=Heart", "3="])
def test_a_label_that_says_nothing_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match="write VALUE=NAME"):
        DatasetOptions.parse_labels([word])


def test_min_dice_must_be_a_share() -> None:
    with pytest.raises(UsageError, match="from 0 to 1"):
        DatasetOptions(min_dice=90)


def test_several_labels_are_read_with_blanks_around_them() -> None:
    assert DatasetOptions.parse_labels(["1= Lung_L", " 3 =Heart"]) == {1: "Lung_L", 3: "Heart"}


@pytest.mark.parametrize("share", [0.0, 1.0, None])
def test_a_share_from_0_to_1_or_none_is_taken(share: float | None) -> None:
    assert DatasetOptions(min_dice=share).min_dice == share


def test_a_dictionary_that_is_not_there_is_refused_at_birth(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"mine\.csv"):
        DatasetOptions(roi_dictionary=str(tmp_path / "mine.csv"))


def test_what_a_run_records_names_the_dictionary_without_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "secret-place" / "mine.csv"
    path.parent.mkdir()
    path.write_text("found,standard\nParotid-Left,Parotid_L\n")
    told = DatasetOptions(min_dice=0.9, roi_dictionary=str(path), labels={1: "GTV"}).to_json()
    assert (told["min_dice"], told["labels"], told["include_partial"]) == (0.9, {1: "GTV"}, False)
    assert "mine" in told["roi_dictionary"]
    assert "secret-place" not in json.dumps(told)
    assert DatasetOptions().to_json()["roi_dictionary"] is None
