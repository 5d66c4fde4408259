"""Planes of contours against slices: half-spacing offsets, doubled contours, the image's ends, the image drawn on."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from numpy.testing import assert_array_equal

from radpipe.errors import InputError, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.contours import fill_contours
from radpipe.imaging.outlines import Contour
from radpipe.imaging.planes import plane_positions_mm, score_planes

GRID = Geometry((12, 20, 24), (3.0, 1.0, 2.0), (-10.0, -20.0, 5.0))
REVERSED = Geometry((12, 20, 24), (3.0, 1.0, 2.0), (-10.0, -20.0, 38.0), (1, 0, 0, 0, 1, 0, 0, 0, -1))
SQUARE = ((2.5, 2.5), (2.5, 9.5), (9.5, 9.5), (9.5, 2.5))


def square(z: float, corners: Any = SQUARE, kind: str = "CLOSED_PLANAR") -> Contour:
    return Contour(GRID.index_to_mm([(z, y, x) for y, x in corners]), kind)


def filled(
    contours: list[Contour], policy: Policy | None = None, grid: Geometry = GRID
) -> tuple[npt.NDArray[np.bool_], list[Any]]:
    box, array, notes = fill_contours(contours, grid, policy or Policy())
    whole = np.zeros(grid.size_zyx, dtype=bool)
    whole[box] = array
    return whole, list(notes)


@pytest.mark.parametrize("jitter", [0.0, 0.004, -0.004])
def test_contours_half_a_spacing_off_keep_one_plane_for_each_slice(jitter: float) -> None:
    contours = [square(z + 0.5 + jitter * (-1) ** z) for z in range(2, 8)]
    array, notes = filled(contours)
    assert_array_equal(array.sum(axis=(1, 2)), [0, 0, 0, *[49] * 6, 0, 0, 0])  # 7 x 7 voxels on the slices above
    assert [note.code for note in notes] == ["W_OFF_SLICE"]
    assert "6 contours lie between slices" in notes[0].sentence
    assert "0 gave way" in notes[0].sentence


def test_half_way_is_up_in_the_patient_however_the_slices_are_stored() -> None:
    contours = [square(z + 0.5) for z in range(2, 8)]
    assert_array_equal(filled(contours, grid=REVERSED)[0][::-1], filled(contours)[0])


def test_planes_that_give_way_to_a_nearer_one_are_counted() -> None:
    _, notes = filled([square(z / 3) for z in range(9, 19)])  # 1 mm apart on slices of 3 mm
    assert [note.code for note in notes] == ["W_OFF_SLICE"]
    assert "6 gave way to a plane nearer to their slice" in notes[0].sentence


@pytest.mark.parametrize("kind", ["CLOSED_PLANAR", "CLOSEDPLANAR_XOR"])
@pytest.mark.parametrize("how", ["same", "reversed", "turned", "closed", "three times"])
def test_contours_that_are_in_the_file_twice_count_once(how: str, kind: str) -> None:
    single = [square(z, kind=kind) for z in range(2, 6)]
    again = {
        "same": SQUARE,
        "reversed": SQUARE[::-1],
        "turned": (*SQUARE[2:], *SQUARE[:2]),
        "closed": (*SQUARE, SQUARE[0]),
        "three times": SQUARE,
    }[how]
    doubled = single + [square(z, again, kind) for z in range(2, 6)] * (2 if how == "three times" else 1)
    array, notes = filled(doubled)
    assert_array_equal(array, filled(single)[0])
    assert [note.code for note in notes] == ["W_DOUBLED_CONTOURS"]
    assert f"{8 if how == 'three times' else 4} contours are in the file more than once" in notes[0].sentence


def test_contours_with_other_vertices_but_the_same_voxels_count_once() -> None:
    finer = ((2.5, 2.5), (2.4, 6.0), (2.5, 9.5), (9.5, 9.5), (9.5, 2.5))
    array, notes = filled([square(3), square(3, finer)])
    assert array.sum() == 49
    assert [note.code for note in notes] == ["W_DOUBLED_CONTOURS"]


def test_a_doubled_ring_keeps_its_hole() -> None:
    inner = ((4.5, 4.5), (4.5, 7.5), (7.5, 7.5), (7.5, 4.5))
    ring = [square(3), square(3, inner)]
    array, notes = filled(ring * 2)
    assert array.sum() == 49 - 9
    assert [note.code for note in notes] == ["W_DOUBLED_CONTOURS", "W_NESTED_CONTOURS"]


def test_equal_contours_of_other_slices_are_no_twins() -> None:
    array, notes = filled([square(z) for z in range(2, 6)])
    assert (array.sum(), notes) == (4 * 49, [])


def test_a_hole_of_xor_type_stays_a_hole_under_the_union_policy() -> None:
    other = ((2.5, 6.5), (2.5, 14.5), (9.5, 14.5), (9.5, 6.5))  # overlaps the square in columns 7 to 9
    hole = ((4.5, 4.5), (4.5, 5.5), (6.5, 5.5), (6.5, 4.5))  # 2 voxels
    contours = [square(3), square(3, other), square(3, hole, "CLOSEDPLANAR_XOR")]
    array, notes = filled(contours, Policy.parse(["W_NESTED_CONTOURS=fix"]))
    assert array.sum() == 49 + 56 - 21 - 2
    assert not array[3, 5:7, 5].any()
    assert [note.code for note in notes] == ["W_NESTED_CONTOURS"]


def test_a_contour_that_crosses_itself_is_told() -> None:
    # A figure eight: two triangles of 8 x 4 voxels' area each that run round in opposite ways.
    eight = ((2.5, 2.5), (10.5, 10.5), (10.5, 2.5), (2.5, 10.5))
    _, notes = filled([square(3, eight), square(4)])
    assert [note.code for note in notes] == ["W_CROSSED_CONTOURS"]
    assert "1 contours cross or overlap themselves" in notes[0].sentence
    assert "but 0 by their ring" in notes[0].sentence


def test_a_contour_that_runs_round_twice_is_told() -> None:
    twice = ((2.5, 2.5), (2.5, 12.5), (12.5, 12.5), (12.5, 2.5), (2.5, 2.5), (2.5, 11.5), (11.5, 11.5), (11.5, 2.5))
    assert "W_CROSSED_CONTOURS" in [note.code for note in filled([square(3, twice)])[1]]


def test_a_keyhole_does_not_cross_itself() -> None:
    keyhole = (*SQUARE, SQUARE[0], (4.5, 4.5), (7.5, 4.5), (7.5, 7.5), (4.5, 7.5), (4.5, 4.5))
    array, notes = filled([square(3, keyhole)])
    assert (array.sum(), notes) == (49 - 9, [])


def test_contours_tilted_against_the_slices_are_counted() -> None:
    corners = [(3 - 0.1, 2.5, 2.5), (3 - 0.1, 2.5, 9.5), (3 + 0.1, 9.5, 9.5), (3 + 0.1, 9.5, 2.5)]
    array, notes = filled([Contour(GRID.index_to_mm(corners))])
    assert array.sum() == 49
    assert [note.code for note in notes] == ["W_OFF_SLICE"]


@pytest.mark.parametrize(
    ("planes", "where"), [(range(3), "z = 5 mm"), (range(9, 12), "z = 38 mm"), (range(12), "z = 5 mm, z = 38 mm")]
)
def test_a_roi_on_the_first_or_last_slice_may_be_cut(planes: range, where: str) -> None:
    _, notes = filled([square(z) for z in planes])
    assert [note.code for note in notes] == ["W_CUT"]
    assert f"the ROI reaches the image's end at {where};" in notes[0].sentence
    with pytest.raises(InputError, match="W_CUT"):
        filled([square(z) for z in planes], Policy.parse(["W_CUT=error"]))


def test_a_roi_inside_the_image_is_not_cut() -> None:
    assert filled([square(z) for z in range(1, 11)])[1] == []


def test_a_radiograph_of_one_slice_has_no_ends() -> None:
    flat = Geometry((1, 20, 24), (3.0, 1.0, 2.0), (-10.0, -20.0, 5.0))
    assert filled([square(0)], grid=flat)[1] == []


def test_positions_of_slices_are_the_patients_z() -> None:
    assert plane_positions_mm(GRID, [0, 11]).tolist() == [5.0, 38.0]
    assert plane_positions_mm(REVERSED, [0, 11]).tolist() == [38.0, 5.0]


def test_planes_score_the_image_they_were_drawn_on() -> None:
    ct = Geometry((90, 8, 8), (1.09, 1.0, 1.0))
    pet = Geometry((30, 8, 8), (3.27, 4.0, 4.0))
    on_ct = [(1.0, 1.0, 1.09 * z) for z in range(20, 40) for _ in range(2)]
    on_pet = [(1.0, 1.0, 3.27 * z) for z in range(5, 12)]
    assert (score_planes(on_ct, ct), score_planes(on_pet, pet)) == (1.0, 1.0)
    assert score_planes(on_ct, pet) < 0.5
    assert score_planes(on_pet, ct) == 0.0
    assert score_planes([(0.0, 0.0, 0.5)], ct) == 0.0
    assert score_planes([(0.0, 0.0, 1.09)], ct) == 1.0
    assert score_planes(np.empty((0, 3)), ct) == 0.0
    assert score_planes([(0.0, 0.0, -1.09), (0.0, 0.0, 0.0)], ct) == 0.5
