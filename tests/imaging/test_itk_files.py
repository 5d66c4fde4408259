"""Images and label masks of NIfTI, NRRD and MHA."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from radpipe.cohort import MaskKind
from radpipe.errors import InputError, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.open import open_image, open_mask, unite

from .written import SUFFIXES, VALUES, image_ref, write


def labels() -> Any:
    array = np.zeros(VALUES.shape, dtype=np.uint8)
    array[1:4, 1:5, 1:6] = 1
    array[2, 2:4, 2:4] = 3
    return array


def test_one_nan_is_counted(tmp_path: Path) -> None:
    array = VALUES.astype(np.float32)
    array[2, 3, 4] = np.nan
    with pytest.raises(InputError, match=r"E_NONFINITE  case: 1 voxels.*a\.nrrd"):
        open_image(image_ref(write(tmp_path / "a.nrrd", array)))


def test_unusual_hu_of_a_ct_are_told(tmp_path: Path) -> None:
    volume = open_image(image_ref(write(tmp_path / "a.nrrd", VALUES - 2000), "CT"))
    assert volume.unit == "HU"
    assert [note.code for note in volume.notes] == ["W_HU_RANGE"]


class TestLabels:
    def grid(self, tmp_path: Path) -> Geometry:
        return open_image(image_ref(write(tmp_path / "image.nrrd", VALUES))).geometry

    def open(self, tmp_path: Path, make: Any, array: Any, label: int | None, *policy: str, suffix: str = "nrrd") -> Any:
        path = Path(write(tmp_path / f"mask.{suffix}", array))
        return open_mask(make.roi_ref(path, label, MaskKind.ITK_FILE), self.grid(tmp_path), Policy.parse(policy))

    @pytest.mark.parametrize("suffix", [*SUFFIXES, "seg.nrrd"])
    def test_a_label_is_chosen_by_its_value(self, tmp_path: Path, make: Any, suffix: str) -> None:
        assert_array_equal(self.open(tmp_path, make, labels(), 3, suffix=suffix).full_array(), labels() == 3)
        only = np.where(labels() == 3, np.uint8(3), np.uint8(0))
        assert_array_equal(self.open(tmp_path, make, only, None, suffix=suffix).full_array(), labels() == 3)

    def test_several_labels_and_none_asked_for_are_refused_by_name(self, tmp_path: Path, make: Any) -> None:
        with pytest.raises(InputError, match=r"E_SEVERAL_LABELS  GTV-1: the mask holds labels 1, 3, and none was"):
            self.open(tmp_path, make, labels(), None)

    def test_whole_numbers_in_a_float_mask_are_labels(self, tmp_path: Path, make: Any) -> None:
        assert self.open(tmp_path, make, labels().astype(np.float32), 3).voxel_count == 4

    def test_a_float_mask_is_refused(self, tmp_path: Path, make: Any) -> None:
        with pytest.raises(InputError, match=r"E_FLOAT_MASK  GTV-1: the mask holds 1\.7"):
            self.open(tmp_path, make, np.where(labels() > 0, 1.7, 0.0), 1)

    def test_a_mask_with_nan_is_refused_with_the_count(self, tmp_path: Path, make: Any) -> None:
        damaged = labels().astype(np.float32)
        damaged[0, 0, :2] = np.nan
        with pytest.raises(InputError, match=r"E_NONFINITE.* 2 "):
            self.open(tmp_path, make, damaged, 1)

    def test_255_is_taken_for_label_one_and_told(self, tmp_path: Path, make: Any) -> None:
        mask = self.open(tmp_path, make, np.where(labels() > 0, np.uint8(255), np.uint8(0)), 1)
        assert mask.voxel_count == 60
        assert [str(n) for n in mask.notes] == [
            "W_MASK_VALUE: the mask's only label is 255; it was taken where 1 was asked"
        ]

    def test_another_only_label_is_not_taken_for_label_one(self, tmp_path: Path, make: Any) -> None:
        with pytest.raises(InputError, match=r"E_LABEL_MISSING.*label 1 .* holds 3"):
            self.open(tmp_path, make, np.where(labels() > 0, np.uint8(3), np.uint8(0)), 1)

    def test_a_missing_label_is_told_with_those_found(self, tmp_path: Path, make: Any) -> None:
        with pytest.raises(InputError, match=r"E_LABEL_MISSING.*label 2 .* holds 1, 3"):
            self.open(tmp_path, make, labels(), 2)

    def test_an_empty_mask_is_refused(self, tmp_path: Path, make: Any) -> None:
        with pytest.raises(InputError, match="E_EMPTY_ROI"):
            self.open(tmp_path, make, np.zeros_like(labels()), 1)

    def test_another_grid_is_refused_with_both_values_or_resampled(self, tmp_path: Path, make: Any) -> None:
        part = labels()[:, :, 1:]
        with pytest.raises(InputError, match=r"E_GRID_MISMATCH.*5 x 6 x 7 and 5 x 6 x 6"):
            self.open(tmp_path, make, part, 1)
        mask = self.open(tmp_path, make, part, 1, "E_GRID_MISMATCH=fix")
        assert_array_equal(mask.full_array()[:, :, :6], part == 1)
        assert [note.code for note in mask.notes] == ["W_RESAMPLED_MASK"]

    def test_masks_unite_with_their_notes_each_once(self, tmp_path: Path, make: Any) -> None:
        one, three = (self.open(tmp_path, make, labels(), label) for label in (1, 3))
        assert_array_equal(unite([one, three]).full_array(), labels() > 0)
        with pytest.raises(ValueError, match="at least one"):
            unite([])
