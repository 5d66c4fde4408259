"""A made table with planted oddities."""

import numpy as np
import pandas as pd
import pytest

ROWS = 40


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Forty rows of one group: one outlying, two with the same values, a constant, a gap, a feature that is volume."""
    draw = np.random.default_rng(4)
    volume = np.exp(draw.normal(9, 1, ROWS))
    same = {"image_id": "ct", "modality": "CT", "roi": "GTV-1", "config": "native", "status": "ok", "code": ""}
    told = {"message": "", "warnings": "", "diag_unit": "HU", "original_shape_MeshVolume": volume}
    frame = pd.DataFrame({"case_id": [f"p{i}" for i in range(ROWS)], **same, **told})
    for number in range(6):
        frame[f"original_glcm_Noise{number}"] = draw.normal(size=ROWS)
    frame["original_firstorder_Energy"] = volume * 3 + 1
    frame["original_firstorder_Constant"] = 7.0
    noise = [f"original_glcm_Noise{number}" for number in range(6)]
    frame.loc[5, noise] = 50.0
    features = [name for name in frame.columns if str(name).startswith("original")]
    frame.loc[9, features] = frame.loc[8, features]
    frame.loc[3, "original_glcm_Noise0"] = np.nan
    failed = frame.iloc[:1].assign(case_id="q1", status="failed", code="E_EMPTY_ROI")
    failed[features] = np.nan
    return pd.concat([frame, failed], ignore_index=True)
