"""Rings by every way of writing them: XOR, keyhole, nested contours."""

import numpy as np
import numpy.typing as npt
import pytest
from numpy.testing import assert_array_equal

from radpipe.errors import Policy
from radpipe.imaging.outlines import Contour

from .boxes import GRID, box, filled


def ring_wanted() -> npt.NDArray[np.bool_]:
    wanted = np.zeros(GRID.size_zyx, dtype=bool)
    wanted[2, 2:15, 2:15] = True
    wanted[2, 6:10, 6:10] = False
    return wanted


OUTER = box(GRID, 2, (1.5, 1.5), (14.5, 14.5))
INNER = box(GRID, 2, (5.5, 5.5), (9.5, 9.5))


@pytest.mark.parametrize("kind", ["CLOSEDPLANAR_XOR", "CLOSED_PLANARXOR"])
def test_a_ring_by_xor_is_a_ring_without_a_warning(kind: str) -> None:
    array, notes = filled([Contour(OUTER, kind), Contour(INNER, kind)], GRID, Policy())
    assert_array_equal(array, ring_wanted())
    assert notes == ()


def test_a_ring_by_keyhole_is_a_ring_without_a_warning() -> None:
    keyhole = np.concatenate([OUTER, OUTER[:1], INNER, INNER[:1]])
    array, notes = filled([Contour(keyhole)], GRID, Policy())
    assert_array_equal(array, ring_wanted())
    assert notes == ()


def test_a_ring_by_nested_contours_is_a_ring_with_a_warning() -> None:
    array, notes = filled([Contour(OUTER), Contour(INNER)], GRID, Policy())
    assert_array_equal(array, ring_wanted())
    assert [str(note) for note in notes] == [
        "W_NESTED_CONTOURS: contours of the ROI overlap on 1 slices; the overlap is a hole (even-odd)"
    ]


def test_a_policy_asks_for_the_union_of_nested_contours() -> None:
    array, notes = filled([Contour(OUTER), Contour(INNER)], GRID, Policy.parse(["W_NESTED_CONTOURS=fix"]))
    assert array.sum() == 13 * 13
    assert "union" in notes[0].sentence


def test_a_hole_by_xor_stays_a_hole_under_the_union_of_the_others() -> None:
    nested = box(GRID, 2, (3.5, 3.5), (12.5, 12.5))
    contours = [Contour(OUTER), Contour(nested), Contour(INNER, "CLOSEDPLANAR_XOR")]
    array, notes = filled(contours, GRID, Policy.parse(["W_NESTED_CONTOURS=fix"]))
    assert_array_equal(array, ring_wanted())
    assert [note.code for note in notes] == ["W_NESTED_CONTOURS"]
