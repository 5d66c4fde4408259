"""A synthetic cohort in the layout of HEAD-NECK-RADIOMICS-HN1, whose outcome is known because it was planted.

Hazard rises with tumour volume and, unless told otherwise, with heterogeneity, so that survival analysis has something
to find again. Nothing of it describes a person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from radpipe.demo.dicom_writer import write_ct, write_rtstruct, write_seg
from radpipe.demo.phantom import make_phantom

__all__ = ["Patient", "Signal", "draw_patients", "make_demo"]

Signal = Literal["volume", "volume+heterogeneity", "none"]

MEDIAN_ML = 12.0
LOG_SD = 0.75
"""Tumour volumes are log-normal, from about 2 to 60 mL, as in HN1."""

EFFECT = 1.0
"""Log hazard ratio per standard deviation of log volume, and of heterogeneity."""

MEDIAN_DAYS = 1500.0


@dataclass(frozen=True, slots=True)
class Patient:
    """What was planted in one patient."""

    patient_id: str
    tumour_ml: float
    heterogeneity: float
    clinical: dict[str, Any]


def make_demo(
    folder: Path,
    *,
    patients: int = 40,
    seed: int = 2014,
    signal: Signal = "volume+heterogeneity",
    tell: Callable[[int], object] | None = None,
) -> Path:
    """Write a cohort: ``PATIENT/STUDY/SERIES/1-001.dcm`` and ``clinical.csv`` with HN1's 27 columns.

    Parameters
    ----------
    folder
        Is made; a file that stands there is not overwritten.
    patients
        How many. Every patient has CT and RTSTRUCT, every fourth a SEG of GTV-1 too.
    seed
        The same seed gives the same images, contours and clinical table.
    signal
        What the hazard depends on.
    tell
        Called with the number of patients that are made, after each.

    Returns
    -------
    Path
        The folder.
    """
    drawn = draw_patients(patients, seed=seed, signal=signal)
    for number, patient in enumerate(drawn):
        rng = np.random.default_rng([seed, number])
        phantom = make_phantom(rng, patient.tumour_ml, patient.heterogeneity, node=number % 2 == 0)
        home = folder / patient.patient_id / "01-01-2010-synthetic"
        slices = write_ct(phantom, patient.patient_id, home / "2.000000-CT")
        write_rtstruct(phantom, home / "2.000000-CT", home / "1.000000-RTSTRUCT")
        if number % 4 == 0:
            write_seg(phantom, slices, home / "300.000000-Segmentation")
        if tell is not None:
            tell(number + 1)
    frame = pd.DataFrame([{"id": patient.patient_id, **patient.clinical} for patient in drawn])
    frame.to_csv(folder / "clinical.csv", index=False)
    return folder


def draw_patients(patients: int, *, seed: int, signal: Signal) -> tuple[Patient, ...]:
    """Draw tumours and outcomes; no image is made.

    Survival is exponential with hazard ``log(2) / 1500 d * exp(EFFECT * z)``, administrative censoring between 5 and 12
    years.
    """
    rng = np.random.default_rng(seed)
    z_volume = rng.normal(size=patients)
    heterogeneity = rng.uniform(size=patients)
    z_texture = (heterogeneity - 0.5) * np.sqrt(12.0)
    weights = {"volume": (1.0, 0.0), "volume+heterogeneity": (1.0, 1.0), "none": (0.0, 0.0)}[signal]
    log_hazard = EFFECT * (weights[0] * z_volume + weights[1] * z_texture)
    death = rng.exponential(MEDIAN_DAYS / np.log(2.0), patients) * np.exp(-log_hazard)
    censored = rng.uniform(5 * 365.25, 12 * 365.25, patients)
    drawn = []
    for i in range(patients):
        volume = float(np.clip(MEDIAN_ML * np.exp(LOG_SD * z_volume[i]), 1.0, 80.0))
        clinical = _clinical(rng, float(z_volume[i]), float(death[i]), float(censored[i]))
        drawn.append(Patient(f"HN1{i + 1:03d}", volume, float(heterogeneity[i]), clinical))
    return tuple(drawn)


def _clinical(rng: np.random.Generator, z_volume: float, death: float, censored: float) -> dict[str, Any]:
    """Draw one row with HN1's columns; stage follows volume, recurrence comes before death in some."""
    followed = int(max(min(death, censored), 30))
    died = int(death <= censored)
    t = int(np.clip(round(2.5 + z_volume + rng.normal(0, 0.6)), 1, 4))
    n = int(rng.choice([0, 1, 2, 3], p=[0.4, 0.15, 0.4, 0.05]))
    larynx = bool(rng.uniform() < 0.35)
    relapse = int(rng.uniform() < 0.15 + 0.25 * died)
    relapsed = int(rng.uniform(0.2, 0.9) * followed) if relapse else followed
    where = rng.uniform()
    local, regional, distant = (relapse * int(flag) for flag in (where < 0.6, where < 0.85, where >= 0.85))
    chemo = "concomitant" if t >= 3 and rng.uniform() < 0.5 else "none"
    return {
        "index_tumour_location": "larynx" if larynx else "oropharynx",
        "age_at_diagnosis": int(np.clip(rng.normal(62, 9), 35, 88)),
        "biological_sex": "male" if rng.uniform() < 0.8 else "female",
        "performance_status_ecog": int(rng.choice([0, 1, 2], p=[0.4, 0.5, 0.1])),
        "overall_hpv_p16_status": "" if larynx else ("positive" if rng.uniform() < 0.3 else "negative"),
        "clin_t": t,
        "clin_n": n,
        "clin_m": 0,
        "ajcc_stage": "iva" if t == 4 or n >= 2 else ("iii" if t == 3 or n == 1 else ("i" if t == 1 else "ii")),
        "pretreat_hb_in_mmolperlitre": round(float(rng.normal(8.6, 0.9)), 1),
        "cancer_surgery_performed": "no",
        "chemotherapy_given": chemo,
        "radiotherapy_total_treat_time": int(rng.normal(42, 4)),
        "radiotherapy_refgydose_perfraction_highriskgtv": 2,
        "radiotherapy_refgydose_total_highriskgtv": 70,
        "radiotherapy_number_fractions_highriskgtv": 35,
        "event_overall_survival": died,
        "overall_survival_in_days": followed,
        "event_recurrence_metastatic_free_survival": relapse,
        "recurrence_metastatic_free_survival_in_days": relapsed,
        "event_local_recurrence": local,
        "local_recurrence_in_days": relapsed if local else followed,
        "event_locoregional_recurrence": regional,
        "locoregional_recurrence_in_days": relapsed if regional else followed,
        "event_distant_metastases": distant,
        "distant_metastases_in_days": relapsed if distant else followed,
    }
