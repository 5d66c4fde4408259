"""An image without structure, and voxels of one millimetre."""

import numpy as np

SPACING = (1.0, 1.0, 1.0)


def image(seed: int = 0, size: tuple[int, int, int] = (17, 17, 17)) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=size)
