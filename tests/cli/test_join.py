"""``radpipe join``: the table that is written, and what is told of it."""

from pathlib import Path

import pandas as pd
import pytest

FIRST = {"image_id": "1", "roi": "GTV-1", "code": "", "message": "", "warnings": ""}
TWO_MODALITIES = pd.DataFrame(
    [
        {"case_id": "a", **FIRST, "modality": "CT", "config": "ct", "status": "ok", "original_firstorder_Mean": 30.0},
        {"case_id": "a", **FIRST, "modality": "PT", "config": "pet", "status": "ok", "original_firstorder_Mean": 7.0},
        {"case_id": "b", **FIRST, "modality": "CT", "config": "ct", "status": "ok", "original_firstorder_Mean": 40.0},
    ]
)


@pytest.fixture
def run_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two patients, of whom the second has no PET."""
    monkeypatch.setattr("radpipe.pipeline.read_features", lambda _out: TWO_MODALITIES)


def test_the_table_of_a_run_is_joined_and_counted(radpipe, run_of_two, tmp_path: Path) -> None:
    done = radpipe("join", "out", "--to", tmp_path / "joined.csv")
    assert done.code == 0, done.err
    assert "2 patients, 1 with every part; 2 features" in done.out
    assert pd.read_csv(tmp_path / "joined.csv")["case_id"].tolist() == ["a", "b"]


def test_modalities_are_chosen_in_any_case(radpipe, run_of_two, tmp_path: Path) -> None:
    done = radpipe("join", "out", "--modality", "ct", "--to", tmp_path / "joined.csv")
    assert "2 patients, 2 with every part; 1 features" in done.out
    assert pd.read_csv(tmp_path / "joined.csv").columns[-1] == "CT.GTV-1.original_firstorder_Mean"


def test_a_roi_that_nobody_has_is_refused_and_nothing_written(radpipe, run_of_two, tmp_path: Path) -> None:
    done = radpipe("join", "out", "--roi", "GTV-9", "--to", tmp_path / "joined.csv")
    assert (done.code, "no measured row" in done.err) == (3, True)
    assert not (tmp_path / "joined.csv").exists()
