"""The phantom has the tumour that was asked for."""

import numpy as np
import pytest

from radpipe.demo.phantom import make_phantom


def test_the_tumour_has_the_volume_asked_for() -> None:
    phantom = make_phantom(np.random.default_rng(0), 20.0, 0.5, node=False)
    assert phantom.masks["GTV-1"].volume_mm3 == pytest.approx(20_000, rel=0.05)
