"""The page of a locked model on other patients: the answer in sentences, and a file for every number."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from radpipe.clinical import Endpoint
from radpipe.report.validation_page import answer, write_validation
from radpipe.survival.design.measuring import Measuring
from radpipe.survival.design.patients import Patients
from radpipe.survival.signatures.external import External, judge
from radpipe.survival.signatures.locked import Baseline, LockedModel, LockedTerm, Origin
from radpipe.survival.statistics.interval import Interval


@pytest.fixture(scope="module")
def found() -> External:
    """Eighty patients and a model of one feature with an exponential baseline."""
    random = np.random.default_rng(1)
    f = random.normal(size=80)
    death, censored = random.exponential(1500, 80) * np.exp(-f), random.uniform(800, 2600, 80)
    ids = tuple(f"p{number}" for number in range(80))
    endpoint = Endpoint("overall_survival", ids, death <= censored, np.minimum(death, censored))
    features = pd.DataFrame({"f": f, "original_shape_MeshVolume": np.exp(f)}, index=list(ids))
    flow = pd.DataFrame(columns=["step", "reason", "patients", "events"])
    patients = Patients(ids, features[[]], features, endpoint, "GTV-1", flow, (), {"config": "ct", "modality": "CT"})
    days = np.arange(1.0, 2501.0)
    model = LockedModel(
        "<radiomics>", "one feature", (LockedTerm("f", "f", False, 1.0),), Measuring("ct", "CT"),
        Origin("100 patients of HN1", "overall_survival", patients=100, c_index=0.71, slope=0.9, index_mean=0.0,
               index_sd=1.0, last_day=2600.0), baseline=Baseline(days, days / 1500), thresholds=(0.0,),
        notes=("made for this test",),
    )  # fmt: skip
    return judge(model, patients, Measuring("ct", "CT"))


def test_the_answer_tells_order_size_and_spread(found):
    order, two, five, spread = answer(found)
    assert f"C-index of {found.c_index}" in order
    assert "where it was made 0.710" in order
    assert f"tumour volume alone {found.volume_c}" in order
    at = found.horizons[0]
    assert f"to {100 * at.observed.value:.0f} % of the patients" in two
    assert f"{100 * at.expected:.0f} % were predicted" in two
    assert "Within 5 years" in five
    assert f"slope of {found.slope:.2f}" in spread


@pytest.mark.parametrize(
    ("slope", "words"),
    [((0.5, 0.3, 0.8), "too far apart, the high"), ((1.5, 1.1, 1.9), "not far enough"), ((1.0, 0.7, 1.3), "not shown")],
)
def test_the_spread_of_risks_in_words(found, slope, words):
    assert words in answer(replace(found, slope=Interval(*slope)))[-1]


def test_the_page_is_one_file_and_its_numbers_stand_beside_it(found, tmp_path):
    page = write_validation(found, "overall_survival", tmp_path / "out").read_text(encoding="utf-8")
    assert "&lt;radiomics&gt;" in page
    assert "<radiomics>" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    for words in ("100 patients of HN1", "made for this test", "Observed / predicted", "Risk groups", "Case mix"):
        assert words in page
    patients = pd.read_csv(tmp_path / "out" / "patients.csv")
    assert patients["index"].tolist() == pytest.approx(found.index.tolist())
    assert {"risk_group", "probability_2y", "probability_5y"} <= set(patients.columns)
    horizons = pd.read_csv(tmp_path / "out" / "horizons.csv")
    assert horizons["ratio"].tolist() == pytest.approx((horizons["observed"] / horizons["expected"]).tolist())
    assert sorted(path.name for path in (tmp_path / "out" / "figures").iterdir()) == [
        f"{name}.{kind}" for name in ("calibration", "decision_curve", "kaplan_meier") for kind in ("png", "svg")
    ]


def test_a_model_without_baseline_and_groups_says_so(found, tmp_path):
    bare = replace(found, horizons=(), group=None, case_mix=found.case_mix.iloc[:0])
    page = write_validation(bare, "overall_survival", tmp_path / "out").read_text(encoding="utf-8")
    assert "no absolute risks" in page
    assert "no risk groups of its own" in page
    assert "was not published with it" in page
