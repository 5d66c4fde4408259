"""An output folder with a table of quality control, and a clinical table."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radpipe.demo.cohort import draw_patients
from radpipe.qc.flags import QC_COLUMNS, write_qc

PATIENTS = 60


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An output folder with a feature table and its table of quality control, and a clinical table in HN1's form."""
    folder = tmp_path_factory.mktemp("run")
    drawn = draw_patients(PATIENTS, seed=5, signal="volume+heterogeneity")
    rng = np.random.default_rng(6)
    ids = [one.patient_id for one in drawn]
    keys = pd.DataFrame({"case_id": ids, "image_id": "ct", "modality": "CT", "roi": "GTV-1", "config": "native"})
    features = keys.assign(status="ok", code="", original_shape_MeshVolume=[1000 * one.tumour_ml for one in drawn])
    features["original_firstorder_Entropy"] = [one.heterogeneity for one in drawn] + rng.normal(0, 0.05, PATIENTS)
    organs = features.assign(roi="Parotid_L")
    (folder / "tables").mkdir()
    pd.concat([features, organs]).to_csv(folder / "tables" / "features.csv", index=False)
    qc = pd.concat([keys, keys.assign(roi="Parotid_L")], ignore_index=True)
    qc = qc.assign(
        task_key="k", mask_sha256=[f"{place:064x}" for place in range(len(qc))], verdict="not reviewed", flags=""
    )
    qc.loc[40, "flags"] = "content"
    write_qc(folder, [qc.reindex(columns=list(QC_COLUMNS))])
    clinical = pd.DataFrame([{"id": one.patient_id, **one.clinical} for one in drawn])
    clinical.to_csv(folder / "clinical.csv", index=False)
    return folder, folder / "clinical.csv"
