"""Series of two acquisitions are told by headers, and by how slices lie."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radpipe.errors import InputError, Policy
from radpipe.imaging.acquisitions import main_part
from radpipe.imaging.open import open_image
from radpipe.imaging.slices import Slice

from .patients import patient
from .stacked import OBLIQUE, series


def test_two_acquisitions_interleaved_are_refused_by_their_number(tmp_path: Path, make: Any) -> None:
    first, second = patient(make, range(0, 30, 3)), patient(make, np.arange(1.5, 30, 3))
    for group, number in ((first, 1), (second, 2)):
        for one in group:
            one.AcquisitionNumber = number
    ref = make.series(tmp_path, [*first, *second])
    with pytest.raises(InputError, match=r"E_MIXED_SERIES.*slices interleave \(AcquisitionNumber 1, 2\).*10 of 20"):
        open_image(ref)
    volume = open_image(ref, Policy.parse(["E_MIXED_SERIES=fix"]))
    assert (volume.geometry.size_zyx[0], volume.geometry.spacing_zyx_mm[0]) == (10, 3.0)


def test_two_acquisitions_interleaved_are_refused_by_their_times(tmp_path: Path, make: Any) -> None:
    first, second = patient(make, range(0, 30, 3)), patient(make, np.arange(1.5, 30, 3))
    for group, time in ((first, "100000"), (second, "101500")):
        for one in group:
            one.AcquisitionTime = time
    with pytest.raises(InputError, match=r"E_MIXED_SERIES.*AcquisitionTime 100000, 101500"):
        open_image(make.series(tmp_path, [*first, *second]))


def test_step_and_shoot_with_a_number_for_each_rotation_is_one_volume(tmp_path: Path, make: Any) -> None:
    slices = patient(make, range(0, 36, 3))
    for number, one in enumerate(slices):
        one.AcquisitionNumber, one.AcquisitionTime = number // 4, f"1000{number // 4:02d}"
    assert open_image(make.series(tmp_path, slices)).notes == ()


def test_an_mr_whose_slices_were_taken_in_turns_is_one_volume(tmp_path: Path, make: Any) -> None:
    slices = make.axial((6, 8, 10), modality="MR", intercept=0.0)
    for number, one in enumerate(slices):
        one.AcquisitionNumber, one.AcquisitionTime = 1, ("100000", "100200")[number % 2]
    assert open_image(make.series(tmp_path, slices, modality="MR")).notes == ()


def test_a_slice_beside_the_others_is_refused(tmp_path: Path, make: Any) -> None:
    slices = patient(make, range(0, 30, 3))
    slices[3].ImagePositionPatient = [30.0, 0.0, 9.0]
    with pytest.raises(InputError, match=r"E_OFF_LINE.*1 slices .* up to 30\.00 mm \(at 9\.00 mm\)"):
        open_image(make.series(tmp_path / "middle", slices))
    slices[3].ImagePositionPatient, slices[-1].ImagePositionPatient = [0.0, 0.0, 9.0], [0.0, 30.0, 27.0]
    with pytest.raises(InputError, match=r"E_OFF_LINE.*at 27\.00 mm"):
        open_image(make.series(tmp_path / "end", slices))


def test_positions_rounded_to_a_tenth_lie_on_the_line(tmp_path: Path, make: Any) -> None:
    # An oblique series: rounding moves each slice by up to 0.05 mm in y.
    cosine, sine = np.cos(0.3), np.sin(0.3)
    orientation = (1.0, 0.0, 0.0, 0.0, cosine, sine)
    slices = []
    for number in range(12):
        position = (0.0, round(-sine * 2.5 * number, 1), cosine * 2.5 * number)
        slices.append(make.slice_of(np.zeros((8, 8), np.uint16), position, number + 1, orientation=orientation))
    assert open_image(make.series(tmp_path, slices)).notes == ()


def test_one_slice_of_another_acquisition_among_the_others_is_refused(tmp_path: Path, make: Any) -> None:
    slices = patient(make, range(0, 30, 3))
    for number, one in enumerate(slices):
        one.AcquisitionNumber = 2 if number == 4 else 1
    with pytest.raises(InputError, match=r"E_MIXED_SERIES.*AcquisitionNumber 1, 2\).*9 of 10"):
        open_image(make.series(tmp_path, slices))


@pytest.mark.parametrize(("aside_mm", "refused"), [(0.1, False), (0.2, True)])
def test_a_slice_may_lie_as_far_aside_as_rounding_puts_it(
    tmp_path: Path, make: Any, aside_mm: float, *, refused: bool
) -> None:
    slices = patient(make, range(0, 30, 3))  # pixels of 1 mm
    slices[3].ImagePositionPatient = [aside_mm, 0.0, 9.0]
    volume = open_image(make.series(tmp_path, slices), Policy.parse(["E_OFF_LINE=warn"]))
    assert [note.code for note in volume.notes] == ["E_OFF_LINE"] * refused


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
