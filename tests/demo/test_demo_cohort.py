"""The synthetic cohort: HN1's layout and columns, the same from the same seed, with the signal that was planted."""

from pathlib import Path

import numpy as np
import pandas as pd
import pydicom
import pytest

import radpipe
from radpipe.demo.cohort import draw_patients
from radpipe.demo.phantom import make_phantom

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


def test_the_tumour_has_the_volume_asked_for() -> None:
    phantom = make_phantom(np.random.default_rng(0), 20.0, 0.5, node=False)
    assert phantom.masks["GTV-1"].volume_mm3 == pytest.approx(20_000, rel=0.05)


def contours_of(root: Path) -> list[list[float]]:
    """All coordinates of the first patient's RTSTRUCT; its UIDs are rt-utils' own and differ."""
    data = pydicom.dcmread(root / "HN1001/01-01-2010-synthetic/1.000000-RTSTRUCT/1-1.dcm")
    return [list(one.ContourData) for roi in data.ROIContourSequence for one in roi.ContourSequence]


def test_the_same_seed_gives_the_same_pixels_and_contours(hn1_cohort: Path, tmp_path: Path) -> None:
    from radpipe.demo import make_demo

    again = make_demo(tmp_path / "again", patients=1, seed=7)
    name = "HN1001/01-01-2010-synthetic/2.000000-CT/1-010.dcm"
    assert (again / name).read_bytes() == (hn1_cohort / name).read_bytes()
    assert contours_of(again) == contours_of(hn1_cohort)


def test_masks_of_rtstruct_and_seg_are_near_the_phantom(hn1_cohort: Path) -> None:
    cohort = radpipe.open_cohort(hn1_cohort, "dicom")
    case = cohort.cases[0]
    volume = radpipe.open_image(case.images[0])
    by_kind = {str(roi.kind): radpipe.open_mask(roi, volume.geometry) for roi in case.rois if roi.name == "GTV-1"}
    both = np.count_nonzero(by_kind["rtstruct"].full_array() & by_kind["dicom_seg"].full_array())
    dice = 2 * both / (by_kind["rtstruct"].voxel_count + by_kind["dicom_seg"].voxel_count)
    # rt-utils rounds contours to pixels, so RTSTRUCT is a little smaller than the SEG, which is the mask itself.
    assert 0.8 < dice < 1.0
