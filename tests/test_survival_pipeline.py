"""The whole way from two tables to a folder: what is refused, what is written, and the same numbers twice."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radpipe.demo.cohort import draw_patients
from radpipe.errors import ParameterError, RadpipeError, UsageError
from radpipe.survival.design.tables import choose_endpoint
from radpipe.survival.procedure.analysis import AnalysisPlan
from radpipe.survival_pipeline import survival_report

QUICK = AnalysisPlan(repeats=1, folds=3, bootstraps=3, permutations=2, seeds=1)
VOLUME = "original_shape_MeshVolume"


def write_tables(folder: Path, patients: int = 60) -> tuple[Path, Path]:
    """Write a feature table and a clinical table in HN1's form; no image is made."""
    drawn = draw_patients(patients, seed=5, signal="volume+heterogeneity")
    rng = np.random.default_rng(6)
    features = pd.DataFrame({"case_id": [one.patient_id for one in drawn], "roi": "GTV-1", "status": "ok", "code": ""})
    features[VOLUME] = [1000 * one.tumour_ml for one in drawn]
    features["original_firstorder_Entropy"] = [one.heterogeneity for one in drawn] + rng.normal(0, 0.05, patients)
    for number in range(4):
        features[f"original_glcm_Noise{number}"] = rng.normal(size=patients)
    folder.mkdir(parents=True, exist_ok=True)
    features.to_csv(folder / "features.csv", index=False)
    clinical = pd.DataFrame([{"id": one.patient_id, **one.clinical} for one in drawn])
    clinical.to_csv(folder / "clinical.csv", index=False)
    return folder / "features.csv", folder / "clinical.csv"


def test_two_tables_become_a_report_and_a_pack(tmp_path: Path) -> None:
    features, clinical = write_tables(tmp_path)
    analysis = survival_report(features, clinical, tmp_path / "out", roi="gtv-1", plan=QUICK, seed=1)
    assert (tmp_path / "out" / "report.html").is_file()
    assert (tmp_path / "out" / "refit.R").is_file()
    assert [model.name for model in analysis.models][:2] == ["volume", "clinical"]
    assert all(len(set(model.terms)) == len(model.terms) for model in analysis.models)
    again = survival_report(features, clinical, tmp_path / "again", roi="GTV-1", plan=QUICK, seed=1)
    assert [model.c_index for model in again.models] == [model.c_index for model in analysis.models]
    for name in ("report.html", "analysis.csv", "models.csv", "coefficients.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"dataset": "hn2"}, "'hn2' is unknown for survival; allowed: hn1, generic"),
        ({"endpoint": "survival"}, "'survival' is unknown; HN1 has overall_survival, recurrence_metastasis"),
        ({"event": "event_overall_survival"}, "needs both --event COLUMN and --time COLUMN"),
        ({"dataset": "generic", "time": "x"}, "needs both --event COLUMN and --time COLUMN"),
        ({"event": "a", "time": "b", "unit": "weeks"}, "'weeks' is unknown; allowed: days, months, years"),
        ({"dataset": "generic", "event": "event_overall_survival", "time": "overall_survival_in_days"},
         "a generic clinical table needs --clinical-model"),
        ({"event": "event_overall_survival", "time": "nothing"}, "column nothing is not in clinical.csv"),
        ({"roi": "GTV-2"}, "no row of ROI 'GTV-2' in the feature table; it has GTV-1"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_nothing_is_written(
    tmp_path: Path, changes: dict[str, str], told: str
) -> None:
    features, clinical = write_tables(tmp_path / "in", 30)
    with pytest.raises(UsageError, match=told.replace("(", r"\(")) as refused:
        survival_report(features, clinical, tmp_path / "out", plan=QUICK, **changes)  # type: ignore[arg-type]
    assert refused.value.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_broken_clinical_model_and_a_clinical_column_that_does_not_exist_are_refused(tmp_path: Path) -> None:
    features, clinical = write_tables(tmp_path / "in", 30)
    faults = {"columns: {clin_t: {kind: odd}}": "kind is 'odd'", "columns: {stage: {kind: numeric}}": "column stage"}
    for text, told in faults.items():
        (tmp_path / "in" / "model.yaml").write_text(text)
        with pytest.raises((UsageError, ParameterError), match=told):
            survival_report(
                features, clinical, tmp_path / "out", clinical_model=tmp_path / "in" / "model.yaml", plan=QUICK
            )
    assert not (tmp_path / "out").exists()


def test_a_missing_table_is_told(tmp_path: Path) -> None:
    features, clinical = write_tables(tmp_path / "in", 30)
    with pytest.raises(RadpipeError, match="does not exist"):
        survival_report(features, tmp_path / "no.csv", tmp_path / "out")
    with pytest.raises(RadpipeError, match="does not exist"):
        survival_report(tmp_path / "no.csv", clinical, tmp_path / "out")


def test_an_endpoint_of_ones_own_takes_its_name_and_columns() -> None:
    rule = choose_endpoint("generic", "relapse", event="e", time="t", unit="months")
    assert (rule.name, rule.event_column, rule.time_column, rule.unit) == ("relapse", "e", "t", "months")
    assert choose_endpoint("hn1", "local").competing_event_column == "event_overall_survival"
