"""A small grid of known spacing, blocks of voxels on it, and the numbers of one."""

import numpy as np

from radpipe.geometry import Geometry
from radpipe.imaging.mask_metrics import MaskMetrics, mask_metrics
from radpipe.volume import Mask, Volume

GRID = Geometry((10, 20, 30), (3.0, 2.0, 1.0), (-15.0, -20.0, 100.0))


def block(*spans: tuple[int, int]) -> np.ndarray:
    array = np.zeros(GRID.size_zyx, dtype=bool)
    array[tuple(slice(*span) for span in spans)] = True
    return array


BLOCK = block((2, 6), (5, 11), (10, 18))


def of(array: np.ndarray, image: np.ndarray | None = None, unit: str = "HU", grid: Geometry = GRID) -> MaskMetrics:
    image = np.zeros(GRID.size_zyx, dtype=np.int16) if image is None else image
    return mask_metrics(Volume(image, grid, unit), {"a": Mask.of(array, grid)})["a"]
