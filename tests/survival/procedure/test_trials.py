"""Names and files become what is asked: batches of either table, words that are numbers, sentences of the limits."""

import pandas as pd
import pytest

from radpipe.errors import NothingUsableError, UsageError
from radpipe.survival.design.remeasured import RowChoice
from radpipe.survival.procedure.trials import Trials, batch_labels


def test_batches_come_from_the_clinical_table_first_and_numbers_lose_their_point(made, tmp_path):
    patients = made(20).patients
    patients.clinical["site"] = [3.0, None, 4.5] + [3.0] * 17
    found = batch_labels("site", patients, tmp_path)
    assert list(found.values())[:4] == ["3", "", "4.5", "3"]
    assert batch_labels("scanner", patients, tmp_path)["p001"] == "B"


def test_batches_come_from_the_acquisition_table_beside_the_features_and_of_their_modality(made, tmp_path):
    patients = made(20).patients
    rows = [("p000", "CT", "X"), ("p000", "PT", "Y"), ("p001", "CT", ""), ("p001", "ct", "")]
    (tmp_path / "tables").mkdir()
    table = pd.DataFrame(rows, columns=["case_id", "modality", "Model"])
    table.to_csv(tmp_path / "tables" / "acquisition.csv", index=False)
    for source in (tmp_path, tmp_path / "tables", tmp_path / "tables" / "features.csv"):
        assert batch_labels("Model", patients, source) == {"p000": "X", "p001": ""}
    with pytest.raises(UsageError, match=r"batch Maker is no column of the clinical table \(stage, scanner\); "
                       r"acquisition.csv has case_id, modality, Model"):  # fmt: skip
        batch_labels("Maker", patients, tmp_path)
    table.assign(modality="CT").to_csv(tmp_path / "tables" / "acquisition.csv", index=False)
    with pytest.raises(UsageError, match="patient p000 has images of X and of Y"):
        batch_labels("Model", patients, tmp_path)
    with pytest.raises(UsageError, match=r"there is no acquisition\.csv beside the features"):
        batch_labels("Model", patients, pd.DataFrame())


def test_what_is_asked_is_found_in_tables(made, stage, tmp_path):
    cohort = made(40, terms=4)
    controls = {"shuffled_roi": cohort.patients.features.assign(case_id=list(cohort.patients.patient_ids))}
    trials = Trials("scanner", ("stage",), "no-eb", "A", least_icc=0.5)
    asked = trials.asked(cohort.patients, stage, tmp_path, controls, RowChoice())
    assert asked.batches.sizes == {"A": 20, "B": 20}
    assert asked.batches.covariate_names == ("stage",)
    assert (asked.batches.form.empirical_bayes, asked.batches.form.reference) == (False, "A")
    assert asked.controls["shuffled_roi"].equals(cohort.patients.features)
    assert asked.states == ()
    assert asked.least_icc == 0.5
    nothing = Trials().asked(cohort.patients, stage, tmp_path, {}, RowChoice())
    assert not nothing.anything
    with pytest.raises(NothingUsableError, match="radpipe perturb makes one"):
        Trials(states=tmp_path).asked(cohort.patients, stage, tmp_path, {}, RowChoice())
