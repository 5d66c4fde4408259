"""DICOM series to Volume: order, geometry, and one made series for each thing that can be wrong."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from radpipe.cohort import ImageKind, ImageRef
from radpipe.errors import InputError, Policy
from radpipe.imaging.open import open_image


def codes(volume: Any) -> list[str]:
    return [note.code for note in volume.notes]


def test_slices_are_ordered_by_position_and_rescaled_to_hu(tmp_path: Path, make: Any) -> None:
    volume = open_image(make.series(tmp_path, make.axial()))
    assert_array_equal(volume.array, make.stored_values((5, 8, 10)).astype(int) - 1024)
    assert volume.array.dtype == np.int16
    assert volume.unit == "HU"
    grid = volume.geometry
    assert (grid.spacing_zyx_mm, grid.origin_xyz_mm) == ((3.0, 1.0, 1.0), (-20.0, -10.0, -6.0))
    assert grid.frame_of_reference_uid == make.FRAME
    assert volume.notes == ()


def test_pixel_spacing_is_rows_first_and_slice_thickness_is_not_believed(tmp_path: Path, make: Any) -> None:
    volume = open_image(make.series(tmp_path, make.axial(spacing=(0.5, 2.0))))
    assert volume.geometry.spacing_zyx_mm == (3.0, 0.5, 2.0)


@pytest.mark.parametrize(
    ("orientation", "step"),
    [
        ((0.0, 1.0, 0.0, 0.0, 0.0, -1.0), (-2.5, 0.0, 0.0)),
        ((1.0, 0.0, 0.0, 0.0, 0.0, -1.0), (0.0, 2.5, 0.0)),
        ((0.6, 0.8, 0.0, -0.8, 0.6, 0.0), (0.0, 0.0, 2.5)),
    ],
    ids=["sagittal", "coronal", "turned"],
)
def test_values_and_geometry_equal_simpleitk_in_any_orientation(
    tmp_path: Path, make: Any, orientation: tuple[float, ...], step: tuple[float, ...]
) -> None:
    import SimpleITK as sitk  # noqa: N813

    planes = make.stored_values((4, 6, 7))
    slices = [make.slice_of(p, np.multiply(step, i), i + 1, orientation=orientation) for i, p in enumerate(planes)]
    ref = make.series(tmp_path, slices)
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(tmp_path)))
    image = reader.Execute()
    volume = open_image(ref)
    assert_array_equal(volume.array, sitk.GetArrayFromImage(image))
    np.testing.assert_allclose(volume.geometry.direction, image.GetDirection(), atol=1e-12)
    np.testing.assert_allclose(volume.geometry.origin_xyz_mm, image.GetOrigin())
    np.testing.assert_allclose(volume.geometry.spacing_zyx_mm[::-1], image.GetSpacing())


def test_a_folder_is_read_without_the_rtstruct_that_lies_in_it(tmp_path: Path, make: Any) -> None:
    make.series(tmp_path, make.axial())
    make.roi_file(tmp_path / "rs.dcm", [])
    (tmp_path / "notes.txt").write_text("no image")
    volume = open_image(ImageRef("HN0001", "image", "CT", ImageKind.DICOM_SERIES, (str(tmp_path),)))
    assert volume.geometry.size_zyx == (5, 8, 10)


def test_a_missing_slice_is_named_with_its_position(tmp_path: Path, make: Any) -> None:
    slices = make.axial((7, 8, 10))
    del slices[3]
    ref = make.series(tmp_path, slices)
    with pytest.raises(InputError, match=r"E_MISSING_SLICE  HN0001: slices are 3 mm apart, but 6 mm after 0\.00 mm"):
        open_image(ref)
    volume = open_image(ref, Policy.parse(["E_MISSING_SLICE=warn"]))
    assert codes(volume) == ["E_MISSING_SLICE"]
    assert volume.geometry.size_zyx == (7, 8, 10)
    assert_array_equal(volume.array, make.stored_values((7, 8, 10)).astype(int) - 1024)


def test_irregular_spacing_is_refused(tmp_path: Path, make: Any) -> None:
    slices = make.axial()
    slices[2].ImagePositionPatient[2] += 0.8
    with pytest.raises(InputError, match=r"E_IRREGULAR_SPACING.*from 2\.2 to 3\.8 mm"):
        open_image(make.series(tmp_path, slices))


def test_positions_rounded_to_a_tenth_are_regular(tmp_path: Path, make: Any) -> None:
    slices = make.axial((9, 8, 10), 1.25)
    for one in slices:
        one.ImagePositionPatient[2] = round(float(one.ImagePositionPatient[2]), 1)
    assert open_image(make.series(tmp_path, slices)).geometry.spacing_zyx_mm[0] == pytest.approx(1.25)


def test_a_slice_that_is_there_twice_is_used_once_and_told(tmp_path: Path, make: Any) -> None:
    slices = make.axial()
    volume = open_image(make.series(tmp_path, [*slices, slices[2]]))
    assert volume.geometry.size_zyx[0] == 5
    assert codes(volume) == ["W_DUPLICATE_SLICE"]


def test_two_slices_at_one_position_are_refused(tmp_path: Path, make: Any) -> None:
    twin = make.slice_of(make.stored_values((1, 8, 10))[0] + 1, (-20, -10, 0), 99)
    with pytest.raises(InputError, match=r"E_DUPLICATE_POSITION.*at 0\.00 mm"):
        open_image(make.series(tmp_path / "a", [*make.axial(), twin]))
    volume = open_image(make.series(tmp_path / "b", [*make.axial(), twin]), Policy.parse(["E_DUPLICATE_POSITION=fix"]))
    assert_array_equal(volume.array[2], make.stored_values((5, 8, 10))[2].astype(int) - 1024)


def test_a_localizer_is_set_aside_and_told(tmp_path: Path, make: Any) -> None:
    scout = make.slice_of(make.stored_values((1, 30, 10))[0], (0, 0, 0), 0, orientation=(1, 0, 0, 0, 0, -1))
    volume = open_image(make.series(tmp_path, [*make.axial(), scout]))
    assert volume.geometry.size_zyx == (5, 8, 10)
    assert [str(note) for note in volume.notes] == ["W_MIXED_SERIES: 1 of 6 slices were set aside as localizers"]


def test_two_matrices_in_one_series_are_refused(tmp_path: Path, make: Any) -> None:
    other = make.axial((5, 8, 12), 3.0)
    for i, one in enumerate(other):
        one.ImagePositionPatient[2] = 50.0 + 3.0 * i
        one.SOPInstanceUID = make.uid("other", i)
    ref = make.series(tmp_path, [*make.axial((6, 8, 10)), *other])
    with pytest.raises(InputError, match=r"E_MIXED_SERIES.*matrices.*6 of 11"):
        open_image(ref)
    assert open_image(ref, Policy.parse(["E_MIXED_SERIES=fix"])).geometry.size_zyx == (6, 8, 10)


def test_two_pixel_spacings_are_refused(tmp_path: Path, make: Any) -> None:
    slices = make.axial()
    slices[3].PixelSpacing = [1.1, 1.1]
    with pytest.raises(InputError, match=r"E_MIXED_SPACING.*1 x 1; 1\.1 x 1\.1"):
        open_image(make.series(tmp_path, slices))


def test_a_tilted_gantry_is_refused(tmp_path: Path, make: Any) -> None:
    slices = make.axial()
    for i, one in enumerate(slices):
        one.ImagePositionPatient[1] = 0.5 * i
    with pytest.raises(InputError, match=r"E_TILT.*9\.46 degrees"):  # atan(0.5 / 3)
        open_image(make.series(tmp_path, slices))


def test_a_single_slice_is_refused(tmp_path: Path, make: Any) -> None:
    ref = make.series(tmp_path, make.axial()[:1])
    with pytest.raises(InputError, match="E_SINGLE_SLICE"):
        open_image(ref)
    assert open_image(ref, Policy.parse(["E_SINGLE_SLICE=warn"])).geometry.spacing_zyx_mm[0] == 9.0


def test_unusual_hu_are_told(tmp_path: Path, make: Any) -> None:
    volume = open_image(make.series(tmp_path, make.axial(intercept=-2000.0)))
    assert [str(n) for n in volume.notes] == ["W_HU_RANGE: HU from -2000 to -1601 is outside -1024 .. 3071"]


@pytest.mark.parametrize("tag", ["ImagePositionPatient", "PixelSpacing", "PixelData", "Rows"])
def test_a_missing_tag_is_named(tmp_path: Path, make: Any, tag: str) -> None:
    slices = make.axial()
    delattr(slices[2], tag)
    with pytest.raises(InputError, match=rf"E_REQUIRED_TAG.*{tag}.*File: .*0002\.dcm"):
        open_image(make.series(tmp_path, slices))


def test_a_file_cut_anywhere_is_refused(tmp_path: Path, make: Any) -> None:
    ref = make.series(tmp_path, make.axial())
    whole = Path(ref.paths[1]).read_bytes()
    for length in range(0, len(whole), 97):
        Path(ref.paths[1]).write_bytes(whole[:length])
        with pytest.raises(InputError, match="E_"):
            open_image(ref)


def test_a_missing_file_is_named(tmp_path: Path, make: Any) -> None:
    ref = make.series(tmp_path, make.axial())
    Path(ref.paths[3]).unlink()
    with pytest.raises(InputError, match=r"E_MISSING_FILE.*0003\.dcm"):
        open_image(ref)
