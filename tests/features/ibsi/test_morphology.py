"""Morphological features of a box, by hand."""

import math

import numpy as np
import pytest

from radpipe.features.ibsi.form import morphology_of
from radpipe.features.ibsi.morphology import FEATURES

from .solids import solid


def test_densities_of_a_box_compare_it_with_bodies_around_it() -> None:
    mask = np.zeros((12, 14, 16), dtype=bool)
    mask[1:-1, 1:-1, 1:-1] = True
    shape = morphology_of(solid(mask, spacing=(2.0, 1.0, 0.5)))
    values = {feature.tag: feature.of(shape) for feature in FEATURES}
    volume, box_mm = values["morph_volume"], (20.0, 12.0, 7.0)
    assert values["morph_vol_approx"] == 10 * 12 * 14 * 1.0  # voxels of 1 mm3
    assert values["morph_vol_dens_aabb"] == pytest.approx(volume / math.prod(box_mm))
    z, y, x = box_mm
    assert values["morph_area_dens_aabb"] == pytest.approx(values["morph_area_mesh"] / (2 * (z * y + y * x + x * z)))
    ellipsoid = 4 / 3 * math.pi * math.prod(axis / 2 for axis in shape.axes_mm)
    assert values["morph_vol_dens_aee"] == pytest.approx(volume / ellipsoid)
