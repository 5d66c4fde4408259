"""Synthetic cohorts in each layout, made once."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from radpipe.demo.layouts import make_layout


@pytest.fixture(scope="session")
def layout(made_once: Callable[[str, Callable[[Path], object]], Path]) -> Callable[[str], Path]:
    """Return the folder of a layout's synthetic cohort; read only."""
    return lambda name: made_once(f"layout_{name}", lambda folder: make_layout(name, folder, seed=3))


@pytest.fixture
def layout_copy(layout: Callable[[str], Path], tmp_path: Path) -> Callable[[str], Path]:
    """Return a copy of a layout's cohort that a test may damage."""
    return lambda name: Path(shutil.copytree(layout(name), tmp_path / name))
