"""A copy of this machine's kernels."""

import shutil
from pathlib import Path

import pytest

from radpipe.kernels._cached import kernel_folder


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of this machine's kernels, which a test may spoil."""
    folder = kernel_folder()
    assert folder is not None
    shutil.copytree(folder, tmp_path / "kernels" / folder.name)
    return tmp_path / "kernels"
