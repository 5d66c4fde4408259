"""The synthetic cohort: HN1's layout and columns, the same from the same seed, with the signal that was planted."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radpipe.demo.cohort import draw_patients

# The header of the real table (Wee and Dekker 2019, doi 10.7937/tcia.2019.8kap372n).
HN1_COLUMNS = (
    "id,index_tumour_location,age_at_diagnosis,biological_sex,performance_status_ecog,overall_hpv_p16_status,clin_t,clin_n,"
    "clin_m,ajcc_stage,pretreat_hb_in_mmolperlitre,cancer_surgery_performed,chemotherapy_given,"
    "radiotherapy_total_treat_time,radiotherapy_refgydose_perfraction_highriskgtv,"
    "radiotherapy_refgydose_total_highriskgtv,radiotherapy_number_fractions_highriskgtv,event_overall_survival,"
    "overall_survival_in_days,event_recurrence_metastatic_free_survival,recurrence_metastatic_free_survival_in_days,"
    "event_local_recurrence,local_recurrence_in_days,event_locoregional_recurrence,locoregional_recurrence_in_days,"
    "event_distant_metastases,distant_metastases_in_days"
)


def test_the_clinical_table_has_hn1s_columns(hn1_cohort: Path) -> None:
    assert (hn1_cohort / "clinical.csv").read_text().splitlines()[0] == HN1_COLUMNS


def test_times_and_events_are_possible() -> None:
    frame = pd.DataFrame([one.clinical for one in draw_patients(300, seed=1, signal="volume+heterogeneity")])
    for event, days in (
        ("event_overall_survival", "overall_survival_in_days"),
        ("event_local_recurrence", "local_recurrence_in_days"),
    ):
        assert frame[event].isin([0, 1]).all()
        assert (frame[days] > 0).all()
    assert (frame["recurrence_metastatic_free_survival_in_days"] <= frame["overall_survival_in_days"]).all()
    hpv = frame.loc[frame["index_tumour_location"] == "larynx", "overall_hpv_p16_status"]
    assert (hpv == "").all()


@pytest.mark.parametrize(
    ("signal", "expected"), [("volume", (1.0, 0.0)), ("volume+heterogeneity", (1.0, 1.0)), ("none", (0.0, 0.0))]
)
def test_the_planted_hazard_is_found_again(signal: str, expected: tuple[float, float]) -> None:
    from lifelines import CoxPHFitter

    drawn = draw_patients(3000, seed=3, signal=signal)
    frame = pd.DataFrame(
        {
            "volume": np.log([one.tumour_ml for one in drawn]) / 0.75,
            "texture": [(one.heterogeneity - 0.5) * np.sqrt(12) for one in drawn],
            "days": [one.clinical["overall_survival_in_days"] for one in drawn],
            "event": [one.clinical["event_overall_survival"] for one in drawn],
        }
    )
    fit = CoxPHFitter().fit(frame, "days", "event")
    found = fit.params_[["volume", "texture"]].to_numpy()
    assert np.abs(found - expected).max() < 4 * fit.standard_errors_.max() + 0.03
