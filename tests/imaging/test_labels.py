"""Which voxels of a mask belong: the label asked for, or the only one; values that no mask holds are refused."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from radpipe.errors import InputError, Policy
from radpipe.imaging.labels import Chosen, choose_label, values_of

BLOCK = np.zeros((6, 8, 8), dtype=np.int16)
BLOCK[2:5, 2:6, 3:7] = 1


def choose(labels: np.ndarray, label: int | None = None, **kind: bool) -> Chosen:
    return choose_label(labels, label, Policy(), "m.nii", **kind)


def test_the_only_label_is_taken_whatever_its_value() -> None:
    for value in (1, 7, 255, 30000):
        chosen = choose(BLOCK * np.int16(value) if value < 30000 else BLOCK.astype(np.int32) * value)
        assert chosen.array.all()
        assert chosen.box == (slice(2, 5), slice(2, 6), slice(3, 7))
        assert chosen.notes == ()


def test_the_voxels_of_one_label_stand_in_the_box_of_all() -> None:
    labels = BLOCK.copy()
    labels[3, 3, 3:5] = 22
    chosen = choose(labels, 22)
    assert np.count_nonzero(chosen.array) == 2
    assert_array_equal(np.argwhere(chosen.array)[0] + [span.start for span in chosen.box], [3, 3, 3])


@pytest.mark.parametrize(
    ("labels", "label", "complaint"),
    [
        (BLOCK - 1, None, r"E_MASK_VALUES.*the mask holds -1, 0: labels are not negative"),
        (BLOCK - 1, 1, "E_MASK_VALUES"),
        (BLOCK + 1, 2, r"E_MASK_VALUES.*the mask holds 1, 2: none of them is 0"),
        (BLOCK * 2 + np.eye(8, dtype=np.int16), None, r"E_SEVERAL_LABELS.*labels 1, 2, 3"),
        (np.arange(192).reshape(3, 8, 8).repeat(4, axis=0), 1, r"E_LABEL_MISSING|E_MASK_VALUES|"),
        (np.arange(1536).reshape(24, 8, 8), 1, r"E_MASK_VALUES.*\(1536 values\): so many are an image"),
        (BLOCK * 0.5, 1, r"E_FLOAT_MASK.*holds 0\.5"),
        (np.where(BLOCK > 0, np.nan, 0.0), 1, "E_NONFINITE.* 48 voxels"),
        (np.where(BLOCK > 0, 1.0, np.nan), 1, "E_NONFINITE"),
        (BLOCK * 0, None, "E_EMPTY_ROI"),
        (BLOCK * 0, 1, "E_EMPTY_ROI"),
        (BLOCK * 3, 2, r"E_LABEL_MISSING.*label 2 .* holds 3"),
        (BLOCK * 255, 2, r"E_LABEL_MISSING.*label 2 .* holds 255"),
        (np.roll(np.arange(257), 100).reshape(1, 1, 257), 5, r"E_MASK_VALUES.*\(257 values\): so many are an image"),
    ],
)
def test_values_that_no_mask_holds_are_named(labels: np.ndarray, label: int | None, complaint: str) -> None:
    if complaint.endswith("|"):
        assert choose(labels, label).array.any()  # many labels, one asked for: as TotalSegmentator writes them
        return
    with pytest.raises(InputError, match=complaint):
        choose(labels, label)


def test_a_mask_that_fills_the_image_is_left_to_the_engine() -> None:
    assert choose(np.ones((2, 3, 4), dtype=np.uint8)).array.size == 24


def test_a_jpeg_may_hold_one_value_only() -> None:
    blurred = BLOCK * np.int16(255)
    assert choose(blurred, is_lossy=True).array.all()
    blurred[1, 2:6, 3:7] = 3
    for label in (None, 255, 3):
        with pytest.raises(InputError, match=r"E_MASK_VALUES.*3, 255: a JPEG blurs labels"):
            choose(blurred, label, is_lossy=True)


def test_smoothed_edges_of_a_picture_are_no_labels() -> None:
    smooth = BLOCK * np.int16(255)
    smooth[1, 2:6, 3:7] = np.array([30, 90, 150, 220])
    with pytest.raises(InputError, match=r"E_MASK_VALUES.*smoothed edges"):
        choose(smooth, 255, is_picture=True)
    smooth[smooth == 90] = 0
    assert np.count_nonzero(choose(smooth, 255, is_picture=True).array) == 48


def test_255_is_taken_for_label_1_and_told() -> None:
    chosen = choose(BLOCK * np.int16(255), 1)
    assert chosen.array.all()
    assert [note.code for note in chosen.notes] == ["W_MASK_VALUE"]


@pytest.mark.parametrize("last", [255, 1000])
def test_as_many_values_as_a_byte_has_may_be_labels(last: int) -> None:
    labels = np.roll(np.append(np.arange(255), last), 100).reshape(1, 1, 256)
    assert np.count_nonzero(choose(labels, 5).array) == 1


def test_values_are_listed_rising_and_without_the_background() -> None:
    labels = BLOCK * np.int32(100_000)
    labels[3, 3, 3:5] = 22
    assert values_of(labels, "m.nii") == (22, 100_000)
    assert values_of(labels[2:5, 2:6, 3:7] // 1000 * 1000, "m.nii") == (100_000,)  # 0 within the box too
    assert values_of(BLOCK * 0, "m.nii") == ()
    with pytest.raises(InputError, match=r"E_MASK_VALUES.*none of them is 0"):
        values_of(BLOCK + 1, "m.nii")
