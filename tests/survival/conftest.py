"""Cohorts that the tests of survival share: drawn once, their truth known."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from radpipe.clinical import ClinicalTable, Endpoint
from radpipe.demo.cohort import Signal, draw_patients
from radpipe.survival.design.batches import Batches, batches_of
from radpipe.survival.design.clinical_model import ClinicalColumn, ClinicalModel, Kind, Missing
from radpipe.survival.design.hn1 import HN1_ENDPOINTS
from radpipe.survival.design.patients import Patients, join
from radpipe.survival.design.preprocess import Encoded
from radpipe.survival.procedure.plan import AnalysisPlan
from radpipe.survival.procedure.scrutiny import Asked, Scrutiny, prepared_setting, scrutinise
from radpipe.survival.procedure.training import Study

Draw = Callable[..., Study]

# Drawn once; t days, cause 0 censored, 1 or 2.
T = (
    "10 4 7 3 1 3 4 1 1 6 6 6 2 11 8 11 3 1 3 3 11 1 1 5 2 4 6 1 9 1 "
    "11 5 2 4 7 3 3 6 8 2 2 2 11 7 1 3 1 7 6 4 3 8 2 3 13 7 7 1 5 2"
)
C = (
    "0 1 1 1 2 0 1 2 1 2 1 2 2 2 2 0 2 2 1 1 1 2 1 1 0 1 1 2 2 1 "
    "2 0 2 0 1 0 2 2 0 1 0 1 1 0 2 0 1 0 0 0 1 2 2 1 1 1 2 1 2 1"
)


def study_of(x: np.ndarray, effects: np.ndarray, seed: int, **more: object) -> Study:
    """A study of given terms, exponential survival and uniform censoring."""
    random = np.random.default_rng(seed)
    n = len(x)
    death = random.exponential(1500, n) * np.exp(-(x[:, : len(effects)] @ effects))
    censored = random.uniform(500, 4000, n)
    names = tuple(f"f{number:03d}" for number in range(x.shape[1]))
    encoded = Encoded(names, names, ("identity",) * len(names), x, np.zeros(len(names), dtype=bool))
    return Study(encoded, np.minimum(death, censored), death <= censored, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def draw() -> Draw:
    """Draws studies: ``draw(n, terms, effects, seed)``, terms independent and standard normal."""

    def drawn(n: int, terms: int, effects: tuple[float, ...] = (), seed: int = 0, **more: object) -> Study:
        x = np.random.default_rng([seed, n, terms]).normal(size=(n, terms))
        return study_of(x, np.array(effects), seed + 1, **more)

    return drawn


@pytest.fixture(scope="session")
def planted() -> Callable[..., Patients]:
    """Makes patients of the demo, with features: volume, its shadows, heterogeneity and noise."""

    def made(signal: Signal, n: int = 120, seed: int = 1, reverse: bool = False) -> Patients:
        drawn = draw_patients(n, seed=seed, signal=signal)
        random = np.random.default_rng(seed)
        volume = np.array([one.tumour_ml for one in drawn])
        heterogeneity = np.array([one.heterogeneity for one in drawn])
        columns = {"original_shape_MeshVolume": volume * 1000}
        columns |= {f"original_shape_s{k}": np.log(volume) + random.normal(0, 0.2 + k / 10, n) for k in range(4)}
        columns |= {f"original_glcm_t{k}": heterogeneity + random.normal(0, 0.1 + k / 20, n) for k in range(4)}
        columns |= {f"wavelet-LLH_glcm_n{k}": random.normal(size=n) for k in range(8)}
        if reverse:
            columns = dict(reversed(columns.items()))
        ids = [one.patient_id for one in drawn]
        frame = pd.DataFrame({"case_id": ids, "roi": "GTV-1", "status": "ok", "code": "", **columns})
        clinical = pd.DataFrame([one.clinical for one in drawn], index=ids).replace("", np.nan)
        table = ClinicalTable(clinical, "demo.csv")
        return join(frame, table, HN1_ENDPOINTS["overall_survival"], roi="GTV-1")

    return made


@pytest.fixture(scope="session")
def tied() -> tuple[np.ndarray, np.ndarray]:
    """Times with many ties and causes (0 censored, 1, 2) of 60 patients, of which R was asked."""
    return np.array(T.split(), dtype=float), np.array(C.split(), dtype=np.int64)


@pytest.fixture(scope="session")
def tied_columns() -> np.ndarray:
    """Two columns beside them: x1 = (i * 7) mod 11, x2 = (i * 5) mod 13, i from 1."""
    number = np.arange(1, 61)
    return np.column_stack([(number * 7) % 11, (number * 5) % 13]).astype(float)


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
