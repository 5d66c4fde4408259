"""Slices to a stack: the spacing that ITK and highdicom find, the grid's corner, places of missing slices."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from highdicom.spatial import get_series_volume_positions

from radpipe.errors import InputError, Policy
from radpipe.imaging.acquisitions import main_part
from radpipe.imaging.open import open_image
from radpipe.imaging.slices import Slice, stack

OBLIQUE = (0.8, 0.6, 0.0, 0.0, 0.0, -1.0)  # normal (-0.6, 0.8, 0)


def series(make: Any, along_mm: list[float], orientation: tuple[float, ...] = (1, 0, 0, 0, 1, 0)) -> list[Any]:
    """Slices at distances along their normal from (5, -7, 11)."""
    normal = np.cross(orientation[:3], orientation[3:])
    planes = make.stored_values((len(along_mm), 6, 7))
    corner = np.array([5.0, -7.0, 11.0])
    return [
        make.slice_of(plane, corner + step * normal, number + 1, orientation=orientation)
        for number, (plane, step) in enumerate(zip(planes, along_mm, strict=True))
    ]


def test_spacing_is_the_length_by_the_steps_not_a_middle_gap(tmp_path: Path, make: Any) -> None:
    # Gaps 3, 3, 3.05 mm: regular to 2 %; (9.05 - 0) / 3 by hand, as ITK does it. The median gap is 3.
    volume = open_image(make.series(tmp_path, series(make, [0.0, 3.0, 6.0, 9.05])))
    assert volume.geometry.spacing_zyx_mm[0] == pytest.approx(9.05 / 3, abs=1e-9)


def test_the_last_slice_is_reached_with_a_missing_one(tmp_path: Path, make: Any) -> None:
    datasets = series(make, [0.0, 2.0, 6.0, 8.04])
    volume = open_image(make.series(tmp_path, datasets), Policy.parse(["E_MISSING_SLICE=warn"]))
    assert volume.geometry.size_zyx[0] == 5
    assert volume.geometry.spacing_zyx_mm[0] == pytest.approx(8.04 / 4, abs=1e-9)


@pytest.mark.parametrize("orientation", [(1.0, 0, 0, 0, 1.0, 0), OBLIQUE, (0, 1.0, 0, 0, 0, -1.0)])
@pytest.mark.parametrize("along_mm", [[0, 1.5, 3.0, 4.5, 6.0], [12.0, 8.0, 4.0, 0.0], [-2.0, 0.5, 3.0]])
def test_order_and_spacing_are_highdicoms(make: Any, along_mm: list[float], orientation: tuple[float, ...]) -> None:
    datasets = series(make, along_mm, orientation)
    spacing, order = get_series_volume_positions(datasets)
    assert spacing is not None
    assert order is not None
    found = stack([Slice.of(data, str(i)) for i, data in enumerate(datasets)], Policy())
    assert found.geometry.spacing_zyx_mm[0] == pytest.approx(spacing, abs=1e-9)
    places = [int(one.path) for one in found.slices if one is not None]
    assert [order[place] for place in places] in (
        sorted(order),
        sorted(order, reverse=True),
    )  # it may begin at the other end
    normal = np.cross(orientation[:3], orientation[3:])
    heights = [float(normal @ one.position_xyz_mm) for one in found.slices if one is not None]
    assert heights == sorted(heights)


def test_the_corner_is_the_first_slices_and_the_axes_are_its_own(make: Any) -> None:
    found = stack([Slice.of(data, "x") for data in series(make, [4.0, 0.0, 2.0], OBLIQUE)], Policy()).geometry
    np.testing.assert_allclose(found.origin_xyz_mm, (5.0, -7.0, 11.0), atol=1e-9)
    np.testing.assert_allclose(
        np.reshape(found.direction, (3, 3)), np.array([[0.8, 0, -0.6], [0.6, 0, 0.8], [0, -1, 0]]), atol=1e-9
    )
    np.testing.assert_allclose(found.index_to_mm((2, 0, 0)), (5 - 0.6 * 4, -7 + 0.8 * 4, 11), atol=1e-9)


@pytest.mark.parametrize(
    ("off_mm", "regular"), [(0.059, True), (0.061, False)], ids=["within 0.06 mm", "beyond 0.06 mm"]
)
def test_a_gap_of_thin_slices_may_differ_by_six_hundredths(make: Any, off_mm: float, regular: bool) -> None:
    # 2 % of 1 mm is less than 0.06 mm, which then counts.
    slices = [Slice.of(data, "x") for data in series(make, [0.0, 1.0, 2.0 + off_mm, 3.0 + off_mm])]
    if regular:
        assert stack(slices, Policy()).notes == ()
    else:
        with pytest.raises(InputError, match="E_IRREGULAR_SPACING"):
            stack(slices, Policy())


@pytest.mark.parametrize(("off_mm", "regular"), [(0.098, True), (0.102, False)], ids=["within 2 %", "beyond 2 %"])
def test_a_gap_of_thick_slices_may_differ_by_two_percent(make: Any, off_mm: float, regular: bool) -> None:
    slices = [Slice.of(data, "x") for data in series(make, [0.0, 5.0, 10.0 + off_mm, 15.0 + off_mm])]
    if regular:
        assert stack(slices, Policy()).notes == ()
    else:
        with pytest.raises(InputError, match="E_IRREGULAR_SPACING"):
            stack(slices, Policy())


def test_a_single_slice_has_its_thickness_where_the_policy_lets_it_pass(make: Any) -> None:
    slices = [Slice.of(data, "x") for data in series(make, [3.0])]
    with pytest.raises(InputError, match="E_SINGLE_SLICE"):
        stack(slices, Policy())
    found = stack(slices, Policy.parse(["E_SINGLE_SLICE=warn"]))
    assert found.geometry.spacing_zyx_mm == (9.0, 1.0, 1.0)  # SliceThickness of the maker
    assert found.geometry.origin_xyz_mm == (5.0, -7.0, 14.0)


def test_two_missing_slices_in_a_row_leave_two_places(make: Any) -> None:
    slices = [Slice.of(data, "x") for data in series(make, [0.0, 2.0, 8.0, 10.0])]
    found = stack(slices, Policy.parse(["E_MISSING_SLICE=warn"]))
    assert [one is None for one in found.slices] == [False, False, True, True, False, False]
    assert "6 mm after" in found.notes[0].sentence


def test_three_slices_of_another_orientation_are_a_localizer_and_four_are_not(make: Any) -> None:
    main = [Slice.of(data, "main") for data in series(make, [float(i) for i in range(6)])]
    scouts = [Slice.of(data, "scout") for data in series(make, [0.0, 1.0, 2.0, 3.0], OBLIQUE)]
    kept, notes = main_part([*scouts[:3], *main], Policy())
    assert {one.path for one in kept} == {"main"}
    assert [note.code for note in notes] == ["W_MIXED_SERIES"]
    with pytest.raises(InputError, match=r"E_MIXED_SERIES.*orientations"):
        main_part([*scouts, *main], Policy())


def test_a_slice_called_localizer_is_set_aside_though_it_is_parallel(make: Any) -> None:
    datasets = series(make, [0.0, 1.0, 2.0, 3.0])
    datasets[0].ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
    kept, notes = main_part([Slice.of(data, str(i)) for i, data in enumerate(datasets)], Policy())
    assert [one.path for one in kept] == ["1", "2", "3"]
    assert [note.code for note in notes] == ["W_MIXED_SERIES"]


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("ImageOrientationPatient", [1, 0, 0, 1, 0, 0]),
        ("ImageOrientationPatient", [2, 0, 0, 0, 2, 0]),
        ("PixelSpacing", [0, 1]),
        ("PixelSpacing", [1, -1]),
    ],
)
def test_a_header_that_is_no_geometry_is_refused(make: Any, tag: str, value: list[float]) -> None:
    (data,) = series(make, [0.0])
    setattr(data, tag, value)
    with pytest.raises(InputError, match="E_UNREADABLE"):
        Slice.of(data, "one.dcm")
