"""What a report says of decisions, with and without the exclusions."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from radpipe.qc.analysis import QcChoice, choose_rows, dated, quality_record
from radpipe.survival.procedure.analysis import AnalysisPlan
from radpipe.survival_pipeline import survival_report

from .conftest import PATIENTS
from .decided import SAID, decide

QUICK = AnalysisPlan(repeats=1, folds=2, bootstraps=0, permutations=0, seeds=0, score_permutations=99)


def test_excluded_patients_stand_in_the_flow_and_the_report_tells_both_answers(run: tuple[Path, Path], tmp_path: Path):
    out = tmp_path / "out"
    file = decide(run[0], tmp_path / "d.jsonl", *SAID)
    analysis = survival_report(run[0], run[1], out, roi="GTV-1", plan=QUICK, seed=1, qc=QcChoice(file))
    flow = pd.read_csv(out / "flow.csv").fillna("")
    told = {row.reason: row.patients for row in flow.itertuples() if row.step == "excluded"}
    assert told == {"QC: shifted": 2, "QC: cut": 1}
    counts = flow.set_index("step")["patients"]
    assert counts["in the clinical table"] == counts["excluded"].sum() + counts["analysed"] == PATIENTS
    page = (out / "report.html").read_text()
    assert "Quality control of masks" in page
    assert "with everybody measured" in page
    assert "without variations too" in page
    everybody = int(flow["events"][flow["step"] == "in the clinical table"].iloc[0])
    assert f"{PATIENTS}, {everybody}" in page
    assert f"{PATIENTS - 3}, {int(analysis.event.sum())}" in page
    settings = json.loads((out / "settings.json").read_text())["settings"]
    record = json.loads((out / "qc.json").read_text())
    assert settings["quality control"] == f"decision file {record['sha256']}"
    assert [len(record["excluded"]), record["rows_of_the_analysis"]["exclude"]] == [3, 3]
    assert any("30 of 60 rows entered without" in warning for warning in analysis.warnings)


def test_it_is_said_whether_decisions_were_dated_before_the_first_analysis(run: tuple[Path, Path], tmp_path: Path):
    use = choose_rows(run[0], QcChoice(decide(run[0], tmp_path / "d.jsonl", *SAID)), "GTV-1")
    out = tmp_path / "out"
    out.mkdir()
    assert "no earlier analysis of overall survival is known" in dated(use, "overall_survival", out)
    (out / "settings.json").write_text(json.dumps({"endpoint": "overall_survival"}))
    assert ", before the first analysis of overall survival in this folder (20" in dated(use, "overall_survival", out)
    assert "no earlier analysis of distant metastasis is known" in dated(use, "distant", out)
    os.utime(out / "settings.json", (0, 0))
    assert "taken after an analysis of overall survival that lay in this folder (1970-01-01T00:00:00Z)" in dated(
        use, "overall_survival", out
    )
    record = quality_record(use, "overall_survival", out, datetime(2027, 1, 1, tzinfo=UTC))
    assert record["first_analysis"] == {"overall_survival": "1970-01-01T00:00:00+00:00"}
    (out / "qc.json").write_text(json.dumps(record))
    os.utime(out / "settings.json")
    assert "(1970-01-01T00:00:00Z)" in dated(use, "overall_survival", out)
