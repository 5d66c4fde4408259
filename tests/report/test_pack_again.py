"""Numbers of the page computed again from the pack by hand: Brier, Uno's and Wolbers' C, intervals, .632+."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter

from radpipe.demo.cohort import draw_patients
from radpipe.survival.procedure.plan import AnalysisPlan
from radpipe.survival_pipeline import survival_report

YEAR = 365.25
N, REPEATS, FOLDS = 60, 2, 3


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack of an endpoint with a competing event."""
    folder = tmp_path_factory.mktemp("again")
    drawn = draw_patients(N, seed=5, signal="volume+heterogeneity")
    features = pd.DataFrame({"case_id": [one.patient_id for one in drawn], "roi": "GTV-1"})
    features["original_shape_MeshVolume"] = [1000 * one.tumour_ml for one in drawn]
    features["original_firstorder_Entropy"] = [one.heterogeneity for one in drawn]
    pd.DataFrame([{"id": one.patient_id, **one.clinical} for one in drawn]).to_csv(folder / "clinical.csv", index=False)
    plan = AnalysisPlan(repeats=REPEATS, folds=FOLDS, bootstraps=3, permutations=0, seeds=0, score_permutations=99)
    survival_report(features, folder / "clinical.csv", folder / "out", endpoint="recurrence_metastasis", plan=plan)
    return folder / "out"


@pytest.fixture(scope="module")
def models(pack: Path) -> pd.DataFrame:
    return pd.read_csv(pack / "models.csv").set_index("model")


@pytest.fixture(scope="module")
def outcome(pack: Path) -> pd.DataFrame:
    return pd.read_csv(pack / "analysis.csv").set_index("patient_id")


def repeats(pack: Path, outcome: pd.DataFrame, model: str) -> list[pd.DataFrame]:
    rows = pd.read_csv(pack / "out_of_fold.csv")
    told = outcome[["outcome_time_days", "outcome_event", "outcome_competing"]]
    rows = rows[rows["model"] == model].join(told, "patient_id")
    return [part.set_index("patient_id").loc[outcome.index] for _, part in rows.groupby("repeat")]


def pairs(time: np.ndarray, event: np.ndarray, fold: np.ndarray) -> list[tuple[int, int]]:
    """Who had the event first, and who outlived him, of one fold."""
    return [
        (i, j) for i in range(len(time)) for j in range(len(time))
        if event[i] and fold[i] == fold[j] and (time[i] < time[j] or (time[i] == time[j] and not event[j]))
    ]  # fmt: skip


def counted(part: pd.DataFrame, time: np.ndarray, weight: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """C, each patient's influence on it, and C of each fold."""
    event, fold = part["outcome_event"].to_numpy() == 1, part["fold"].to_numpy()
    risk = part["risk"].to_numpy()
    known = pairs(time, event, fold)
    score = np.array([(risk[i] > risk[j]) + 0.5 * (risk[i] == risk[j]) for i, j in known])
    heavy = np.array([weight[i] for i, _ in known])
    c = float(heavy @ score / heavy.sum())
    moved = np.zeros(len(part))
    for (i, j), one, own in zip(known, score, heavy, strict=True):
        moved[[i, j]] += own * (one - c) / heavy.sum()
    home = np.array([fold[i] for i, _ in known])
    return c, moved, np.array([np.average(score[home == k], weights=heavy[home == k]) for k in range(1, FOLDS + 1)])


def of_all(
    pack: Path, outcome: pd.DataFrame, model: str, kind: str = "harrell"
) -> tuple[float, np.ndarray, np.ndarray]:
    """C, influence and C by fold, mean of the repeats."""
    found = []
    for part in repeats(pack, outcome, model):
        time = part["outcome_time_days"].to_numpy(dtype=float)
        event = part["outcome_event"].to_numpy() == 1
        weight = np.ones(len(time))
        if kind == "wolbers":
            time = np.where(part["outcome_competing"] == 1, time.max() + 1, time)
        if kind == "uno":  # One who dies on the day of a censoring is at risk of it no more.
            free = KaplanMeierFitter().fit(time + 0.25 * ~event, ~event)
            weight = np.array([1 / float(free.predict(day - 0.1)) ** 2 for day in time])
        found.append(counted(part, time, weight))
    return (float(np.mean([one[0] for one in found])), np.mean([one[1] for one in found], axis=0),
            np.array([one[2] for one in found]))  # fmt: skip


def error(moved: np.ndarray, by_fold: np.ndarray) -> float:
    """Root mean square of the influence's error and the corrected resampled one."""
    resampled = by_fold.std(ddof=1) ** 2 * (1 / by_fold.size + 1 / (FOLDS - 1))
    return float(np.sqrt(((moved**2).sum() + resampled) / 2))


@pytest.mark.parametrize("model", ["volume", "clinical + volume", "volume + radiomics"])
@pytest.mark.parametrize(("kind", "column", "short"), [("harrell", "c_index", "c"), ("uno", "uno_c", "uno"),
                                                       ("wolbers", "wolbers_c", "wolbers")])  # fmt: skip
def test_each_c_and_its_interval(
    pack: Path, models: pd.DataFrame, outcome: pd.DataFrame, model: str, kind: str, column: str, short: str
) -> None:
    c, moved, by_fold = of_all(pack, outcome, model, kind)
    assert c == pytest.approx(models.loc[model, column], abs=1e-9)
    width = 1.959963984540054 * error(moved, by_fold)
    assert c - width == pytest.approx(models.loc[model, f"{short}_low"], abs=1e-9)
    assert min(max(c, 0.5) + width, 1) == pytest.approx(models.loc[model, f"{short}_high"], abs=1e-9)


def test_the_difference_and_its_interval(pack: Path, models: pd.DataFrame, outcome: pd.DataFrame) -> None:
    told = pd.read_csv(pack / "comparisons.csv").set_index(["model_a", "model_b"])
    a, b = "volume + radiomics", "volume"
    (c_a, moved_a, _), (c_b, moved_b, _) = of_all(pack, outcome, a), of_all(pack, outcome, b)
    apparent = models.loc[a, "apparent_c"] - models.loc[b, "apparent_c"]
    # Loss by learning falls as 1 / n^2; the variance is 1.15 times the influence's, and 0.002 squared. C below chance
    # counts half as far below it.
    gain = max(apparent - (c_a - c_b), 0) * (FOLDS**2 - (FOLDS - 1) ** 2) / (FOLDS**2 + (FOLDS - 1) ** 2)
    width = 1.959963984540054 * np.sqrt(((moved_a - moved_b) ** 2).sum() * 1.15 + 0.002**2)
    middle = np.mean([c_a, max(c_a, 0.5)]) - np.mean([c_b, max(c_b, 0.5)]) + gain
    row = told.loc[(a, b)]
    assert row["c_difference"] == pytest.approx(c_a - c_b, abs=1e-9)
    assert row["low"] == pytest.approx(min(middle - width, c_a - c_b), abs=1e-9)
    assert row["high"] == pytest.approx(max(middle + width, c_a - c_b), abs=1e-9)


@pytest.mark.parametrize("years", [2.0, 5.0])
def test_the_brier_score_with_a_competing_event(
    pack: Path, models: pd.DataFrame, outcome: pd.DataFrame, years: float
) -> None:
    # Graf's weights: one over the chance not to be censored before the end, or before the horizon.
    day, scores = years * YEAR, []
    for part in repeats(pack, outcome, "clinical + volume"):
        time = part["outcome_time_days"].to_numpy(dtype=float)
        event = part["outcome_event"].to_numpy() == 1
        ended = event | (part["outcome_competing"].to_numpy() == 1)
        free = KaplanMeierFitter().fit(time + 0.25 * ~ended, ~ended)
        probability = part[f"probability_{years:g}y"].to_numpy()
        total = 0.0
        for i in range(len(time)):
            if time[i] <= day and ended[i]:
                total += (event[i] - probability[i]) ** 2 / float(free.predict(time[i] - 0.1))
            elif time[i] > day:
                total += probability[i] ** 2 / float(free.predict(day + 0.5))
        scores.append(total / len(time))
    assert np.mean(scores) == pytest.approx(models.loc["clinical + volume", f"brier_{years:g}y"], abs=1e-9)


@pytest.mark.parametrize("years", [2.0, 5.0])
def test_the_area_under_the_curve_and_what_was_observed_with_a_competing_event(
    pack: Path, models: pd.DataFrame, outcome: pd.DataFrame, years: float
) -> None:
    day, model, told, expected = years * YEAR, "clinical + volume", [], []
    for part in repeats(pack, outcome, model):
        time, fold = part["outcome_time_days"].to_numpy(dtype=float), part["fold"].to_numpy()
        event = part["outcome_event"].to_numpy() == 1
        ended = event | (part["outcome_competing"].to_numpy() == 1)
        free = KaplanMeierFitter().fit(time + 0.25 * ~ended, ~ended)
        risk = part[f"probability_{years:g}y"].to_numpy()
        heavy = [1 / float(free.predict(day + 0.5 if one > day else one - 0.1)) for one in time]
        right = total = 0.0
        for i in np.flatnonzero(event & (time <= day)):
            for j in np.flatnonzero((fold == fold[i]) & ((time > day) | (ended & ~event))):
                total += heavy[i] * heavy[j]
                right += heavy[i] * heavy[j] * ((risk[i] > risk[j]) + 0.5 * (risk[i] == risk[j]))
        told.append(right / total)
        expected.append(risk.mean())
    row = models.loc[model]
    assert row[f"auc_{years:g}y"] == pytest.approx(np.mean(told), abs=1e-9)
    assert row[f"auc_low_{years:g}y"] < row[f"auc_{years:g}y"] < row[f"auc_high_{years:g}y"]
    seen = pd.read_csv(pack / "observed_risk.csv").set_index("years").loc[years]
    for name, column in (("risk", ""), ("low", "_low"), ("high", "_high")):
        ratio = row[f"observed_expected{column}_{years:g}y"]
        assert ratio == pytest.approx(seen[name] / np.mean(expected), abs=1e-9)


def test_corrected_c_comes_from_the_bootstrap(pack: Path, models: pd.DataFrame) -> None:
    samples = pd.read_csv(pack / "bootstrap.csv").groupby("model")
    fixed, learnt = models.loc["clinical"], models.loc["volume + radiomics"]
    mine = samples.get_group("clinical")
    optimism = (mine["sample_c"] - mine["original_c"]).mean()
    assert fixed["corrected_c"] == pytest.approx(fixed["apparent_c"] - optimism, abs=1e-12)
    # Efron and Tibshirani 1997, with 1 - C as error and 0.5 as that of no information.
    left_out, apparent = samples.get_group("volume + radiomics")["left_out_c"].mean(), learnt["apparent_c"]
    rate = (apparent - max(left_out, 0.5)) / (apparent - 0.5)
    weight = 0.632 / (1 - 0.368 * min(max(rate, 0), 1))
    assert learnt["corrected_c"] == pytest.approx((1 - weight) * apparent + weight * left_out, abs=1e-12)
