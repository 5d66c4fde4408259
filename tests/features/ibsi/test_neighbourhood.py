"""Tone differences and dependences on IBSI's digital phantom; voxels without neighbours do not count."""

import math

import numpy as np
import pytest

from radpipe.features.ibsi.neighbourhood import (
    DEPENDENCE_FEATURES,
    TONE_FEATURES,
    measure_dependence,
    measure_tone_difference,
    neighbourhood_of,
)
from radpipe.features.ibsi.prepare import IbsiRoi
from radpipe.features.ibsi.texture import TextureRoi, texture_of

EXTENTS = ("2D", "2_5D", "3D")

# IBSI's reference manual (arXiv:1612.07003), sections 3.10 and 3.11, digital phantom; three digits.
TONE = {
    "ngt_coarseness_2D": 0.121,
    "ngt_coarseness_2_5D": 0.0285,
    "ngt_coarseness_3D": 0.0296,
    "ngt_contrast_2D": 0.925,
    "ngt_contrast_2_5D": 0.601,
    "ngt_contrast_3D": 0.584,
    "ngt_strength_2D": 2.88,
    "ngt_strength_3D": 0.763,
}
DEPENDENCE = {
    "ngl_lde_2D": 0.158,
    "ngl_lde_3D": 0.045,
    "ngl_dcnu_2_5D": 12.4,
    "ngl_dcnu_3D": 4.86,
    "ngl_dc_energy_2D": 0.170,
    "ngl_dc_energy_3D": 0.0533,
}


@pytest.mark.parametrize("tag", list(TONE))
def test_tone_differences_are_those_of_the_manual(phantom_texture: TextureRoi, tag: str) -> None:
    counts = neighbourhood_of(phantom_texture, EXTENTS)
    assert measure_tone_difference(counts, phantom_texture.gray, EXTENTS)[tag] == pytest.approx(TONE[tag], rel=5e-3)


@pytest.mark.parametrize("tag", list(DEPENDENCE))
def test_dependences_are_those_of_the_manual(phantom_texture: TextureRoi, tag: str) -> None:
    counts = neighbourhood_of(phantom_texture, EXTENTS)
    assert measure_dependence(counts, phantom_texture.gray, EXTENTS)[tag] == pytest.approx(DEPENDENCE[tag], rel=5e-3)


def texture(levels: list[list[int]]) -> TextureRoi:
    array = np.array([levels])
    mask = array > 0
    return texture_of(IbsiRoi(array.astype(float), mask, mask, (1.0, 1.0, 1.0)), array[mask])


def test_a_voxel_that_stands_alone_has_no_tone_difference() -> None:
    # 1 2 . 9: the 9 has no neighbour, so that the two others decide: p 1/2 each, s 1 each.
    roi = texture([[1, 2, 0, 9]])
    found = measure_tone_difference(neighbourhood_of(roi, ("2D",)), roi.gray, ("2D",))
    assert found["ngt_coarseness_2D"] == pytest.approx(1 / (0.5 + 0.5))
    assert found["ngt_strength_2D"] == pytest.approx(((0.5 + 0.5) * 1 + (0.5 + 0.5) * 1) / 2)


def test_where_nothing_has_a_neighbour_tone_differences_are_not_defined() -> None:
    roi = texture([[1, 0, 2]])
    found = measure_tone_difference(neighbourhood_of(roi, ("3D",)), roi.gray, ("3D",))
    assert len(found) == len(TONE_FEATURES)
    assert all(math.isnan(value) for value in found.values())


def test_a_voxel_depends_on_itself() -> None:
    roi = texture([[1, 0, 2]])
    found = measure_dependence(neighbourhood_of(roi, ("3D",)), roi.gray, ("3D",))
    assert len(found) == len(DEPENDENCE_FEATURES)
    assert (found["ngl_lde_3D"], found["ngl_hde_3D"]) == (1.0, 1.0)
