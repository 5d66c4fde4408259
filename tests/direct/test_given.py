"""Images and masks as a program has them: what is refused, and the grids and labels that they have."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

import radpipe
from radpipe.direct.given import given_mask, given_volume, grid_of, labels_of
from radpipe.errors import InputError, ParameterError, Policy, UsageError
from radpipe.geometry import Geometry
from radpipe.volume import Mask

MEAN = {"featureClass": {"firstorder": ["Mean"]}}


COLUMN = "original_firstorder_Mean"


def test_a_radiograph_has_two_axes(arrays: tuple[Any, Any]) -> None:
    image = arrays[0].reshape(24, 30)
    mask = np.zeros(image.shape, bool)
    mask[2:4, 5:7] = True  # 65, 66, 95, 96
    frame = radpipe.features_of(image, mask, MEAN, spacing_zyx_mm=(0.2, 0.2))
    assert frame[COLUMN].tolist() == [80.5]


@pytest.mark.parametrize(
    ("words", "kind", "sentence"),
    [
        ({"spacing_zyx_mm": None}, UsageError, "an array has no voxel size"),
        ({"spacing_zyx_mm": (1, 1)}, UsageError, "write three numbers > 0"),
        ({"spacing_zyx_mm": (1, 0, 1)}, UsageError, "write three numbers > 0"),
        ({"labels": "every"}, UsageError, "or 'all'"),
        ({"labels": 1.5}, UsageError, "no whole number"),
        ({"mask": [[1]]}, UsageError, "not a list"),
        ({"mask": []}, UsageError, "no mask was given"),
        ({"image": "none.nrrd", "spacing_zyx_mm": None}, InputError, r"E_MISSING_FILE.*none\.nrrd"),
        ({"image": "none.nrrd"}, UsageError, "belongs to arrays"),
        ({"image": 7, "spacing_zyx_mm": None}, UsageError, "not a int"),
        ({"mask": np.ones((2, 2, 2), bool)}, InputError, "E_GRID_MISMATCH.*8 x 9 x 10 and 2 x 2 x 2"),
        ({"params": "ct_nativ"}, UsageError, "did you mean ct_native"),
        ({"params": {"setting": {"binWidht": 5}}}, ParameterError, "did you mean binWidth"),
    ],
    ids=str,
)
def test_what_cannot_be_measured_is_said(
    arrays: tuple[Any, Any], words: dict[str, Any], kind: type[Exception], sentence: str
) -> None:
    whole = {"image": arrays[0], "mask": arrays[1] == 1, "params": MEAN, "spacing_zyx_mm": (1, 1, 1), **words}
    with pytest.raises(kind, match=sentence):
        radpipe.features_of(**whole)


def test_dicom_masks_are_sent_to_the_call_that_knows_their_names(files: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "rs.dcm").write_bytes(bytes(128) + b"DICM")
    with pytest.raises(UsageError, match=r"radpipe\.extract"):
        radpipe.features_of(files[0], tmp_path / "rs.dcm", MEAN)


def test_labels_are_listed_rising_without_0(arrays: tuple[Any, Any], files: tuple[Path, Path]) -> None:
    labels = arrays[1]
    assert [labels_of(mask) for mask in (labels, files[1], sitk.ReadImage(files[1]))] == [(1, 5)] * 3
    assert labels_of(labels > 0) == (1,)
    assert labels_of(Mask.of(labels > 0, Geometry(labels.shape, (1.0, 1.0, 1.0)))) == (1,)


def test_the_grid_of_a_simpleitk_image_has_its_axes_turned_around() -> None:
    image = sitk.Image(5, 4, 3, sitk.sitkInt16)
    image.SetSpacing((0.5, 0.6, 3.0))
    image.SetOrigin((1.0, 2.0, 3.0))
    grid = grid_of(image)
    assert (grid.size_zyx, grid.spacing_zyx_mm, grid.origin_xyz_mm) == ((3, 4, 5), (3.0, 0.6, 0.5), (1.0, 2.0, 3.0))


def test_an_image_of_two_dimensions_is_a_slice_of_1_mm() -> None:
    image = sitk.Image(5, 4, sitk.sitkInt16)
    image.SetSpacing((0.5, 0.6))
    image.SetDirection((0.0, -1.0, 1.0, 0.0))
    grid = grid_of(image)
    assert (grid.size_zyx, grid.spacing_zyx_mm, grid.origin_xyz_mm) == ((1, 4, 5), (1.0, 0.6, 0.5), (0.0, 0.0, 0.0))
    assert grid.direction == (0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0)


@pytest.mark.parametrize(("modality", "unit"), [("CT", "HU"), ("PT", "SUVbw"), ("MR", "arbitrary"), ("", "arbitrary")])
def test_an_array_has_the_unit_of_its_modality(arrays: tuple[Any, Any], modality: str, unit: str) -> None:
    volume, told = given_volume(arrays[0], (3.0, 1.5, 1.0), modality, Policy())
    assert (volume.unit, told) == (unit, modality)


def test_a_volume_is_taken_as_it_is(arrays: tuple[Any, Any]) -> None:
    volume, _ = given_volume(arrays[0], (3.0, 1.5, 1.0), "CT", Policy())
    assert given_volume(volume, None, "MR", Policy()) == (volume, "MR")


def test_a_colour_image_is_no_mask_and_no_volume() -> None:
    colours = sitk.Image([4, 4, 4], sitk.sitkVectorUInt8, 3)
    with pytest.raises(UsageError, match="3 dimensions and 3 components a voxel"):
        given_volume(colours, None, "", Policy())


def test_the_only_label_is_taken_and_another_grid_is_refused(arrays: tuple[Any, Any]) -> None:
    volume, _ = given_volume(arrays[0], (3.0, 1.5, 1.0), "CT", Policy())
    assert given_mask(arrays[1] == 5, None, volume, Policy()).voxel_count == 90
    other = sitk.GetImageFromArray((arrays[1] == 5).astype(np.uint8))  # voxels of 1 mm
    with pytest.raises(InputError, match="E_GRID_MISMATCH"):
        given_mask(other, None, volume, Policy())
