"""Whole packs computed again with R (`tests/benchmarks/pack_against_r.R`): one with gaps, one with competing events."""

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radpipe.demo.cohort import draw_patients
from radpipe.survival.procedure.plan import AnalysisPlan
from radpipe.survival_pipeline import survival_report

pytestmark = pytest.mark.slow_ci

PLAN = AnalysisPlan(repeats=2, bootstraps=2, permutations=1, seeds=0, score_permutations=199, imputations=5)


def pack_of(folder: Path, endpoint: str, *, gaps: bool) -> Path:
    """Analyse 100 drawn patients, a third of ages and a seventh of T stages missing where asked."""
    rng = np.random.default_rng(6)
    drawn = draw_patients(100, seed=5, signal="volume+heterogeneity")
    features = pd.DataFrame(
        {
            "case_id": [one.patient_id for one in drawn],
            "roi": "GTV-1",
            "original_shape_MeshVolume": [1000 * one.tumour_ml for one in drawn],
            "original_firstorder_Entropy": [one.heterogeneity for one in drawn],
            "original_glcm_Contrast": rng.normal(size=100),
        }
    )
    clinical = pd.DataFrame([{"id": one.patient_id, **one.clinical} for one in drawn]).astype(object)
    if gaps:
        clinical.loc[rng.random(100) < 0.3, "age_at_diagnosis"] = np.nan
        clinical.loc[rng.random(100) < 0.15, "clin_t"] = np.nan
    clinical.to_csv(folder / "clinical.csv", index=False)
    survival_report(features, folder / "clinical.csv", folder / "out", endpoint=endpoint, plan=PLAN, seed=3)
    return folder / "out"


def run_r(checkout: Path, pack: Path) -> subprocess.CompletedProcess[str]:
    """Compare a pack with R; skip where R or its package survival is not installed."""
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    there = subprocess.run(["Rscript", "-e", "library(survival)"], capture_output=True, check=False)
    if there.returncode:
        pytest.skip("R has no package survival")
    script = checkout / "tests" / "benchmarks" / "pack_against_r.R"
    return subprocess.run(["Rscript", str(script), str(pack)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("endpoint", "gaps", "tables"),
    [
        ("overall_survival", True, ("imputed: coefficient", "imputed: p", "imputed: missing_information")),
        ("recurrence_metastasis", False, ("competing_risks", "cause_specific", "subdistribution: finegray p")),
    ],
)
def test_r_computes_the_numbers_of_a_pack_again(
    checkout: Path, tmp_path: Path, endpoint: str, gaps: bool, tables: tuple[str, ...]
) -> None:
    pack = pack_of(tmp_path, endpoint, gaps=gaps)
    done = run_r(checkout, pack)
    assert done.returncode == 0, done.stdout + done.stderr
    for table in (*tables, "models: c_index", "comparisons: p_low, p_high"):
        assert re.search(rf"^\s*{table} +[1-9]\d* .* TRUE$", done.stdout, re.MULTILINE), (table, done.stdout)
    numbers = re.search(r"^(\d+) numbers", done.stdout, re.MULTILINE)
    assert numbers is not None
    assert int(numbers[1]) > 1000
    told = pd.read_csv(pack / "coefficients.csv")
    told.loc[1, "hr_low"] *= 1 + 1e-5
    told.to_csv(pack / "coefficients.csv", index=False)
    assert "DIFFERENT" in run_r(checkout, pack).stdout
