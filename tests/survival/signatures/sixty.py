"""Sixty patients whose death hangs on energy and volume."""

import numpy as np
import pandas as pd

from radpipe.clinical import ClinicalTable
from radpipe.survival.design.endpoints import EndpointRule
from radpipe.survival.design.patients import Patients, join

N = 60


def patients(**extraction: object) -> Patients:
    random = np.random.default_rng(3)
    x = random.normal(size=N)
    death, censored = random.exponential(900, N) * np.exp(-x), random.uniform(500, 4000, N)
    ids = [f"P{number:02d}" for number in range(N)]
    told: dict[str, object] = {
        "config": "aerts2014",
        "modality": "CT",
        "diag_measured_spacing_x_mm": 1.0,
        "diag_measured_spacing_y_mm": 1.0,
        "diag_measured_spacing_z_mm": 3.0,
        **extraction,
    }
    frame = pd.DataFrame(
        {
            "case_id": ids,
            "roi": "GTV-1",
            "status": "ok",
            **told,
            "original_firstorder_Energy": np.exp(x + 20 + random.normal(0, 0.5, N)),
            "radpipe_shape_CompactnessA": random.normal(100, 5, N),
            "original_shape_MeshVolume": np.exp(x + 9),
            "original_glrlm_GrayLevelNonUniformity": random.normal(900, 50, N),
            "wavelet-LHH_glrlm_GrayLevelNonUniformity": random.normal(900, 50, N),
        }
    )
    clinical = pd.DataFrame({"died": (death <= censored).astype(int), "days": np.minimum(death, censored)}, index=ids)
    return join(frame, ClinicalTable(clinical, "c.csv"), EndpointRule("death", "died", "days"))
