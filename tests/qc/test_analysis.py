"""Decisions in an analysis: who is left out and why, what enters unreviewed, and C with and without the exclusions."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radpipe.demo.cohort import draw_patients
from radpipe.errors import UsageError
from radpipe.qc.analysis import QcChoice, Unreviewed, choose_rows, dated, quality_record, unreviewed_of
from radpipe.qc.flags import QC_COLUMNS, read_qc, write_qc
from radpipe.survival.procedure.analysis import AnalysisPlan
from radpipe.survival_pipeline import survival_report

QUICK = AnalysisPlan(repeats=1, folds=2, bootstraps=0, permutations=0, seeds=0, score_permutations=99)
PATIENTS = 60


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An output folder with a feature table and its table of quality control, and a clinical table in HN1's form."""
    folder = tmp_path_factory.mktemp("run")
    drawn = draw_patients(PATIENTS, seed=5, signal="volume+heterogeneity")
    rng = np.random.default_rng(6)
    ids = [one.patient_id for one in drawn]
    keys = pd.DataFrame({"case_id": ids, "image_id": "ct", "modality": "CT", "roi": "GTV-1", "config": "native"})
    features = keys.assign(status="ok", code="", original_shape_MeshVolume=[1000 * one.tumour_ml for one in drawn])
    features["original_firstorder_Entropy"] = [one.heterogeneity for one in drawn] + rng.normal(0, 0.05, PATIENTS)
    organs = features.assign(roi="Parotid_L")
    (folder / "tables").mkdir()
    pd.concat([features, organs]).to_csv(folder / "tables" / "features.csv", index=False)
    qc = pd.concat([keys, keys.assign(roi="Parotid_L")], ignore_index=True)
    qc = qc.assign(
        task_key="k", mask_sha256=[f"{place:064x}" for place in range(len(qc))], verdict="not reviewed", flags=""
    )
    qc.loc[40, "flags"] = "content"
    write_qc(folder, [qc.reindex(columns=list(QC_COLUMNS))])
    clinical = pd.DataFrame([{"id": one.patient_id, **one.clinical} for one in drawn])
    clinical.to_csv(folder / "clinical.csv", index=False)
    return folder, folder / "clinical.csv"


def decide(run: Path, path: Path, *said: tuple[int, str, str], time: str = "2026-01-05T09:00:00Z") -> Path:
    rows = read_qc(run).to_dict("records")
    keys = ("case_id", "image_id", "roi", "config", "task_key", "mask_sha256")
    lines = [
        {name: rows[place][name] for name in keys}
        | {"verdict": verdict, "reason": reason, "reviewer": "Ann", "decided_at": time}
        for place, verdict, reason in said
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


SAID = (
    (0, "exclude", "shifted"), (1, "exclude", "shifted"), (2, "exclude", "cut"), (3, "variation", "artefact"),
    *((place, "per_protocol", "") for place in range(4, 30)), (70, "exclude", "duplicate"),
)  # fmt: skip


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


def test_a_table_without_masks_and_an_unknown_word_are_refused(run: tuple[Path, Path], tmp_path: Path):
    choice = QcChoice(decide(run[0], tmp_path / "d.jsonl", *SAID))
    with pytest.raises(UsageError, match="--qc needs the output folder of radpipe extract"):
        choose_rows(pd.DataFrame({"case_id": ["a"]}), choice, None)
    with pytest.raises(UsageError, match="--qc-unreviewed 'maybe' is unknown; allowed: include, refuse"):
        unreviewed_of("maybe")


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
