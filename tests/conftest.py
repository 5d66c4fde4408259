"""What all tests share: where real data lies, and a deterministic hypothesis profile."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "radpipe", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("radpipe")

CHECKOUT = Path(__file__).resolve().parent.parent


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
def hn1_cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic cohort of five patients in HN1's layout; read only. The first and the fifth have a SEG too."""
    from radpipe.demo import make_demo

    return make_demo(tmp_path_factory.mktemp("hn1"), patients=5, seed=7)


@pytest.fixture
def hn1_copy(hn1_cohort: Path, tmp_path: Path) -> Path:
    """A copy of the synthetic cohort that a test may damage."""
    return Path(shutil.copytree(hn1_cohort, tmp_path / "hn1"))
