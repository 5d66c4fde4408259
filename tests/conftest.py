"""What all tests share: where real data lies, made data that workers share, and a deterministic hypothesis profile."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from radpipe.volume import Mask, Volume

settings.register_profile(
    "radpipe", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("radpipe")

CHECKOUT = Path(__file__).resolve().parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """Compile the kernels before tests or xdist's workers start, else each process would compile what it needs."""
    if not hasattr(config, "workerinput"):
        from radpipe.features.ready import get_ready

        get_ready("native", lambda line: print(line, flush=True))


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Path]:
    """Make a folder of test data once for all workers of xdist: the first one makes it, the others wait and read."""
    base = tmp_path_factory.getbasetemp()
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def folder_of(name: str, make: Callable[[Path], object]) -> Path:
        folder, ready = common / name, common / f"{name}.ready"
        with FileLock(common / f"{name}.lock"):
            if not ready.exists():
                make(folder)
                ready.touch()
        return folder

    return folder_of


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder that holds ``pyproject.toml``."""
    return CHECKOUT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real images: ``RADPIPE_TEST_DATA``, else ``../shared/data`` beside the checkout."""
    folder = Path(os.environ.get("RADPIPE_TEST_DATA", CHECKOUT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data: {folder.name} is absent; set RADPIPE_TEST_DATA")
    return folder


@pytest.fixture(scope="session")
def digital_phantom() -> tuple["Volume", "Mask"]:
    """IBSI's digital phantom, and its ROI of 74 voxels; typed from the manual, see ``tests/numbers``."""
    from radpipe.geometry import Geometry
    from radpipe.volume import Mask, Volume

    lines = (CHECKOUT / "tests" / "numbers" / "ibsi_digital_phantom.txt").read_text().splitlines()
    words = np.array([line.split() for line in lines if line and not line.startswith("#")]).reshape(4, 4, 5)
    grid = Geometry((4, 4, 5), (2.0, 2.0, 2.0))
    levels = np.char.strip(words, "()").astype(np.int16)
    return Volume(levels, grid), Mask.of(~np.char.startswith(words, "("), grid)


@pytest.fixture(scope="session")
def hn1_cohort(made_once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """A synthetic cohort of five patients in HN1's layout; read only. The first and the fifth have a SEG too."""
    from radpipe.demo import make_demo

    return made_once("hn1", lambda folder: make_demo(folder, patients=5, seed=7))


@pytest.fixture
def hn1_copy(hn1_cohort: Path, tmp_path: Path) -> Path:
    """A copy of the synthetic cohort that a test may damage."""
    return Path(shutil.copytree(hn1_cohort, tmp_path / "hn1"))
