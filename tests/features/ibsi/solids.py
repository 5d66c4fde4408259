"""A prepared ROI of a mask."""

import numpy as np

from radpipe.features.ibsi.prepare import IbsiRoi


def solid(
    mask: np.ndarray, image: np.ndarray | None = None, spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)
) -> IbsiRoi:
    values = np.ones(mask.shape) if image is None else image
    return IbsiRoi(values.astype(float), mask, mask, spacing)
