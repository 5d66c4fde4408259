"""``radpipe.features_of``: paths, SimpleITK images and arrays give one row each, and the same values."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk  # noqa: N813

import radpipe
from radpipe.errors import InputError, Policy

MEAN = {"featureClass": {"firstorder": ["Mean"]}}


COLUMN = "original_firstorder_Mean"


def test_paths_images_and_arrays_give_the_same_row(arrays: tuple[Any, Any], files: tuple[Path, Path]) -> None:
    images = tuple(sitk.ReadImage(str(path)) for path in files)
    ways = [
        radpipe.features_of(*files, "ct_native", labels=5),
        radpipe.features_of(*map(str, files), "ct_native", labels=5),
        radpipe.features_of(*images, "ct_native", labels=5),
        radpipe.features_of(*arrays, "ct_native", labels=5, spacing_zyx_mm=(3.0, 1.5, 1.0)),
        radpipe.features_of(images[0], arrays[1] == 5, "ct_native").assign(label=5),
    ]
    for way in ways:
        assert way["status"].tolist() == ["ok"]
        pd.testing.assert_frame_equal(way.drop(columns="roi"), ways[0].drop(columns="roi"))
    # Slice 2 holds 180 to 269: mean 224.5; 90 voxels of 4.5 mm3.
    assert ways[0][COLUMN].tolist() == [224.5]
    assert ways[0]["diag_volume_mm3"].tolist() == [405.0]
    assert ways[0]["roi"].tolist() == ["label"]


@pytest.mark.parametrize(
    ("labels", "rois", "means"),
    [
        (1, ["label"], [44.5]),
        ([1, 5], ["label:1", "label:5"], [44.5, 224.5]),
        ("all", ["label:1", "label:5"], [44.5, 224.5]),
        ({"GTVp": 5, "Parotid_L": 1}, ["GTVp", "Parotid_L"], [224.5, 44.5]),
    ],
)
def test_several_labels_are_several_rows(files: tuple[Path, Path], labels: Any, rois: Any, means: Any) -> None:
    frame = radpipe.features_of(*files, MEAN, labels=labels)
    assert frame["roi"].tolist() == rois
    assert frame[COLUMN].tolist() == means


def test_several_masks_are_several_rows(arrays: tuple[Any, Any]) -> None:
    image, labels = arrays
    masks = {"first": labels == 1, "third": labels == 5}
    frame = radpipe.features_of(image, masks, MEAN, spacing_zyx_mm=(1, 1, 1))
    assert dict(zip(frame["roi"], frame[COLUMN], strict=True)) == {"first": 44.5, "third": 224.5}
    listed = radpipe.features_of(image, list(masks.values()), MEAN, spacing_zyx_mm=(1, 1, 1))
    assert listed["roi"].tolist() == ["mask#1", "mask#2"]


def test_a_mask_of_several_labels_is_refused_and_they_are_named(files: tuple[Path, Path]) -> None:
    with pytest.raises(InputError, match=r"E_SEVERAL_LABELS.*1, 5"):
        radpipe.features_of(*files, MEAN)


def test_a_problem_of_a_roi_is_raised_or_a_row(files: tuple[Path, Path]) -> None:
    with pytest.raises(InputError, match=r"E_LABEL_MISSING.*label 7 .*1, 5"):
        radpipe.features_of(*files, MEAN, labels=[1, 7])
    frame = radpipe.features_of(*files, MEAN, labels=[1, 7], refuse=False)
    assert frame["status"].tolist() == ["ok", "failed"]
    assert frame["code"].tolist() == ["", "E_LABEL_MISSING"]
    assert np.isnan(frame[COLUMN].iloc[1])


def test_settings_for_another_modality_are_refused_where_the_modality_is_known(files: tuple[Path, Path]) -> None:
    with pytest.raises(InputError, match=r"E_PRESET_MODALITY.*pet"):
        radpipe.features_of(*files, "pet", labels=1, modality="CT")
    warned = radpipe.features_of(
        *files, "pet", labels=1, modality="CT", policy=Policy.parse(["E_PRESET_MODALITY=warn"])
    )
    assert "E_PRESET_MODALITY" in warned["warnings"].iloc[0]


def test_few_bins_and_small_rois_are_told(arrays: tuple[Any, Any]) -> None:
    image, labels = arrays
    frame = radpipe.features_of(image, labels, "ct_native", labels=1, spacing_zyx_mm=(1, 1, 1))
    # 0 to 89 in bins of 25: four bins; 90 mm3.
    assert {"W_FEW_BINS", "W_SMALL_ROI"} <= {word.strip(":;") for word in frame["warnings"].iloc[0].split()}
