"""A short version of the simulation study (docs/survival_simulation.md): the right size, and power."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

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
    rows = [simulation.cohort(seed, 137, design, permutations=199, only_test=True) for seed in range(cohorts)]
    return np.array([row["p"] for row in rows])


def test_a_signal_of_volume_alone_is_rarely_taken_for_radiomics(simulation: ModuleType) -> None:
    # At a level of 1.5 % 0.9 of 60 cohorts are expected; more than 4 happens once in 400 times.
    assert np.count_nonzero(p_values(simulation, "volume", 60) <= LEVEL) <= 4


def test_a_hazard_ratio_of_1_57_is_mostly_found(simulation: ModuleType) -> None:
    # The study finds more than three of four; fewer than half of 20 would be strange.
    assert np.count_nonzero(p_values(simulation, "strong", 20) <= LEVEL) >= 10


def test_intervals_of_a_row_hold_the_truth_of_most_cohorts(simulation: ModuleType, tmp_path: Path) -> None:
    # Of 12 intervals that cover 95 %, fewer than 9 cover once in 5,000 times; of half the width, mostly.
    with threadpool_limits(limits=1):
        rows = [
            simulation.cohort(seed, 137, design, repeats=2, permutations=199)
            for seed in range(4)
            for design in ("null", "volume", "strong")
        ]
    told = [simulation.judged(row) for row in rows]
    true = np.array([row["true"] for row in rows])
    held = [one.difference.low <= b - a <= one.difference.high for (one, _), (a, b) in zip(told, true, strict=True)]
    assert sum(held) >= 9
    assert sum(c.low <= b <= c.high for (_, c), (_, b) in zip(told, true, strict=True)) >= 9
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + '\n{"cut')
    strong = next(line for line in simulation.table(path).splitlines() if line.startswith("| strong | 137 |"))
    covered = [one for one, row in zip(held, rows, strict=True) if row["design"] == "strong"]
    assert f"| {100 * np.mean(covered):.1f} % |" in strong
