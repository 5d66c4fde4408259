"""Which rows an analysis leaves out, and what enters unreviewed."""

from pathlib import Path

import pytest

from radpipe.errors import UsageError
from radpipe.qc.analysis import QcChoice, Unreviewed, choose_rows

from .conftest import PATIENTS
from .decided import SAID, decide


def test_rows_close_and_only_the_analysed_rois_count(run: tuple[Path, Path], tmp_path: Path):
    use = choose_rows(run[0], QcChoice(decide(run[0], tmp_path / "d.jsonl", *SAID)), "gtv-1")
    assert use.rows == {"per_protocol": 26, "variation": 1, "exclude": 3, "stale": 0, "not reviewed": 30}
    assert sum(use.rows.values()) == PATIENTS
    assert sorted(use.excluded.values()) == ["QC: cut", "QC: shifted", "QC: shifted"]
    assert list(use.varied.values()) == ["QC: artefact"]
    assert use.warnings == (
        "30 of 60 rows entered without a standing decision of quality control; 1 of them have a flag.",
    )
    everything = choose_rows(run[0] / "tables" / "features.csv", QcChoice(tmp_path / "d.jsonl"), None)
    assert (sum(everything.rows.values()), len(everything.excluded)) == (2 * PATIENTS, 4)


def test_rows_without_a_decision_are_refused_where_that_is_asked(run: tuple[Path, Path], tmp_path: Path):
    choice = QcChoice(decide(run[0], tmp_path / "d.jsonl", *SAID), Unreviewed.REFUSE)
    with pytest.raises(UsageError, match=r"30 of 60 rows have no standing decision \(.*GTV-1, not reviewed"):
        choose_rows(run[0], choice, "GTV-1")
    whole = [(place, "per_protocol", "") for place in range(PATIENTS)]
    assert (
        choose_rows(run[0], QcChoice(decide(run[0], tmp_path / "e.jsonl", *whole), Unreviewed.REFUSE), "GTV-1").warnings
        == ()
    )
