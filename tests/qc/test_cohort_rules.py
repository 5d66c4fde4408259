"""A ROI beside those of its name: what is odd of 24, what 19 only show, and what needs no cohort at all."""

import numpy as np
import pandas as pd
import pytest

from radpipe.qc.cohort_rules import compared


def cohort(volumes: list[float], **columns: object) -> pd.DataFrame:
    told = {
        "name": "Parotid_L", "modality": "CT", "config": "native", "image": np.arange(len(volumes)), "unit": "HU",
        "volume_ml": volumes, "sphericity": np.nan, "mean": np.nan, "median": np.nan, "normalised_mean": np.nan,
        "air_share": np.nan, "bone_share": np.nan, "centre_x_mm": np.nan, "centre_y_mm": np.nan, "centre_z_mm": np.nan,
    } | columns  # fmt: skip
    return pd.DataFrame(told)


def test_the_volume_is_compared_on_the_log_scale_with_its_floor():
    # 19 of 1 mL and one of e mL: median of logs 0, MAD 0, floor 0.1: z = 1 / 0.1.
    scores = compared(cohort([1.0] * 19 + [np.e]))
    assert scores.columns["volume_z"][-1] == pytest.approx(10)
    (finding,) = scores.findings
    assert (finding.row, finding.code) == (19, "volume")
    assert finding.sentence.startswith("volume 2.72 mL; of 20 Parotid_L median 1,")


def test_nineteen_are_shown_and_nine_are_not():
    scores = compared(cohort([1.0] * 18 + [np.e]))
    assert scores.columns["volume_z"][-1] == pytest.approx(10)
    assert scores.findings == []
    assert scores.columns["compared_with"].tolist() == [19] * 19
    assert np.isnan(compared(cohort([1.0] * 9)).columns["volume_z"]).all()


def test_air_needs_no_cohort_where_no_body_has_so_much_and_no_word_is_said_of_lungs():
    (finding,) = compared(cohort([5.0], air_share=[0.9])).findings
    assert (finding.code, finding.sentence) == ("air", "90% air (below -300 HU); no part of a body has so much")
    assert compared(cohort([5.0], air_share=[0.9], name="Lung_L")).findings == []


def test_configurations_are_not_mixed():
    rows = cohort([1.0] * 19 + [np.e], config=["native"] * 19 + ["other"])
    assert compared(rows).findings == []
