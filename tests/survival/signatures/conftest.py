"""A cohort of two scanners, its analysis with harmonising, and one of its models, locked."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from radpipe.survival.design.batches import batches_of
from radpipe.survival.design.clinical_model import ClinicalColumn, ClinicalModel, Kind, Missing
from radpipe.survival.design.measuring import Measuring
from radpipe.survival.procedure.analysis import analyse
from radpipe.survival.procedure.results import SurvivalAnalysis
from radpipe.survival.procedure.scrutiny import Asked, prepared_setting
from radpipe.survival.procedure.setting import Setting
from radpipe.survival.signatures.locked import LockedModel
from radpipe.survival.signatures.locking import lock

MEASURED = Measuring("ct", "CT", "a" * 64, {"setting": {"binWidth": 25}}, "native")


@dataclass(frozen=True)
class Locked:
    """An analysis and its locked model."""

    cohort: object
    setting: Setting
    analysis: SurvivalAnalysis
    clinical: ClinicalModel
    model: LockedModel


@pytest.fixture(scope="session")
def measured() -> Measuring:
    """How the cohort was measured."""
    return MEASURED


@pytest.fixture(scope="session")
def locked(made, quick, volume_name):
    """Harmonised over two scanners, stage as covariate, a category with a gap, a skewed feature with gaps."""
    cohort = made(240, seed=31, shift=0.7, terms=12)
    site = np.where(np.arange(240) % 3 == 0, "larynx", "oropharynx").astype(object)
    site[5] = None
    clinical = cohort.patients.clinical.assign(site=site)
    features = cohort.patients.features.copy()
    features["original_glcm_f00"] = np.exp(1.2 * features["original_glcm_f00"])
    features.iloc[:9, 0] = np.nan
    patients = replace(cohort.patients, clinical=clinical, features=features)
    declared = ClinicalModel(
        (ClinicalColumn("stage", Kind.NUMERIC, Missing.MEDIAN),
         ClinicalColumn("site", Kind.CATEGORICAL, Missing.CATEGORY)), "made",
    )  # fmt: skip
    batches = batches_of(cohort.scanner, patients.patient_ids, declared.encode(clinical), list(features.columns),
                         column="scanner", covariates=("stage",))  # fmt: skip
    setting = prepared_setting(patients, declared, volume_name, quick, Asked(batches))
    found = analyse(patients, clinical_model=declared, volume_column=volume_name, plan=quick, seed=3,
                    steps=setting.study.steps)  # fmt: skip
    model = lock(setting, found, "clinical + volume + radiomics", clinical_model=declared, patients=patients,
                 measuring=MEASURED)  # fmt: skip
    return Locked(replace(cohort, patients=patients), setting, found, declared, model)
