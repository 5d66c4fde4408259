"""What a row tells of its ROI: the limits themselves and one beyond."""

import numpy as np
import pytest

from radpipe.errors import InputError, Policy
from radpipe.features.params import Params
from radpipe.features.params_file import load_params, parse_params
from radpipe.features.remarks import bin_remarks, contour_remarks, size_remarks
from radpipe.features.variant import State
from radpipe.geometry import Geometry
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask


def mask_of(voxels: int, spacing_mm: float, slices: int = 2) -> Mask:
    array = np.zeros((slices, 10, 10), dtype=bool)
    array.flat[:voxels] = True
    return Mask.of(array, Geometry(array.shape, (spacing_mm,) * 3))


@pytest.mark.parametrize(
    ("voxels", "spacing_mm", "codes"),
    [
        (64, 3.0, []),  # 1728 mm3
        (63, 3.0, ["W_SMALL_ROI"]),
        (64, 2.0, ["W_SMALL_ROI"]),  # 512 mm3
    ],
)
def test_a_roi_is_small_below_64_voxels_or_1_ml(voxels: int, spacing_mm: float, codes: list[str]) -> None:
    assert [note.code for note in size_remarks(mask_of(voxels, spacing_mm), Policy())] == codes


def test_on_a_radiograph_no_volume_is_told() -> None:
    assert size_remarks(mask_of(64, 1.0, slices=1), Policy()) == ()
    (note,) = size_remarks(mask_of(63, 1.0, slices=1), Policy())
    assert note.sentence == "the ROI is small: 63 voxels, in one slice"


def test_a_roi_that_fills_the_image_is_refused() -> None:
    with pytest.raises(InputError, match="E_WHOLE_IMAGE"):
        size_remarks(mask_of(200, 3.0), Policy())


@pytest.mark.parametrize(("bins", "codes"), [(7, ["W_FEW_BINS"]), (8, []), (1000, []), (1001, ["W_MANY_BINS"])])
def test_few_and_many_bins_are_told_where_gray_levels_are_counted(bins: int, codes: list[str]) -> None:
    vector = FeatureVector((), np.empty(0), {"bins": bins})
    assert [note.code for note in bin_remarks(vector, load_params("ct_native"), Policy())] == codes
    assert bin_remarks(vector, parse_params({"featureClass": {"shape": None}}), Policy()) == ()


@pytest.mark.parametrize(("volume_mm3", "by", "codes"), [
    (4900.0, "supervoxels", ["W_COARSE_CONTOUR"]), (5000.0, "supervoxels", []), (4900.0, "field", []),
])  # fmt: skip
def test_a_contour_of_few_supervoxels_is_told_of(volume_mm3: float, by: str, codes: list[str]) -> None:
    plain = Params("plain", (), {"firstorder": None})
    params = plain.with_variant(State("C", 1, 2, contour_by=by))
    vector = FeatureVector((), np.array([]), {"volume_mm3": volume_mm3})
    notes = contour_remarks(vector, params, Policy())
    assert [note.code for note in notes] == codes
    assert all(
        "4.9 mL, so that a contour of supervoxels (0.5 mL each) is drawn coarsely" in str(note) for note in notes
    )
    assert contour_remarks(vector, plain, Policy()) == ()
