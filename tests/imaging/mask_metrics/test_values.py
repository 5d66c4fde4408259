"""The numbers of a mask as JSON."""

import numpy as np

from radpipe.imaging.mask_metrics import MaskMetrics, mask_metrics
from radpipe.volume import Mask, Volume

from .blocks import BLOCK, GRID


def test_the_numbers_come_back_from_json():
    volume = Volume(np.zeros(GRID.size_zyx, dtype=np.int16), GRID, "HU")
    metrics = mask_metrics(volume, {"a": Mask.of(BLOCK, GRID), "b": Mask.of(BLOCK, GRID)})["a"]
    assert MaskMetrics.from_json(metrics.to_json()) == metrics
