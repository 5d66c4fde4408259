"""A made cohort of 24 heads: known organs in a body of fat and muscle, each patient a little different.

Values are those of tables of CT numbers (fat -100, muscle 55, gland 10, brain 35, vitreous 12, bone 900 HU). Nothing is
read from files: volumes and masks go to the same function as in the worker.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from radpipe.errors import Note
from radpipe.features.params import Params
from radpipe.geometry import Geometry
from radpipe.imaging.mask_metrics import mask_metrics
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.qc.flags import flagged
from radpipe.qc.metrics import QcRows
from radpipe.volume import Mask, Volume

from .made_run import PARAMS, write_cohort

GRID = Geometry((40, 64, 72), (3.0, 3.0, 3.0), (-108.0, -96.0, -60.0))
CASES = 24

# Name -> HU, centre in mm (x, y, z), semi-axes in mm (x, y, z).
ORGANS = {
    "Brainstem": (35, (0, 10, 30), (15, 13, 18)),
    "SpinalCord": (35, (0, 30, -20), (7, 7, 29)),
    "Bone_Mandible": (900, (0, -45, -10), (30, 8, 9)),
    "Parotid_L": (10, (50, 0, 0), (14, 17, 18)),
    "Parotid_R": (10, (-50, 0, 0), (14, 17, 18)),
    "Eye_L": (12, (31, -50, 35), (12, 12, 12)),
    "Eye_R": (12, (-31, -50, 35), (12, 12, 12)),
    "GTV-1": (60, (12, -15, -12), (11, 11, 12)),
}

# What lies around them: fat of cheeks and orbits, brain in its skull, mastoids, vertebrae and their canal,
# airway, teeth.
SURROUNDINGS = (
    (-90, (46, 0, 0), (26, 26, 26)),
    (-90, (-46, 0, 0), (26, 26, 26)),
    (800, (0, 10, 45), (70, 72, 34)),
    (35, (0, 10, 45), (63, 65, 28)),
    (-90, (31, -48, 35), (17, 18, 17)),
    (-90, (-31, -48, 35), (17, 18, 17)),
    (500, (54, 30, 10), (9, 10, 13)),
    (500, (-54, 30, 10), (9, 10, 13)),
    (400, (0, 32, -30), (20, 20, 34)),
    (20, (0, 30, -20), (12, 12, 44)),
    (-950, (0, -2, -35), (9, 8, 30)),
    (1200, (0, -42, 2), (26, 9, 5)),
)

Masks = dict[str, np.ndarray]


@dataclass
class Patient:
    """An image and its outlines, which a test may spoil."""

    case_id: str
    image: np.ndarray
    masks: Masks
    warnings: dict[str, tuple[Note, ...]] = field(default_factory=dict)
    sphericity: dict[str, float] = field(default_factory=dict)

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """Its measured rows; asked for when nothing is spoiled any more."""
        volume = Volume(self.image, GRID, "HU")
        rows = []
        for name, metrics in mask_metrics(
            volume, {name: Mask.of(mask, GRID) for name, mask in self.masks.items()}
        ).items():
            vector = FeatureVector(("original_shape_Sphericity",), np.array([self.sphericity.get(name, np.nan)]))
            key = (self.case_id, "ct", "CT", name, "ct_native")
            notes = self.warnings.get(name, ())
            rows.append(Outcome(*key, Status.OK, warnings=notes, vector=vector, qc=metrics.to_json()))
        return rows


def _axes() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    z, y, x = np.indices(GRID.size_zyx)
    return x * 3.0 - 108.0, y * 3.0 - 96.0, z * 3.0 - 60.0


def ellipsoid(centre: Any, axes: Any) -> np.ndarray:
    """Voxels of an ellipsoid; centre and semi-axes in mm, x, y, z."""
    distances = [((way - middle) / half) ** 2 for way, middle, half in zip(_axes(), centre, axes, strict=True)]
    return sum(distances) <= 1.0


def patient(number: int) -> Patient:
    """A patient of the cohort; the same number, the same patient."""
    draw = np.random.default_rng([7, number])
    x, y, _ = _axes()
    body = (x / 85) ** 2 + (y / 80) ** 2
    where, size = draw.normal(0, 2, 3), draw.normal(1, 0.05)
    image = np.full(GRID.size_zyx, -1000.0)
    image[body <= 1] = -100
    image[body <= 0.85] = 55
    for value, centre, axes in SURROUNDINGS:
        image[ellipsoid(np.array(centre) + where, axes) & (body <= 1)] = value
    image[(y > 85) & (y < 91)] = 100  # the couch
    masks = {}
    for name, (value, centre, axes) in ORGANS.items():
        own = 1.0 if name != "GTV-1" else np.exp(draw.normal(0, 0.25))
        shape = np.array(axes) * size * own * draw.normal(1, 0.04, 3)
        masks[name] = ellipsoid(np.array(centre) + where + draw.normal(0, 1.5, 3), shape)
        image[masks[name]] = value + draw.normal(0, 6 if value < 500 else 110)
    for name in ("SpinalCord", "Brainstem"):
        masks["GTV-1"] &= ~masks[name]
    image += draw.normal(0, 12, image.shape)
    form = {name: float(draw.normal(0.8, 0.02)) for name in masks}
    return Patient(f"P{number:02d}", np.round(image).astype(np.int16), masks, sphericity=form)


def judged(patients: list[Patient]) -> Any:
    """Return ``qc.csv`` of patients as a frame."""
    rows = [(outcome, f"task-{one.case_id}") for one in patients for outcome in one.outcomes]
    return qc_table(rows)


def qc_table(rows: Sequence[tuple[Outcome, str]], params: Sequence[Params] = ()) -> pd.DataFrame:
    """Return ``qc.csv`` of outcomes with their task keys as one frame."""
    with TemporaryDirectory() as folder, QcRows.gathered_in(Path(folder), params) as gathered:
        for outcome, key in rows:
            gathered.add(outcome, key)
        return pd.concat(flagged(gathered), ignore_index=True)


@pytest.fixture(scope="session")
def heads() -> SimpleNamespace:
    """What tests make patients with."""
    return SimpleNamespace(
        GRID=GRID,
        ORGANS=ORGANS,
        Patient=Patient,
        ellipsoid=ellipsoid,
        judged=judged,
        patient=patient,
        qc_table=qc_table,
    )


@pytest.fixture(scope="session")
def healthy() -> tuple[Patient, ...]:
    """The cohort as it should be; tests take copies."""
    return tuple(patient(number) for number in range(CASES))


@pytest.fixture
def spoiled(healthy: tuple[Patient, ...]) -> Callable[[Callable[[Patient], None]], Mapping[str, Any]]:
    """Spoil one patient of the cohort, and return its rows by ROI."""

    def run(fault: Callable[[Patient], None], number: int = 5) -> Mapping[str, Any]:
        patients = list(healthy)
        old = patients[number]
        copies = {name: array.copy() for name, array in old.masks.items()}
        patients[number] = Patient(old.case_id, old.image.copy(), copies, {}, dict(old.sphericity))
        fault(patients[number])
        table = judged(patients)
        return {row["roi"]: row for row in table[table["case_id"] == old.case_id].to_dict("records")}

    return run


@pytest.fixture(scope="session")
def review_run(made_once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """The output folder of a finished run of six cases; read only."""

    import radpipe
    from radpipe.features.params_file import parse_params

    def make(folder: Path) -> None:
        manifest = write_cohort(folder / "source")
        params = parse_params(PARAMS, name="plain")
        radpipe.extract(manifest, dataset="manifest", params=params, out=folder / "out", jobs=1)

    return made_once("review-run", make) / "out"
