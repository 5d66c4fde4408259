"""Holes, forgotten slices and slices beside their neighbours, counted by hand."""

import numpy as np
import pytest

from .blocks import BLOCK, GRID, block, of


def test_holes_are_closed_in_the_plane_and_a_notch_is_none():
    array = BLOCK.copy()
    array[4, 6:8, 12] = False
    array[5, 7, 12] = False
    array[3, 5, 12] = False
    metrics = of(array)
    assert metrics.hole_ml == pytest.approx(3 * 0.006)
    assert metrics.hole_slice == 4


def test_a_diagonal_opening_is_a_hole_since_the_background_has_four_neighbours():
    array = np.zeros(GRID.size_zyx, dtype=bool)
    for y, x in ((4, 5), (5, 4), (5, 6), (6, 5)):
        array[3, y, x] = True
    assert of(array).hole_ml == pytest.approx(0.006)


def test_a_gap_between_outlines_that_overlap_is_told_apart_from_two_nodes():
    array = BLOCK.copy()
    array[3] = False
    metrics = of(array)
    assert (metrics.gap_slices, metrics.gap_slice, metrics.gap_within) == (1, 3, True)
    nodes = block((1, 2), (0, 3), (0, 3)) | block((5, 7), (10, 12), (20, 22))
    metrics = of(nodes)
    assert (metrics.gap_slices, metrics.gap_slice, metrics.gap_within) == (3, 2, False)


def test_a_slice_beside_its_neighbours_is_told_with_its_way():
    array = BLOCK.copy()
    array[4] = np.roll(array[4], 7, axis=1)
    metrics = of(array)
    assert (metrics.off_slice, metrics.off_mm) == (4, pytest.approx(7.0))


def test_a_tube_that_runs_slanted_has_no_slice_that_is_off():
    array = np.zeros(GRID.size_zyx, dtype=bool)
    for z in range(10):
        array[z, 5:11, 2 + 2 * z : 8 + 2 * z] = True
    assert of(array).off_slice == -1
