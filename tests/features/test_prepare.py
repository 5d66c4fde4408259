"""From volume and masks to what is measured: axes that are not resampled, one image for all ROIs, resegmentation."""

from typing import Any

import numpy as np
import pytest

from radpipe.errors import InputError
from radpipe.features.params_file import parse_params
from radpipe.features.prepare import PreparedRoi, prepare
from radpipe.features.resample import one_thread
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

SHAPE = (7, 20, 22)
GRID = Geometry(SHAPE, (4.0, 1.0, 1.0), (3.0, -2.0, 8.0))


def params(**setting: Any) -> Any:
    return parse_params({"imageType": {"Original": {}}, "featureClass": {"firstorder": None}, "setting": setting})


def volume() -> Volume:
    z, y, x = np.indices(SHAPE)
    return Volume((100 * z + 3 * y + x).astype(np.int16), GRID, "HU")


def box_mask(*spans: tuple[int, int]) -> Mask:
    array = np.zeros(SHAPE, dtype=bool)
    array[tuple(slice(*span) for span in spans)] = True
    return Mask.of(array, GRID)


def prepared(masks: dict[str, Mask], **setting: Any) -> list[Any]:
    with one_thread():
        return list(prepare(volume(), masks, params(**setting)))


def only(found: list[Any], name: str) -> PreparedRoi:
    (roi,) = [one.rois[name] for one in found if name in one.rois]
    assert isinstance(roi, PreparedRoi)
    return roi


def test_a_roi_of_one_slice_is_not_resampled_across_it() -> None:
    # PyRadiomics' rule: an axis along which the ROI has one voxel keeps the image's spacing.
    slice_of = box_mask((3, 4), (5, 15), (4, 14))
    (image,) = prepared({"slice": slice_of}, resampledPixelSpacing=[2, 2, 2], interpolator="sitkLinear")
    assert image.spacing_zyx_mm == pytest.approx((4.0, 2.0, 2.0))
    roi = only([image], "slice")
    assert roi.mask.shape[0] == 1
    assert np.count_nonzero(roi.mask) == 25
    # A plane has no values of its neighbours: rows of 3 y + x about 300, whatever the interpolation within it.
    assert 300 <= roi.before.min() <= roi.before.max() < 400


def test_a_roi_of_two_slices_is_resampled_across_them() -> None:
    two = box_mask((3, 5), (5, 15), (4, 14))
    (image,) = prepared({"two": two}, resampledPixelSpacing=[2, 2, 2], interpolator="sitkLinear")
    assert image.spacing_zyx_mm == pytest.approx((2.0, 2.0, 2.0))
    assert only([image], "two").mask.shape[0] == 4


def test_a_spacing_of_zero_keeps_that_axis() -> None:
    both = box_mask((2, 5), (5, 15), (4, 14))
    (image,) = prepared({"roi": both}, resampledPixelSpacing=[2, 0, 2], interpolator="sitkLinear")
    assert image.spacing_zyx_mm == pytest.approx((2.0, 1.0, 2.0))


def test_rois_share_the_image_where_nothing_is_resampled() -> None:
    masks = {"a": box_mask((1, 3), (2, 6), (2, 6)), "b": box_mask((4, 6), (9, 15), (9, 15))}
    (image,) = prepared(masks)
    assert image.image.shape == SHAPE
    assert {name: np.count_nonzero(only([image], name).mask) for name in masks} == {"a": 32, "b": 72}


@pytest.mark.parametrize(
    ("setting", "kept"),
    [
        ({"resegmentRange": [100, 104]}, {100, 101, 102, 103, 104}),  # both ends count
        ({"resegmentRange": [125]}, {125, 126, 127, 128, 129}),  # one limit is the lower
        ({"resegmentRange": [0.97, 1.0], "resegmentMode": "relative"}, {126, 127, 128, 129}),  # of the maximum, 129
    ],
    ids=str,
)
def test_resegmentation_keeps_its_range_by_hand(setting: dict[str, Any], kept: set[int]) -> None:
    # One row each of 3 y + x for y 0..9 and x 0..2 in slice 1: every value from 100 to 129 once.
    row = box_mask((1, 2), (0, 10), (0, 3))
    roi = only(prepared({"row": row}, **setting), "row")
    assert set(roi.before.tolist()) == set(range(100, 130))
    (image,) = prepared({"row": row}, **setting)
    assert set(image.image[roi.box][roi.mask].tolist()) == kept


def test_the_form_keeps_what_resegmentation_takes_unless_asked() -> None:
    row = box_mask((1, 3), (0, 10), (0, 3))
    plain = only(prepared({"row": row}, resegmentRange=[100, 119]), "row")
    asked = only(prepared({"row": row}, resegmentRange=[100, 119], resegmentShape=True), "row")
    assert np.count_nonzero(plain.shape_mask) > np.count_nonzero(plain.mask)
    assert np.array_equal(asked.shape_mask, asked.mask)


def test_a_roi_that_cannot_be_measured_costs_itself_only() -> None:
    masks = {"dot": box_mask((1, 2), (2, 3), (2, 3)), "b": box_mask((4, 6), (9, 15), (9, 15))}
    (image,) = prepared(masks)
    assert isinstance(image.rois["dot"], InputError)
    assert "E_TINY_ROI" in str(image.rois["dot"])
    assert isinstance(image.rois["b"], PreparedRoi)
