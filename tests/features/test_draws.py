"""Draws follow from the content: voxels, grid, name, seed."""

from dataclasses import replace

import numpy as np

from radpipe.features.draws import image_digest, mask_digest, stream
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

GEOMETRY = Geometry((4, 5, 6), (3.0, 1.0, 1.0))


def test_a_digest_changes_with_voxels_grid_and_number_type() -> None:
    volume = Volume(np.zeros((4, 5, 6), dtype=np.int16), GEOMETRY)
    moved = replace(GEOMETRY, origin_xyz_mm=(0.0, 0.0, 1.0))
    others = [
        Volume(np.ones((4, 5, 6), dtype=np.int16), GEOMETRY),
        Volume(np.zeros((4, 5, 6), dtype=np.uint16), GEOMETRY),
        Volume(np.zeros((4, 5, 6), dtype=np.int16), moved),
    ]
    assert image_digest(volume) == image_digest(Volume(volume.array.copy(), GEOMETRY, "HU"))
    assert len({image_digest(volume), *map(image_digest, others)}) == 4


def test_a_mask_of_the_same_form_elsewhere_has_another_digest() -> None:
    block = np.ones((1, 2, 2), dtype=bool)
    here = Mask((slice(0, 1), slice(0, 2), slice(0, 2)), block, GEOMETRY)
    there = Mask((slice(1, 2), slice(0, 2), slice(0, 2)), block, GEOMETRY)
    assert mask_digest(here) != mask_digest(there)


def test_streams_differ_by_seed_name_and_content() -> None:
    drawn = [float(stream(*key).random()) for key in ((0, "a", 1), (1, "a", 1), (0, "b", 1), (0, "a", 2))]
    assert len(set(drawn)) == 4
    assert drawn[0] == float(stream(0, "a", 1).random())
