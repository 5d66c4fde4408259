"""From a folder of CT and PET to one joined table in two commands, and CT and PET in one survival model."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.demo.cohort import draw_patients
from radpipe.demo.layouts import make_layout
from radpipe.errors import UsageError
from radpipe.tables.join import joined


def test_a_folder_of_ct_pet_and_mr_is_one_joined_table_in_two_commands(
    tmp_path: Path, add_mr: Callable[[Path], None]
) -> None:
    source = make_layout("hn1", tmp_path / "SCANS", seed=26)
    homes = sorted(source.glob("HN1*"))
    add_mr(homes[0])
    out, table = tmp_path / "out", tmp_path / "joined.csv"
    words = ["-p", "CT=ct_native", "-p", "PT=pet", "-p", "MR=mr_t1", "-r", "GTV-1", "-o", str(out)]
    done = CliRunner().invoke(app, ["extract", str(source), *words])
    # One of the two PET lacks the weight: its row fails, and so does the patient's in the joined table.
    assert (done.exit_code, type(done.exception)) == (1, SystemExit), done.exception
    assert CliRunner().invoke(app, ["join", str(out), "--to", str(table)]).exit_code == 0
    frame = pd.read_csv(table).set_index("case_id")
    assert frame["status"].value_counts().to_dict() == {"failed": 3, "ok": 1}
    complete = frame.loc[homes[0].name]
    assert complete["status"] == "ok"
    assert complete["CT.GTV-1.original_shape_MeshVolume"] > 0
    assert complete["PT.GTV-1.original_firstorder_Maximum"] > 0
    # The same voxels, 1100 higher, normalised: form and order of values are the CT's.
    assert complete["MR.GTV-1.original_firstorder_Range"] > 0
    assert frame["CT.GTV-1.original_shape_MeshVolume"].notna().all()


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    """Tables of 60 patients: CT knows the volume, PET the heterogeneity."""
    drawn = draw_patients(60, seed=5, signal="volume+heterogeneity")
    random = np.random.default_rng(5)
    rows = []
    for patient in drawn:
        first = {
            "case_id": patient.patient_id,
            "roi": "GTV-1",
            "status": "ok",
            "code": "",
            "message": "",
            "warnings": "",
        }
        volume, noise = 1000 * patient.tumour_ml, random.normal()
        for modality, config, value in (("CT", "ct_native", noise), ("PT", "pet", patient.heterogeneity)):
            rows.append(
                {
                    **first,
                    "image_id": modality,
                    "modality": modality,
                    "config": config,
                    "original_shape_MeshVolume": volume,
                    "original_firstorder_Entropy": value,
                }
            )
    pd.DataFrame(rows).to_csv(tmp_path / "features.csv", index=False)
    pd.DataFrame([{"id": one.patient_id, **one.clinical} for one in drawn]).to_csv(
        tmp_path / "clinical.csv", index=False
    )
    return tmp_path


FEW = ("--repeats", "1", "--folds", "3", "--bootstraps", "1", "--permutations", "0", "--seeds", "0")


def survival(cohort: Path, table: str, *words: str) -> str:
    given = ["survival", str(cohort / table), "--clinical", str(cohort / "clinical.csv"), "-o", str(cohort / "s"), *FEW]
    done = CliRunner().invoke(app, [*given, *words], catch_exceptions=True)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_ct_and_pet_stand_in_one_model(cohort: Path) -> None:
    table = pd.read_csv(cohort / "features.csv", keep_default_na=False)
    joined([table]).to_csv(cohort / "joined.csv", index=False)
    survival(cohort, "joined.csv", "--volume-column", "CT.GTV-1.original_shape_MeshVolume")
    told = pd.read_csv(cohort / "s" / "codebook.csv")["column"].tolist()
    assert {"CT.GTV-1.original_firstorder_Entropy", "PT.GTV-1.original_firstorder_Entropy"} <= set(told)


def test_a_modality_is_chosen_where_a_table_has_several(cohort: Path) -> None:
    with pytest.raises(UsageError, match="more than one row"):
        survival(cohort, "features.csv")
    survival(cohort, "features.csv", "--modality", "pet")
    analysed = pd.read_csv(cohort / "s" / "analysis.csv")
    table = pd.read_csv(cohort / "features.csv")
    wanted = table[table["modality"] == "PT"].set_index("case_id")["original_firstorder_Entropy"]
    name = "original_firstorder_Entropy"
    assert len(analysed) == 60
    assert analysed.set_index(analysed.columns[0])[name].sort_index().tolist() == pytest.approx(
        wanted.sort_index().tolist()
    )


def test_a_modality_that_is_not_there_is_refused_with_those_that_are(cohort: Path) -> None:
    with pytest.raises(UsageError, match="--modality MR: the feature table has CT, PT"):
        survival(cohort, "features.csv", "--modality", "MR")
