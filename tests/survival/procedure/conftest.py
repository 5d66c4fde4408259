"""Made cohorts whose scanner effect, signal and stability are planted, for harmonising, controls and states."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from radpipe.clinical import Endpoint
from radpipe.survival.design.batches import Batches, batches_of
from radpipe.survival.design.clinical_model import ClinicalColumn, ClinicalModel, Kind, Missing
from radpipe.survival.design.patients import Patients
from radpipe.survival.procedure.plan import AnalysisPlan
from radpipe.survival.procedure.scrutiny import Asked, Scrutiny, prepared_setting, scrutinise

VOLUME = "original_shape_MeshVolume"
STAGE = ClinicalModel((ClinicalColumn("stage", Kind.NUMERIC, Missing.MEDIAN),), "made")
QUICK = AnalysisPlan(repeats=1, bootstraps=0, permutations=0, score_permutations=19, seeds=0)


@dataclass(frozen=True)
class Made:
    """A cohort of two scanners, A and B in turn, and what was planted in it."""

    patients: Patients
    scanner: dict[str, str]
    true_risk: np.ndarray
    features: np.ndarray
    size: np.ndarray
    texture: np.ndarray
    load: np.ndarray

    def with_features(self, values: np.ndarray) -> pd.DataFrame:
        """Other values of the features, volume as it is."""
        own = self.patients.features
        frame = pd.DataFrame(values, index=own.index, columns=[name for name in own.columns if name != VOLUME])
        return frame.assign(**{VOLUME: own[VOLUME]})[list(own.columns)]


def make(
    n: int = 240, *, seed: int = 0, shift: float = 0.0, volume: float = 0.5, texture: float = 0.8, terms: int = 40,
    aligned: bool = False,
) -> Made:  # fmt: skip
    """Draw a cohort.

    Features of unit variance: the first half load on size, texture and a third factor, the rest is noise; scanner B
    shifts each by ``shift`` SD up or down; ``aligned``: all features are texture, and shifted up. Hazard:
    ``exp(volume * size + texture * texture)``.
    """
    random = np.random.default_rng([seed, n])
    size, grain, other = random.normal(size=(3, n))
    load = random.normal(size=(3, terms))
    load[:, terms // 2 :] = 0
    if aligned:
        load[:] = np.array([[0.0], [1.5], [0.0]])
    values = (np.column_stack([size, grain, other]) @ load + random.normal(size=(n, terms))) / np.sqrt(
        1 + (load**2).sum(axis=0)
    )
    scanner = np.where(np.arange(n) % 2 == 0, "A", "B")
    signs = np.sign(random.normal(size=terms))
    moved = values + shift * (scanner == "B")[:, None] * (1 if aligned else signs)
    risk = volume * size + texture * grain
    death, censored = random.exponential(1500, n) * np.exp(-risk), random.uniform(500, 4000, n)
    ids = [f"p{number:03d}" for number in range(n)]
    names = [f"original_glcm_f{number:02d}" for number in range(terms)]
    features = pd.DataFrame(moved, index=ids, columns=names).assign(**{VOLUME: np.exp(9 + 0.7 * size)})
    clinical = pd.DataFrame({"stage": random.integers(1, 5, n).astype(float)}, index=ids)
    clinical["scanner"] = scanner
    endpoint = Endpoint("survival", tuple(ids), death <= censored, np.minimum(death, censored))
    flow = pd.DataFrame([("analysed", "", n, int((death <= censored).sum()))],
                        columns=["step", "reason", "patients", "events"])  # fmt: skip
    extraction = {"config": "ct", "modality": "CT"}
    patients = Patients(tuple(ids), clinical, features, endpoint, "GTV-1", flow, (), extraction)
    return Made(patients, dict(zip(ids, scanner.tolist(), strict=True)), risk, values, size, grain, load)


@pytest.fixture(scope="session")
def made() -> Callable[..., Made]:
    """Draw a cohort: ``made(n, seed=, shift=, volume=, texture=, terms=)``."""
    return make


@pytest.fixture(scope="session")
def scrutiny_of() -> Callable[..., Scrutiny]:
    """Scrutinise a cohort: ``scrutiny_of(patients, scanner=None, plan=QUICK, **asked)``."""

    def found(
        patients: Patients, scanner: dict[str, str] | None = None, plan: AnalysisPlan = QUICK, **more: object
    ) -> Scrutiny:
        asked = Asked(batches_for(patients, scanner), **more)  # type: ignore[arg-type]
        return scrutinise(prepared_setting(patients, STAGE, VOLUME, plan, asked), asked, seed=1)

    return found


def batches_for(patients: Patients, scanner: dict[str, str] | None) -> Batches | None:
    """Batches of a cohort; None without scanners."""
    if scanner is None:
        return None
    names = [str(name) for name in patients.features.columns]
    return batches_of(scanner, patients.patient_ids, STAGE.encode(patients.clinical), names, column="scanner")


@pytest.fixture(scope="session")
def quick() -> AnalysisPlan:
    """A plan of one repeat."""
    return QUICK


@pytest.fixture(scope="session")
def stage() -> ClinicalModel:
    """The clinical model of made cohorts."""
    return STAGE


@pytest.fixture(scope="session")
def volume_name() -> str:
    """The column of volume."""
    return VOLUME
