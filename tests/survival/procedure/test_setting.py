"""What all steps of an analysis share: terms in their order, volume as its logarithm, the models side by side."""

import numpy as np
import pytest

from radpipe.errors import UsageError
from radpipe.survival.design.hn1 import HN1_CLINICAL_MODEL
from radpipe.survival.design.preprocess import Steps
from radpipe.survival.procedure.plan import AnalysisPlan
from radpipe.survival.procedure.setting import setting_of

VOLUME = "original_shape_MeshVolume"


def test_terms_are_clinical_ones_and_features_with_volume_as_its_declared_logarithm(planted):
    patients = planted("volume")
    clinical = HN1_CLINICAL_MODEL.encode(patients.clinical)
    setting = setting_of(patients, clinical, VOLUME, AnalysisPlan().of(len(patients)), 1, Steps())
    study = setting.study
    assert study.encoded.names == (*clinical.names, *sorted(patients.features.columns))
    assert study.encoded.names[setting.volume] == VOLUME
    assert study.encoded.values[:, setting.volume] == pytest.approx(np.log(patients.features[VOLUME].to_numpy()))
    assert not study.encoded.skewed[setting.volume]
    assert np.flatnonzero(study.declared).tolist() == [*range(len(clinical.names)), setting.volume]
    assert [recipe.name for recipe in setting.recipes][:2] == ["volume", "clinical"]
    beside = next(recipe for recipe in setting.recipes if recipe.name == "volume + radiomics")
    assert beside.forced == (setting.volume,)
    assert setting.volume not in beside.candidates


def test_features_that_do_not_vary_are_refused(planted):
    patients = planted("volume")
    patients.features.loc[:, :] = 3.0
    clinical = HN1_CLINICAL_MODEL.encode(patients.clinical)
    with pytest.raises(UsageError, match="no feature varies"):
        setting_of(patients, clinical, VOLUME, AnalysisPlan().of(len(patients)), 1, Steps())
