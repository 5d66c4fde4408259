"""A locked model judged on patients made for it."""

import numpy as np
import pandas as pd
import pytest

from radpipe.clinical import Endpoint
from radpipe.survival.design.measuring import Measuring
from radpipe.survival.design.patients import Patients
from radpipe.survival.signatures.external import External, judge
from radpipe.survival.signatures.locked import Baseline, LockedModel, LockedTerm, Origin


@pytest.fixture(scope="module")
def found() -> External:
    """Eighty patients and a model of one feature with an exponential baseline."""
    random = np.random.default_rng(1)
    f = random.normal(size=80)
    death, censored = random.exponential(1500, 80) * np.exp(-f), random.uniform(800, 2600, 80)
    ids = tuple(f"p{number}" for number in range(80))
    endpoint = Endpoint("overall_survival", ids, death <= censored, np.minimum(death, censored))
    features = pd.DataFrame({"f": f, "original_shape_MeshVolume": np.exp(f)}, index=list(ids))
    flow = pd.DataFrame(columns=["step", "reason", "patients", "events"])
    patients = Patients(ids, features[[]], features, endpoint, "GTV-1", flow, (), {"config": "ct", "modality": "CT"})
    days = np.arange(1.0, 2501.0)
    model = LockedModel(
        "<radiomics>", "one feature", (LockedTerm("f", "f", False, 1.0),), Measuring("ct", "CT"),
        Origin("100 patients of HN1", "overall_survival", patients=100, c_index=0.71, slope=0.9, index_mean=0.0,
               index_sd=1.0, last_day=2600.0), baseline=Baseline(days, days / 1500), thresholds=(0.0,),
        notes=("made for this test",),
    )  # fmt: skip
    return judge(model, patients, Measuring("ct", "CT"))
