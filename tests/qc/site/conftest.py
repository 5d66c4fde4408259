"""A run that was measured and not drawn."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def out(review_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(review_run, tmp_path / "out", ignore=shutil.ignore_patterns("qc")))
