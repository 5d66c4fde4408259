"""A short version of the simulation study (docs/survival_simulation.md): the right size, and power."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from radpipe.survival.procedure.results import LEVEL


@pytest.fixture(scope="module")
def simulation(checkout: Path) -> ModuleType:
    path = checkout / "tests" / "benchmarks" / "survival_simulation.py"
    spec = importlib.util.spec_from_file_location("survival_simulation", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def p_values(simulation: ModuleType, design: str, cohorts: int) -> np.ndarray:
    rows = [
        simulation.cohort(seed, 137, design, full=False, repeats=1, permutations=199, only_test=True)
        for seed in range(cohorts)
    ]
    return np.array([row["p"] for row in rows])


def test_a_signal_of_volume_alone_is_rarely_taken_for_radiomics(simulation: ModuleType) -> None:
    # At a level of 1.5 % 0.9 of 60 cohorts are expected; more than 4 happens once in 400 times.
    assert np.count_nonzero(p_values(simulation, "volume", 60) <= LEVEL) <= 4


def test_a_hazard_ratio_of_1_57_is_mostly_found(simulation: ModuleType) -> None:
    # The study finds more than three of four; fewer than half of 20 would be strange.
    assert np.count_nonzero(p_values(simulation, "strong", 20) <= LEVEL) >= 10
