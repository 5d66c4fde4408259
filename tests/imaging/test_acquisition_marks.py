"""What headers tell the volumes of one series apart by."""

from pathlib import Path
from typing import Any

import pytest

from radpipe.errors import InputError
from radpipe.imaging.open import open_image

from .patients import patient


@pytest.mark.parametrize(
    ("tag", "values", "match"),
    [
        ("ConvolutionKernel", ("B30f", "B60f"), r"kernels \(B30f, B60f\)"),
        ("KVP", ("120", "80"), r"tube voltages \(KVP\) \(120, 80\)"),
        ("FrameOfReferenceUID", ("1.2.3", "1.2.4"), "2 frames of reference"),
        ("PatientID", ("HN1", "HN2"), "2 PatientIDs;"),
        ("ImageType", (["DERIVED", "PRIMARY", "A"], ["DERIVED", "PRIMARY", "B"]), r"image types \(A, B\)"),
    ],
)
def test_an_acquisition_on_top_of_another_is_refused_by_its_header(
    tmp_path: Path, make: Any, tag: str, values: tuple[Any, Any], match: str
) -> None:
    lower, upper = patient(make, range(0, 18, 3)), patient(make, range(18, 30, 3))
    for group, value in ((lower, values[0]), (upper, values[1])):
        for one in group:
            setattr(one, tag, value)
    with pytest.raises(InputError, match=rf"E_MIXED_SERIES.*{match}.*6 of 10"):
        open_image(make.series(tmp_path, [*lower, *upper]))


def test_an_mr_slice_in_a_ct_is_refused(tmp_path: Path, make: Any) -> None:
    slices = patient(make, range(0, 30, 3))
    slices[4].Modality = "MR"
    with pytest.raises(InputError, match=r"E_MIXED_SERIES.*modalities \(CT, MR\); the largest part has 9 of 10"):
        open_image(make.series(tmp_path, slices))


def test_two_echoes_of_an_mr_are_refused(tmp_path: Path, make: Any) -> None:
    slices = make.axial((6, 8, 10), modality="MR", intercept=0.0)
    for number, one in enumerate(slices):
        one.EchoTime = (2.3, 4.6)[number % 2]
    with pytest.raises(InputError, match=r"E_MIXED_SERIES.*echo times \(4\.6, 2\.3\)"):
        open_image(make.series(tmp_path, slices, modality="MR"))


@pytest.mark.parametrize("tag", ["StackID", "TemporalPositionIndex"])
def test_frames_of_two_stacks_or_phases_are_refused(tmp_path: Path, make: Any, tag: str) -> None:
    data = make.enhanced(make.axial((6, 8, 10)))
    for number, frame in enumerate(data.PerFrameFunctionalGroupsSequence):
        setattr(frame.FrameContentSequence[0], tag, {"StackID": "12", "TemporalPositionIndex": (1, 2)}[tag][number % 2])
    with pytest.raises(InputError, match=r"E_MIXED_SERIES.*(stacks|temporal positions) \([12], [12]\).*3 of 6"):
        open_image(make.series(tmp_path, [data]))
