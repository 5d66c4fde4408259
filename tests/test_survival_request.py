"""What is asked of survival is valid once it is made, or refused before any table is read."""

from pathlib import Path

import pytest

from radpipe.errors import UsageError
from radpipe.qc.analysis import QcChoice
from radpipe.survival_pipeline import survival_report
from radpipe.survival_request import SurvivalRequest, TablesRequest, survival_request_of


def test_a_request_knows_its_endpoint_and_models():
    request = SurvivalRequest("features.csv", "clinical.csv", "out", endpoint="local", roi="GTV-1")
    assert request.rule.name == "local"
    assert "age_at_diagnosis" in request.declared.names
    assert request.folder == Path("out")
    assert request.planned.folds == 5


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"endpoint": "survival"}, "'survival' is unknown; HN1 has overall_survival"),
        ({"modality": "CT", "qc": QcChoice(Path("qc.jsonl"))}, "decisions are of a whole run"),
        ({"dataset": "generic", "event": "e", "time": "t"}, "a generic clinical table needs --clinical-model"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_read(changes: dict[str, object], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        SurvivalRequest("none.csv", "none.csv", "out", **changes)


def test_a_locked_model_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "model.yaml").write_text("kept")
    with pytest.raises(UsageError, match=r"model\.yaml exists; a locked model is not overwritten"):
        SurvivalRequest("none.csv", "none.csv", "out", save_model=tmp_path / "model.yaml")


def test_the_tables_of_a_validation_are_refused_alike():
    with pytest.raises(UsageError, match="'weeks' is unknown"):
        TablesRequest("f.csv", "c.csv", "out", event="e", time="t", unit="weeks")


def test_a_whole_request_stands_alone():
    request = SurvivalRequest("f.csv", "c.csv", "out")
    assert survival_request_of(request, None, None, {}) is request
    with pytest.raises(UsageError, match="seed: a SurvivalRequest says it already"):
        survival_report(request, seed=3)
    with pytest.raises(UsageError, match="clinical=FILE, out=FOLDER"):
        survival_report("f.csv")
