"""Enhanced (multi-frame) images: each frame's own position and slope, at the checks of classic slices."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from radpipe.errors import InputError
from radpipe.imaging.open import open_image


def test_an_enhanced_ct_equals_the_classic_series_of_its_frames(tmp_path: Path, make: Any) -> None:
    classic = open_image(make.series(tmp_path / "classic", make.axial()))
    volume = open_image(make.series(tmp_path / "enhanced", [make.enhanced(make.axial())]))
    assert_array_equal(volume.array, classic.array)
    assert volume.array.dtype == classic.array.dtype
    assert volume.geometry == classic.geometry
    assert (volume.unit, volume.notes) == ("HU", ())


def test_frames_in_any_order_are_placed_by_their_positions(tmp_path: Path, make: Any) -> None:
    volume = open_image(make.series(tmp_path, [make.enhanced(make.axial()[::-1])]))
    assert_array_equal(volume.array, make.stored_values((5, 8, 10)).astype(int) - 1024)


def test_each_frame_of_an_enhanced_mr_has_its_own_slope(tmp_path: Path, make: Any) -> None:
    slices = make.axial(modality="MR", intercept=0.0)
    for number, one in enumerate(slices):
        one.RescaleSlope = 0.5 * (number + 1)
    volume = open_image(make.series(tmp_path, [make.enhanced(slices, rescale_type="US")], modality="MR"))
    wanted = make.stored_values((5, 8, 10)) * (0.5 * np.arange(1, 6)[:, None, None])
    assert_array_equal(volume.array, wanted)
    assert volume.unit == "arbitrary"


def test_a_missing_frame_is_a_missing_slice(tmp_path: Path, make: Any) -> None:
    slices = make.axial()
    ref = make.series(tmp_path, [make.enhanced([*slices[:2], *slices[3:]])])
    with pytest.raises(InputError, match=r"E_MISSING_SLICE.*6 mm after -3\.00 mm"):
        open_image(ref)


def test_two_frames_at_one_position_are_refused(tmp_path: Path, make: Any) -> None:
    slices = make.axial()
    slices[3].ImagePositionPatient = slices[2].ImagePositionPatient
    with pytest.raises(InputError, match="E_DUPLICATE_POSITION"):
        open_image(make.series(tmp_path, [make.enhanced(slices)]))


def test_fewer_frames_than_are_described_are_refused(tmp_path: Path, make: Any) -> None:
    data = make.enhanced(make.axial())
    data.NumberOfFrames = 4
    data.PixelData = data.PixelData[: 4 * 160]
    with pytest.raises(InputError, match=r"E_UNREADABLE.*NumberOfFrames is 4, but 5 frames are described"):
        open_image(make.series(tmp_path, [data]))


def test_cut_frames_are_counted(tmp_path: Path, make: Any) -> None:
    data = make.enhanced(make.axial())
    data.PixelData = data.PixelData[:700]
    with pytest.raises(InputError, match=r"E_TRUNCATED.*700 bytes where 800 are needed"):
        open_image(make.series(tmp_path, [data]))


def test_frames_without_positions_are_refused(tmp_path: Path, make: Any) -> None:
    data = make.enhanced(make.axial())
    del data.PerFrameFunctionalGroupsSequence[3].PlanePositionSequence
    with pytest.raises(InputError, match=r"E_REQUIRED_TAG.*ImagePositionPatient"):
        open_image(make.series(tmp_path, [data]))


def test_what_highdicom_converts_to_enhanced_is_read_as_the_slices_were(tmp_path: Path, make: Any) -> None:
    import highdicom as hd

    slices = make.axial()
    for one in slices:
        one.PixelRepresentation, one.PatientSex = 0, "O"
        one.Manufacturer, one.StudyDate, one.StudyTime = "made", "20200101", "120000"
        one.RescaleType = "HU"
    converted = hd.legacy.LegacyConvertedEnhancedCTImage(
        legacy_datasets=slices,
        series_instance_uid=make.uid("legacy series"),
        series_number=2,
        sop_instance_uid=make.uid("legacy"),
        instance_number=1,
    )
    volume = open_image(make.series(tmp_path, [converted]))
    assert_array_equal(volume.array, make.stored_values((5, 8, 10)).astype(int) - 1024)
    assert volume.geometry.spacing_zyx_mm == (3.0, 1.0, 1.0)
