"""Locking: the file's arithmetic gives the analysis's own risks and probabilities."""

import numpy as np
import pytest

from radpipe.errors import UsageError
from radpipe.survival.procedure.absolute import AbsoluteRisk
from radpipe.survival.procedure.validation import final_fit
from radpipe.survival.signatures.locking import lock


def final(locked):
    study = locked.setting.study
    recipe = next(one for one in locked.setting.recipes if one.name == locked.model.name)
    return study, final_fit(study, recipe, np.random.SeedSequence(3).spawn(6)[3])


def test_a_locked_model_gives_the_risks_of_the_final_fit_of_the_analysis(locked):
    study, fit = final(locked)
    patients = locked.cohort.patients
    design = locked.model.design(patients.features, patients.clinical, locked.cohort.scanner)
    assert locked.model.index(design) == pytest.approx(fit.risk(study.encoded.values), abs=1e-10)
    coefficients = locked.analysis.model(locked.model.name).coefficients
    assert [term.coefficient for term in locked.model.terms] == pytest.approx(coefficients["coefficient"].tolist())
    assert [term.name for term in locked.model.terms] == coefficients["term"].tolist()
    assert any(term.log and term.floor > 0 for term in locked.model.terms)
    absolute = AbsoluteRisk.of(fit, study.training(np.arange(len(study))))
    expected = absolute.probability(study.encoded.values, np.arange(len(study)), 1000.0)
    assert locked.model.probability(design, 1000.0) == pytest.approx(expected, abs=1e-10)


def test_it_says_from_whom_it_was_made_and_cuts_thirds(locked):
    origin = locked.model.made_from
    assert (origin.patients, origin.events) == (240, int(locked.analysis.event.sum()))
    assert origin.c_index == locked.analysis.model(locked.model.name).c_index.value
    patients = locked.cohort.patients
    index = locked.model.index(locked.model.design(patients.features, patients.clinical, locked.cohort.scanner))
    assert np.bincount(np.searchsorted(locked.model.thresholds, index)).tolist() == [80, 80, 80]
    assert (index.mean(), index.std(ddof=1)) == pytest.approx((origin.index_mean, origin.index_sd))
    assert locked.model.batch_column == "scanner"
    assert locked.model.covariates == ("stage",)
    assert "original_shape_MeshVolume" not in locked.model.harmonised
    assert locked.model.clinical.columns[1].levels == ("larynx", "oropharynx")


def test_an_unknown_model_is_refused(locked, measured):
    with pytest.raises(UsageError, match="model 'best' is unknown; the analysis has volume, clinical"):
        lock(locked.setting, locked.analysis, "best", clinical_model=locked.clinical, measuring=measured,
             patients=locked.cohort.patients)  # fmt: skip
