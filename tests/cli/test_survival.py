"""``radpipe survival``: bad input is one sentence and exit code 2, nothing is written; the result reads well."""

import io
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console
from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.cli.survival import show
from radpipe.demo.cohort import draw_patients
from radpipe.errors import RadpipeError
from radpipe.survival.procedure.analysis import AnalysisPlan
from radpipe.survival_pipeline import survival_report


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    drawn = draw_patients(40, seed=3, signal="volume")
    features = pd.DataFrame({"case_id": [one.patient_id for one in drawn], "roi": "GTV-1", "status": "ok"})
    features["original_shape_MeshVolume"] = [1000 * one.tumour_ml for one in drawn]
    features["original_firstorder_Entropy"] = [one.heterogeneity for one in drawn]
    features.to_csv(tmp_path / "features.csv", index=False)
    pd.DataFrame([{"id": one.patient_id, **one.clinical} for one in drawn]).to_csv(
        tmp_path / "clinical.csv", index=False
    )
    return tmp_path


def refused(tables: Path, *words: str) -> str:
    """Run the command, which must be refused; return the message."""
    given = ["survival", str(tables / "features.csv"), "--clinical", str(tables / "clinical.csv"), "-o"]
    result = CliRunner().invoke(app, [*given, str(tables / "out"), *words])
    assert isinstance(result.exception, RadpipeError), result.output
    assert result.exception.exit_code == 2
    assert not (tables / "out").exists()
    return str(result.exception)


def change(tables: Path, name: str, column: str, row: int, value: object) -> None:
    frame = pd.read_csv(tables / name, dtype=object, keep_default_na=False)
    frame.loc[row, column] = value
    frame.to_csv(tables / name, index=False)


@pytest.mark.parametrize(
    ("name", "column", "value", "told"),
    [
        ("clinical.csv", "id", "HN1002", "patient HN1002 occurs more than once"),
        ("clinical.csv", "overall_survival_in_days", "-5", "patient HN1001, overall_survival_in_days is '-5'"),
        ("clinical.csv", "event_overall_survival", "2", "patient HN1001, event_overall_survival is '2'"),
        ("features.csv", "case_id", "HN1002", "patient HN1002 has more than one row of ROI GTV-1"),
        ("features.csv", "original_firstorder_Entropy", "many", "features must be numbers"),
    ],
)
def test_bad_values_are_named_by_patient_and_column(
    tables: Path, name: str, column: str, value: str, told: str
) -> None:
    change(tables, name, column, 0, value)
    assert told in refused(tables)


def test_a_cohort_without_events_is_refused(tables: Path) -> None:
    frame = pd.read_csv(tables / "clinical.csv", dtype=object, keep_default_na=False)
    frame.assign(event_overall_survival="0").to_csv(tables / "clinical.csv", index=False)
    assert "no patient has the event" in refused(tables)


def test_options_that_do_not_fit_are_refused(tables: Path) -> None:
    assert "'relapse' is unknown" in refused(tables, "--endpoint", "relapse")
    assert "it has GTV-1" in refused(tables, "--roi", "GTV-2")
    assert "no column Size for tumour volume" in refused(tables, "--volume-column", "Size")


def test_the_result_fits_a_terminal_of_80_columns(tables: Path) -> None:
    out = tables / "out"
    plan = AnalysisPlan(1, 3, bootstraps=1, permutations=0, seeds=0)
    analysis = survival_report(tables / "features.csv", tables / "clinical.csv", out, plan=plan)
    paper = io.StringIO()
    show(analysis, out, Console(file=paper, width=80, highlight=False))
    lines = paper.getvalue().splitlines()
    assert all(len(line) <= 80 for line in lines)
    for model in analysis.models:
        assert any(line.strip().startswith(model.name) and f"{model.c_index:.3f}" in line for line in lines), model.name
    assert "report: " in paper.getvalue()


def test_an_endpoint_with_too_few_events_is_described(tables: Path) -> None:
    clinical = pd.read_csv(tables / "clinical.csv")
    clinical["event_distant_metastases"] = (clinical.index < 4).astype(int)
    clinical.to_csv(tables / "clinical.csv", index=False)
    given = ["survival", str(tables / "features.csv"), "--clinical", str(tables / "clinical.csv"), "-e", "distant"]
    result = CliRunner().invoke(app, [*given, "-o", str(tables / "out")])
    assert result.exit_code == 0, result.output
    assert "4 events among 40 patients are too few" in " ".join(result.output.split())
    page = (tables / "out" / "report.html").read_text(encoding="utf-8")
    assert "4 events among 40 patients are too few for any model" in page
    assert "Cumulative incidence" in page
    assert "C-index" not in page
    written = {path.name for path in (tables / "out").iterdir()}
    assert {"analysis.csv", "flow.csv", "codebook.csv", "competing_horizons.csv", "observed_risk.csv"} <= written
    assert "models.csv" not in written
    assert "refit.R" not in written
