"""IBSI's phantoms: the typed numbers, and a folder that is none."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.errors import UsageError
from radpipe.verify.ibsi_phantom import ct_phantom
from radpipe.verify.ibsi_phantom import digital_phantom as phantom_of_package
from radpipe.volume import Mask, Volume


def test_a_folder_that_is_not_the_phantom_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"0 files image/\*\.nii\.gz"):
        ct_phantom(tmp_path)


def test_the_phantom_of_the_package_is_the_typed_one(digital_phantom: tuple[Volume, Mask]) -> None:
    volume, mask = phantom_of_package()
    typed, inside = digital_phantom
    np.testing.assert_array_equal(volume.array, typed.array)
    np.testing.assert_array_equal(mask.full_array(), inside.full_array())
    assert volume.geometry.same_grid(typed.geometry)


def write(path: Path, values: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    sitk.WriteImage(sitk.GetImageFromArray(values), path)


def test_intensities_of_the_ct_phantom_are_rounded(tmp_path: Path) -> None:
    inside = np.zeros((3, 4, 5), np.uint8)
    inside[1, 1:3, 1:4] = 1
    write(tmp_path / "nested" / "image" / "phantom.nii.gz", np.where(inside, 40.6, -3.4).astype(np.float32))
    write(tmp_path / "nested" / "mask" / "mask.nii.gz", inside)
    volume, mask = ct_phantom(tmp_path)
    assert sorted(np.unique(volume.array)) == [-3, 41]
    assert (volume.unit, mask.voxel_count) == ("HU", 6)
    write(tmp_path / "second" / "mask.nii.gz", inside)
    with pytest.raises(UsageError, match=r"1 files image/\*\.nii\.gz and 2 mask"):
        ct_phantom(tmp_path)
