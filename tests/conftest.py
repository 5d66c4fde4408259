"""What all tests share: where real data lies, and a deterministic hypothesis profile."""

import os
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
