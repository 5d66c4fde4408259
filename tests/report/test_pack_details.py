"""Every number of the page can be computed again from the pack, by other programs or by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter, KaplanMeierFitter

from radpipe.demo.cohort import draw_patients
from radpipe.survival.procedure.plan import AnalysisPlan
from radpipe.survival_pipeline import survival_report

YEAR = 365.25


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pack")
    drawn = draw_patients(60, seed=5, signal="volume+heterogeneity")
    features = pd.DataFrame({"case_id": [one.patient_id for one in drawn], "roi": "GTV-1"})
    features["original_shape_MeshVolume"] = [1000 * one.tumour_ml for one in drawn]
    features["original_firstorder_Entropy"] = [one.heterogeneity for one in drawn]
    clinical = pd.DataFrame([{"id": one.patient_id, **one.clinical} for one in drawn])
    clinical.to_csv(folder / "clinical.csv", index=False)
    plan = AnalysisPlan(repeats=2, folds=3, bootstraps=1, permutations=2, seeds=1)
    survival_report(features, folder / "clinical.csv", folder / "out", plan=plan, seed=1)
    return folder / "out"


def outcome(pack: Path) -> pd.DataFrame:
    return pd.read_csv(pack / "analysis.csv").set_index("patient_id")


def concordance(rows: pd.DataFrame) -> float:
    """Harrell's C counted pair by pair: pairs of one fold, whose earlier time is an event's."""
    right = pairs = 0.0
    table = rows[["fold", "outcome_time_days", "outcome_event", "risk"]].to_numpy()
    for fold, time, event, risk in table:
        for other, later, seen, lower in table:
            if event and fold == other and (time < later or (time == later and not seen)):
                pairs += 1
                right += (risk > lower) + 0.5 * (risk == lower)
    return right / pairs


def test_c_is_that_of_pairs_within_held_out_folds(pack: Path) -> None:
    rows = pd.read_csv(pack / "out_of_fold.csv").join(
        outcome(pack)[["outcome_time_days", "outcome_event"]], "patient_id"
    )
    told = pd.read_csv(pack / "models.csv").set_index("model")["c_index"]
    assert set(rows["model"]) == set(told.index)
    for model in ("volume", "clinical + volume", "radiomics"):
        counted = [concordance(part) for _, part in rows[rows["model"] == model].groupby("repeat")]
        assert np.mean(counted) == pytest.approx(told[model], abs=1e-12)
    differences = pd.read_csv(pack / "comparisons.csv")
    for row in differences.itertuples():
        assert row.c_difference == pytest.approx(told[row.model_a] - told[row.model_b], abs=1e-12)


def test_slope_and_mean_risk_come_from_the_same_rows(pack: Path) -> None:
    rows = pd.read_csv(pack / "out_of_fold.csv").join(
        outcome(pack)[["outcome_time_days", "outcome_event"]], "patient_id"
    )
    slopes = []
    for _, part in rows[rows["model"] == "volume"].groupby("repeat"):
        fit = CoxPHFitter().fit(
            part[["outcome_time_days", "outcome_event", "risk"]], "outcome_time_days", "outcome_event"
        )
        slopes.append(float(fit.params_["risk"]))
    told = pd.read_csv(pack / "models.csv").set_index("model").loc["volume"]
    assert np.mean(slopes) == pytest.approx(told["calibration_slope"], abs=1e-5)
    scores = pd.read_csv(pack / "risk_scores.csv")
    mean = rows[rows["model"] == "radiomics"].groupby("patient_id")["risk"].mean()
    known = scores[scores["model"] == "radiomics"].set_index("patient_id")["out_of_fold_risk"]
    assert np.allclose(mean.sort_index(), known.sort_index(), atol=1e-12)


# Vickers 2008: share at or above the threshold times (1 - S), less the share times S times the odds of the threshold.
@pytest.mark.parametrize("threshold", [0.2, 0.5])
def test_net_benefit_is_that_of_the_patients_above_the_threshold(pack: Path, threshold: float) -> None:
    curves = pd.read_csv(pack / "decision_curve.csv")
    years = float(curves["horizon_years"].max())
    rows = pd.read_csv(pack / "out_of_fold.csv").join(
        outcome(pack)[["outcome_time_days", "outcome_event"]], "patient_id"
    )
    found = []
    for _, part in rows[rows["model"] == "volume"].groupby("repeat"):
        above = part[part[f"probability_{years:g}y"] >= threshold]
        curve = KaplanMeierFitter().fit(above["outcome_time_days"], above["outcome_event"])
        free = float(curve.predict(years * YEAR))
        found.append(len(above) / len(part) * ((1 - free) - free * threshold / (1 - threshold)))
    mine = curves[(curves["model"] == "volume") & (curves["horizon_years"] == years)]
    told = mine.loc[(mine["threshold"] - threshold).abs().idxmin(), "net_benefit"]
    assert np.mean(found) == pytest.approx(told, abs=1e-9)


def test_a_risk_is_computed_by_hand_from_baseline_and_coefficients(pack: Path) -> None:
    """Steps by hand: one over the summed hazard ratios of those at risk, tied deaths leaving one by one (Efron)."""
    baseline = pd.read_csv(pack / "baseline.csv")
    mine = baseline[baseline["model"] == "clinical + volume"]
    scores = pd.read_csv(pack / "risk_scores.csv")
    scores = scores[scores["model"] == "clinical + volume"]
    time, event = scores["outcome_time_days"].to_numpy(), scores["outcome_event"].to_numpy() == 1
    ratio = np.exp(scores["final_fit_risk"].to_numpy())
    steps = []
    for day in np.unique(time[event]):
        dead = event & (time == day)
        for place in range(dead.sum()):
            steps.append(1 / (ratio[time >= day].sum() - place / dead.sum() * ratio[dead].sum()))
    last = np.append(np.diff(np.sort(time[event])) > 0, True)
    by_hand = np.cumsum(steps)[last]
    assert np.allclose(mine["cumulative_hazard"], by_hand, rtol=1e-9)
    assert np.allclose(mine["survival"], np.exp(-by_hand), rtol=1e-9)


def test_groups_and_their_curves_agree_with_lifelines(pack: Path) -> None:
    groups = (
        pd.read_csv(pack / "groups.csv")
        .set_index("patient_id")
        .join(outcome(pack)[["outcome_time_days", "outcome_event"]])
    )
    curves = pd.read_csv(pack / "kaplan_meier.csv")
    assert np.allclose(groups[["lower_third", "middle_third", "higher_third"]].sum(axis=1), 1)
    for (model, half), part in groups.groupby(["model", "half"]):
        fit = KaplanMeierFitter().fit(part["outcome_time_days"], part["outcome_event"])
        mine = curves[(curves["model"] == model) & (curves["half"] == half)]
        assert np.allclose(fit.predict(mine["time_days"]).to_numpy(), mine["survival"], atol=1e-12)


def test_self_test_and_observed_risk_are_there(pack: Path) -> None:
    page = (pack / "report.html").read_text(encoding="utf-8")
    test = pd.read_csv(pack / "self_test.csv")
    probe = test[test["model"] == test["model"].iloc[0]]["c_index"]
    assert f"{probe.mean():.3f} on average" in page
    told = pd.read_csv(pack / "observed_risk.csv")
    everyone = outcome(pack)
    fit = KaplanMeierFitter().fit(everyone["outcome_time_days"], everyone["outcome_event"])
    assert np.allclose(1 - fit.predict(told["years"] * YEAR).to_numpy(), told["risk"], atol=1e-12)
