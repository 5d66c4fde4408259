"""Planes left far from a ROI are told and never bridged."""

import pytest

from radpipe.errors import Policy

from .circles import CENTRE, FIX, circle, filled


@pytest.mark.parametrize("centre", [(CENTRE, CENTRE), (10.3, 50.3)], ids=["above the ROI", "beside it"])
def test_a_click_left_on_a_far_slice_is_told_and_never_bridged(centre: tuple[float, float]) -> None:
    contours = [*(circle(z, 8) for z in range(5, 25)), circle(35, 1.2, centre=centre)]
    for policy in (Policy(), FIX):
        array, notes = filled(contours, policy)
        assert [note.code for note in notes] == ["W_STRAY_CONTOURS"]
        assert "1 contours with" in notes[0].sentence
        assert "% of the ROI's voxels lie apart from the rest, at z = 15 mm" in notes[0].sentence
        assert array[35].any()
        assert not array[25:35].any()


def test_a_small_last_plane_of_a_roi_drawn_on_every_third_slice_is_no_stray() -> None:
    contours = [circle(z, 9 if z < 26 else 1.2) for z in range(5, 28, 3)]
    assert [note.code for note in filled(contours, Policy())[1]] == ["W_GAP"]


def test_a_second_body_is_no_stray() -> None:
    contours = [circle(z, 8) for z in range(5, 20)] + [circle(z, 5, centre=(10.3, 10.3)) for z in range(30, 34)]
    assert filled(contours, Policy())[1] == []
