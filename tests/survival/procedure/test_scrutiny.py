"""What is asked beside an analysis, on made cohorts whose answer is planted."""

import numpy as np
import pytest

from radpipe.survival.design.batches import batches_of
from radpipe.survival.design.preprocess import Steps
from radpipe.survival.procedure.analysis import analyse
from radpipe.survival.procedure.scrutiny import Asked, Scrutiny, prepared_setting, scrutinise
from radpipe.survival.procedure.validation import permuted_c


def test_nothing_asked_nothing_done(made, scrutiny_of):
    assert scrutiny_of(made(120).patients) == Scrutiny()


def test_its_numbers_are_those_of_the_analysis_itself(made, scrutiny_of, quick, stage, volume_name):
    cohort = made(120, shift=1.0, terms=10)
    names = list(cohort.patients.features.columns)
    batches = batches_of(cohort.scanner, cohort.patients.patient_ids, stage.encode(cohort.patients.clinical), names,
                         column="scanner")  # fmt: skip
    asked = Asked(batches)
    setting = prepared_setting(cohort.patients, stage, volume_name, quick, asked)
    found = scrutinise(setting, asked, seed=7).harmonisation
    whole = analyse(cohort.patients, clinical_model=stage, volume_column=volume_name, plan=quick, seed=7,
                    steps=setting.study.steps)  # fmt: skip
    plain = analyse(cohort.patients, clinical_model=stage, volume_column=volume_name, plan=quick, seed=7,
                    steps=Steps(strata=batches.strata))  # fmt: skip
    rows = found.models.set_index("model")
    assert rows.loc["radiomics", "c_with"] == whole.model("radiomics").c_index.value
    assert rows.loc["radiomics", "c_without"] == plain.model("radiomics").c_index.value
    assert rows.loc["radiomics", "difference"] == pytest.approx(
        whole.model("radiomics").c_index.value - plain.model("radiomics").c_index.value
    )


def test_permuted_outcomes_give_half_with_harmonising_and_filter_on(made, quick, stage, volume_name):
    cohort = made(120, shift=0.5, terms=10, seed=8)
    batches = batches_of(cohort.scanner, cohort.patients.patient_ids, stage.encode(cohort.patients.clinical),
                         list(cohort.patients.features.columns), column="scanner")  # fmt: skip
    random = np.random.default_rng(9)
    noise = np.where(np.arange(10) % 2 == 0, 0.1, 1.5)
    shifted = cohort.patients.features.drop(columns=volume_name).to_numpy()
    states = tuple(cohort.with_features(shifted + noise * random.normal(size=shifted.shape)) for _ in range(4))
    asked = Asked(batches, states, 0.75)
    setting = prepared_setting(cohort.patients, stage, volume_name, quick, asked)
    preprocessor = setting.study.training(np.arange(120)).preprocessor
    assert preprocessor.harmonized is not None
    assert 0 < preprocessor.usable.sum() < len(preprocessor.usable)
    wanted = [recipe for recipe in setting.recipes if recipe.name in ("radiomics", "clinical + volume + radiomics")]
    found = permuted_c(setting.study, wanted, folds=5, seeds=np.random.SeedSequence(3).spawn(12), jobs=1)
    error = found.std(axis=0, ddof=1) / np.sqrt(len(found))
    assert (np.abs(found.mean(axis=0) - 0.5) < 3 * error).all()
