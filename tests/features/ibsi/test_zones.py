"""Distances of zones from the edge, by hand."""

import numpy as np
import pytest

from radpipe.features.ibsi.prepare import IbsiRoi
from radpipe.features.ibsi.texture import texture_of
from radpipe.features.ibsi.zones import zones_of


def solid(
    mask: np.ndarray, image: np.ndarray | None = None, spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)
) -> IbsiRoi:
    values = np.ones(mask.shape) if image is None else image
    return IbsiRoi(values.astype(float), mask, mask, spacing)


@pytest.mark.parametrize("flat", [True, False])
def test_distances_of_zones_count_from_the_edge_of_the_morphological_mask(flat: bool) -> None:
    mask = np.ones((5, 5, 5), dtype=bool)
    levels = np.ones(125, dtype=np.int64)
    levels[62] = 2  # the centre
    roi = solid(mask)
    zones = zones_of(texture_of(roi, levels), ("2D",) if flat else ("3D",))
    found = zones["2D" if flat else "3D"]
    centre = found[2] if flat else found[0]
    assert dict(zip(centre.slots.tolist(), centre.distances.tolist(), strict=True)) == {1: 1, 2: 3}


def test_a_hole_of_the_intensity_mask_is_no_edge() -> None:
    morphological = np.ones((1, 7, 7), dtype=bool)
    intensity = morphological.copy()
    intensity[0, 3, 3] = False
    roi = IbsiRoi(np.ones((1, 7, 7)), morphological, intensity, (1, 1, 1))
    levels = np.ones(48, dtype=np.int64)
    levels[20] = 2  # (2, 6) is the last of row 2; 20 is at the right edge
    levels[17] = 3  # (2, 3): above the hole, three voxels from the edge
    zones = zones_of(texture_of(roi, levels), ("2D",))["2D"][0]
    assert dict(zip(zones.slots.tolist(), zones.distances.tolist(), strict=True)) == {1: 1, 2: 1, 3: 3}
