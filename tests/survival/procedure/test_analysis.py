"""The whole analysis: an honest null, a leak that the test can see, planted truths, the same bytes for any jobs."""

import numpy as np
import pandas as pd
import pytest

from radpipe.clinical import ClinicalTable
from radpipe.demo.cohort import Signal, draw_patients
from radpipe.errors import UsageError
from radpipe.survival.design.hn1 import HN1_ENDPOINTS
from radpipe.survival.design.patients import Patients, join
from radpipe.survival.design.preprocess import Encoded
from radpipe.survival.procedure.analysis import AnalysisPlan, analyse, volume_column_of
from radpipe.survival.procedure.recipes import Recipe
from radpipe.survival.procedure.results import VerdictKind
from radpipe.survival.procedure.validation import Study, cross_validate, optimism, permuted_c
from radpipe.survival.statistics.concordance import harrell_c
from radpipe.survival.statistics.cox import RiskSets, score_statistics

QUICK = AnalysisPlan(repeats=3, folds=5, bootstraps=4, resamples=200, permutations=4)


def noise(n: int, features: int, seed: int) -> Study:
    random = np.random.default_rng(seed)
    names = tuple(f"f{number}" for number in range(features))
    encoded = Encoded(
        names, names, ("identity",) * features, random.normal(size=(n, features)), np.zeros(features, dtype=bool)
    )
    time_days, censored = random.exponential(1500, n), random.uniform(500, 4000, n)
    return Study(encoded, np.minimum(time_days, censored), time_days <= censored)


def seeds(count: int, seed: int) -> list[np.random.SeedSequence]:
    return np.random.SeedSequence(seed).spawn(count)


def recipe(features: int, most: int = 2) -> Recipe:
    return Recipe("radiomics", "", (), tuple(range(features)), most, inner_folds=3)


def test_permuted_outcomes_are_predicted_no_better_than_by_chance() -> None:
    study = noise(137, 400, 1)
    found = permuted_c(study, recipe(400), folds=5, seeds=seeds(12, 2), jobs=1)
    assert abs(found.mean() - 0.5) < 0.04


def test_selection_outside_the_folds_would_be_seen() -> None:
    # The leak: features chosen on all patients, then cross-validated. It must look good, or the test above is blind.
    values = []
    for number, seed in enumerate(seeds(6, 3)):
        study = noise(137, 400, 10 + number)
        statistics = score_statistics(RiskSets.of(study.time_days, study.event), study.encoded.values)
        leaked = tuple(int(place) for place in np.argsort(-statistics)[:5])
        cv = cross_validate(
            study, [Recipe("leak", "", leaked)], repeats=1, folds=5, horizons_years=(), seeds=[seed], jobs=1
        )
        values.append(harrell_c(study.time_days, study.event, cv.risk[0, 0], group=cv.folds[0]))
    assert np.mean(values) > 0.6


def test_optimism_is_the_apparent_c_less_that_on_new_patients() -> None:
    # Truth by simulation: one true term and nine of noise; C on 3,000 new patients.
    random = np.random.default_rng(5)

    def draw(n: int) -> Study:
        x = random.normal(size=(n, 10))
        death = random.exponential(1000, n) * np.exp(-0.7 * x[:, 0])
        censored = random.uniform(500, 4000, n)
        names = tuple(f"x{number}" for number in range(10))
        encoded = Encoded(names, names, ("identity",) * 10, x, np.zeros(10, dtype=bool))
        return Study(encoded, np.minimum(death, censored), death <= censored)

    from radpipe.survival.procedure.validation import final_fit

    forced = Recipe("all", "", tuple(range(10)))
    new = draw(3000)
    true, estimated = [], []
    for number in range(8):
        study = draw(80)
        fit = final_fit(study, forced, np.random.SeedSequence(number))
        apparent = harrell_c(study.time_days, study.event, fit.risk(study.encoded.values))
        true.append(apparent - harrell_c(new.time_days, new.event, fit.risk(new.encoded.values)))
        estimated.append(optimism(study, forced, seeds=seeds(20, number), jobs=1)[0].c)
    gap = np.array(true) - np.array(estimated)
    assert abs(gap.mean()) < 3 * gap.std(ddof=1) / np.sqrt(len(gap)) + 0.01
    assert np.mean(estimated) > 0.01


def planted(signal: Signal, n: int = 120, seed: int = 1) -> Patients:
    """Patients of the demo, with a feature table of volume, its shadows, heterogeneity and noise."""
    drawn = draw_patients(n, seed=seed, signal=signal)
    random = np.random.default_rng(seed)
    volume = np.array([one.tumour_ml for one in drawn])
    heterogeneity = np.array([one.heterogeneity for one in drawn])
    columns = {"original_shape_MeshVolume": volume * 1000}
    columns |= {f"original_shape_s{k}": np.log(volume) + random.normal(0, 0.2 + k / 10, n) for k in range(8)}
    columns |= {f"original_glcm_t{k}": heterogeneity + random.normal(0, 0.1 + k / 20, n) for k in range(6)}
    columns |= {f"wavelet-LLH_glcm_n{k}": random.normal(size=n) for k in range(45)}
    ids = [one.patient_id for one in drawn]
    frame = pd.DataFrame({"case_id": ids, "roi": "GTV-1", "status": "ok", "code": "", **columns})
    clinical = pd.DataFrame([one.clinical for one in drawn], index=ids).replace("", np.nan)
    table = ClinicalTable(clinical, "demo.csv")
    return join(frame, table, HN1_ENDPOINTS["overall_survival"], roi="GTV-1")


@pytest.mark.parametrize("seed", [1, 2])
def test_a_signal_beyond_volume_is_found(seed: int) -> None:
    found = analyse(planted("volume+heterogeneity", seed=seed), plan=QUICK)
    assert found.verdicts[0].kind is VerdictKind.ADDS
    assert "Radiomics adds to volume" in found.verdicts[0].sentence


@pytest.mark.parametrize("seed", [1, 2])
def test_a_signal_of_volume_alone_is_not_taken_for_more(seed: int) -> None:
    found = analyse(planted("volume", seed=seed), plan=QUICK)
    assert found.verdicts[0].kind is not VerdictKind.ADDS
    assert "Radiomics adds nothing to volume" in found.verdicts[0].sentence
    assert found.model("volume").c_index.low > 0.55


def test_the_same_seed_gives_the_same_analysis_for_any_number_of_processes() -> None:
    patients = planted("volume+heterogeneity", n=60)
    plan = AnalysisPlan(repeats=2, folds=3, bootstraps=2, resamples=50, permutations=2)
    one, two = (analyse(patients, plan=plan, jobs=jobs) for jobs in (1, 2))
    for a, b in zip(one.models, two.models, strict=True):
        assert np.array_equal(a.out_of_fold_risk, b.out_of_fold_risk)
        assert a.c_index == b.c_index
        assert a.coefficients.equals(b.coefficients)
    assert one.comparisons == two.comparisons
    assert one.folds.equals(two.folds)
    assert one.folds.to_numpy().min() == 1


def test_what_an_analysis_tells_is_whole() -> None:
    found = analyse(planted("volume+heterogeneity", n=100), plan=QUICK)
    assert [model.name for model in found.models][:4] == ["volume", "clinical", "clinical + volume", "radiomics"]
    assert {one.horizon_years for model in found.models for one in model.calibration} == {2.0, 5.0}
    assert all(model.events_per_parameter == found.event.sum() / max(model.parameters, 1) for model in found.models)
    assert found.permutation is not None
    assert len(found.permutation.c_indices) == 4
    assert len(found.screening) == len(planted("volume").features.columns)
    assert any("external validation" in one for one in found.limits)
    assert found.competing is None
    assert all(
        0 <= p <= 1 for model in found.models for values in model.out_of_fold_probability.values() for p in values
    )


def test_volume_must_be_there_and_usable() -> None:
    frame = pd.DataFrame({"original_shape_MeshVolume": [1.0, 1.0], "mine": [1.0, 2.0]})
    assert volume_column_of(frame, "mine") == "mine"
    with pytest.raises(UsageError, match="MeshVolume is missing, constant or not positive"):
        volume_column_of(frame)
    with pytest.raises(UsageError, match=r"no column other for tumour volume.*--volume-column"):
        volume_column_of(frame, "other")


def test_a_clinical_column_that_does_not_exist_is_named() -> None:
    from radpipe.survival.design.clinical_model import ClinicalColumn, ClinicalModel, Kind, Missing

    model = ClinicalModel((ClinicalColumn("ecog", Kind.NUMERIC, Missing.MEDIAN),), "mine.yaml")
    with pytest.raises(UsageError, match=r"clinical model \(mine.yaml\): column ecog is not in the clinical table"):
        analyse(planted("volume", n=60), clinical_model=model, plan=QUICK)
