"""Synthetic cohorts in each layout, made once."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from radpipe.demo.layouts import make_layout


@pytest.fixture(scope="session")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return the folder of a layout's synthetic cohort; read only."""
    home = tmp_path_factory.mktemp("layouts")

    def make(name: str) -> Path:
        folder = home / name
        return folder if folder.is_dir() else make_layout(name, folder, seed=3)

    return make


@pytest.fixture
def layout_copy(layout: Callable[[str], Path], tmp_path: Path) -> Callable[[str], Path]:
    """Return a copy of a layout's cohort that a test may damage."""
    return lambda name: Path(shutil.copytree(layout(name), tmp_path / name))
