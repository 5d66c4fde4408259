"""Digests of outlines at one place, and of one form."""

import numpy as np

from radpipe.geometry import Geometry
from radpipe.imaging.mask_metrics import mask_digest
from radpipe.volume import Mask

from .blocks import BLOCK, GRID, of


def test_the_digest_follows_voxels_and_grid():
    digest = mask_digest(Mask.of(BLOCK, GRID))
    assert digest == of(BLOCK).mask_sha256
    moved = Geometry(GRID.size_zyx, GRID.spacing_zyx_mm, (-15.0, -20.0, 100.5))
    other = BLOCK.copy()
    other[2, 5, 10] = False
    digests = {digest, mask_digest(Mask.of(BLOCK, moved)), mask_digest(Mask.of(other, GRID))}
    shifted = Mask.of(np.roll(BLOCK, 1, axis=2), GRID)
    assert len(digests | {mask_digest(shifted)}) == 4


def test_an_outline_copied_to_another_place_keeps_its_form():
    notched = BLOCK.copy()
    notched[2:4, 5:8, 10:14] = False
    copied = of(np.roll(notched, (1, 2, 3), axis=(0, 1, 2)))
    assert copied.form_sha256 == of(notched).form_sha256 != ""
    assert copied.mask_sha256 != of(notched).mask_sha256


def test_a_box_has_no_form_of_its_own_as_phantoms_are_equal_by_chance():
    assert of(BLOCK).form_sha256 == ""
