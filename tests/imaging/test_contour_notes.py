"""What a row must tell of its contours."""

import pytest

from radpipe.errors import InputError, Policy
from radpipe.imaging.outlines import Contour

from .boxes import GRID, box, codes, filled


def test_contours_beyond_the_stack_are_reported_with_their_share() -> None:
    contours = [Contour(box(GRID, z, (1.5, 1.5), (4.5, 4.5))) for z in (4, 5, 6)]
    with pytest.raises(InputError, match=r"E_OUTSIDE.*33\.3 %"):
        filled(contours, GRID, Policy())
    _, notes = filled(contours, GRID, Policy.parse(["E_OUTSIDE=warn"]))
    assert codes(notes) == ["W_OFF_SLICE", "E_OUTSIDE"]


def test_a_contour_cut_by_the_border_is_reported_with_its_share() -> None:
    # 20 rows of which 0.5 lie above the first row's border: 0.5 / 20 = 2.5 %.
    array, notes = filled([Contour(box(GRID, 2, (-1.0, 1.5), (19.0, 4.5)))], GRID, Policy())
    assert array.sum() == 19 * 3
    assert [str(note) for note in notes] == ["W_OUTSIDE: 2.5 % of the ROI's area lies outside the image and was cut"]


def test_a_contour_of_another_plane_is_not_filled() -> None:
    upright = GRID.index_to_mm([(0, 3, 3), (5, 3, 3), (5, 3, 9), (0, 3, 9)])
    with pytest.raises(InputError, match="E_OUTSIDE"):
        filled([Contour(upright)], GRID, Policy())
