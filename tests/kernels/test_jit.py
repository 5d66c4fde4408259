"""How kernels are loaded: from their folder, which its own process alone writes to; uncompiled they do the same."""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from radpipe.kernels import neighbours, perimeter, runs, spans, tally, zones
from radpipe.kernels.zones import examination

from .volumes import grid_of, offsets_of

COUNT = """
import importlib, pkgutil
import numpy as np
import radpipe.kernels
from radpipe.kernels.polygon import fill_even_odd

fill_even_odd(np.array([[0.0, 0.0], [0.0, 2.0], [2.0, 0.0]]), np.array([0, 3]), (3, 3))
loaded = missed = 0
for module in pkgutil.iter_modules(radpipe.kernels.__path__):
    for kernel in vars(importlib.import_module(f"radpipe.kernels.{module.name}")).values():
        if hasattr(kernel, "stats") and kernel.__module__ == f"radpipe.kernels.{module.name}":
            loaded += sum(kernel.stats.cache_hits.values())
            missed += sum(kernel.stats.cache_misses.values())
print(loaded, missed)
"""


def counted(base: Path) -> tuple[int, int]:
    """Kernels that were loaded, and those that had to be compiled."""
    done = subprocess.run(
        [sys.executable, "-c", COUNT], env={**os.environ, "RADPIPE_KERNELS": str(base)}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    loaded, missed = map(int, done.stdout.split())
    return loaded, missed


def test_kernels_are_loaded_and_nothing_is_written(copy: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in copy.rglob("*")}
    loaded, missed = counted(copy)
    assert loaded > 0
    assert missed == 0
    assert {path.name: path.stat().st_mtime_ns for path in copy.rglob("*")} == before


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_a_file_that_a_loss_of_power_cut_is_compiled_again_and_left(copy: Path, ending: str) -> None:
    for path in copy.glob(f"*/polygon.*.{ending}"):
        path.write_bytes(path.read_bytes()[:40] if ending == "nbi" else b"")
    _, missed = counted(copy)
    assert missed > 0


@pytest.mark.parametrize("module", [neighbours, perimeter, runs, spans, tally, zones])
def test_kernels_uncompiled_give_the_same(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    slots = np.random.default_rng(5).integers(0, 4, (4, 5, 6)).astype(np.uint32)
    offsets = offsets_of(slots, (1,), None)
    grid = grid_of(slots)
    steps = grid.layout.steps(offsets)
    order, apart, lowest = examination(tuple(map(tuple, offsets.tolist())))
    arguments = {
        "spans_of": (slots > 0, 1),
        "lay_out": (slots[slots > 0], grid.spans, grid.layout.cells),
        "gathered": (slots, grid.spans, 1),
        "tally": (slots.ravel(), 0, 4),
        "replaced": (slots.ravel(), 0, np.array([7, 5, 3, 2], dtype=np.uint8)),
        "outline": (np.pad(slots[0] > 0, 1), (0.7, 1.3)),
        "count_dependences": (grid.slots, grid.slots, grid.spans, steps, 3, 0),
        "sum_tone_differences": (grid.slots, grid.slots, grid.spans, steps, 3),
        "pair_keys": (grid.slots, grid.spans, steps[0], 3),
        "tone_pairs": (np.array([1.0, 4.0]), np.array([0.25, 0.75]), np.array([2.0, 0.5])),
        "_counted": (grid.slots, grid.spans, steps, 3, 6, True),
        "zone_sizes": (grid.slots, grid.spans, steps[order], apart, lowest),
        "zone_numbers": (grid.slots, grid.spans, steps[order], apart, lowest),
    }
    own = {name: vars(module)[name] for name in arguments if name in vars(module)}
    compiled = {
        name: function(*arguments[name]) for name, function in own.items() if function.__module__ == module.__name__
    }
    for name, kernel in {name: one for name, one in vars(module).items() if hasattr(one, "py_func")}.items():
        monkeypatch.setattr(module, name, kernel.py_func)
    assert compiled
    for name, expected in compiled.items():
        plain = getattr(module, name)(*arguments[name])
        for one, other in zip(plain, expected, strict=True):
            assert np.array_equal(one, other), name
