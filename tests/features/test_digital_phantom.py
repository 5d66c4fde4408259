"""The digital phantom of IBSI: native values are PyRadiomics', whatever the settings of neighbours and weights."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radpipe.cohort import ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.features.catalogue import features_of
from radpipe.features.comparison import compare_engines
from radpipe.features.engine import choose_engine
from radpipe.features.native import NativeEngine
from radpipe.features.params import Params
from radpipe.features.params_file import parse_params
from radpipe.imaging.open import open_image, open_mask
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask, Volume

TEXTURE = ("glcm", "glrlm", "glszm", "gldm", "ngtdm")
NORMS = ("manhattan", "euclidean", "infinity", "no_weighting")


@pytest.fixture(scope="module")
def phantom(digital_phantom: tuple[Volume, Mask]) -> tuple[Volume, dict[str, Mask]]:
    """5 x 4 x 4 voxels of 2 mm, gray levels 1, 3, 4, 6. ROIs: IBSI's 74 voxels, and parts of it that are harder."""
    volume, whole = digital_phantom
    inside = whole.full_array()
    assert (whole.voxel_count, sorted(np.unique(volume.array[inside]).tolist())) == (74, [1, 3, 4, 6])
    z, y, x = np.indices(volume.geometry.size_zyx)
    lattice = (z % 2 == 0) & (y % 2 == 0) & (x % 2 == 0)
    corner = (z < 2) & (y < 2) & (x < 3)
    parts = {"one level": volume.array == 1, "slice": z == 0, "corner": corner, "lattice": lattice}
    masks = {name: Mask.of(inside & part, volume.geometry) for name, part in parts.items()}
    return volume, {"whole": whole, **masks}


def test_the_typed_phantom_is_the_published_file(shared_data: Path, digital_phantom: tuple[Volume, Mask]) -> None:
    folder = shared_data / "ibsi_digital_phantom"
    image = ImageRef("phantom", "CT", "CT", ImageKind.ITK_FILE, (str(folder / "image" / "phantom.nii.gz"),))
    volume = open_image(image)
    roi = RoiRef("roi", "roi", MaskKind.ITK_FILE, str(folder / "mask" / "mask.nii.gz"), 1, ("CT",))
    typed, whole = digital_phantom
    np.testing.assert_array_equal(typed.array, volume.array)
    np.testing.assert_array_equal(whole.full_array(), open_mask(roi, volume.geometry).full_array())
    assert typed.geometry.spacing_zyx_mm == volume.geometry.spacing_zyx_mm


# IBSI reference manual, values of the digital phantom (three significant digits) where PyRadiomics computes the same.
PUBLISHED = {
    "shape_MeshVolume": 556,
    "shape_VoxelVolume": 592,
    "shape_SurfaceArea": 388,
    "shape_Sphericity": 0.843,
    "shape_Maximum3DDiameter": 13.1,
    "shape_Elongation": 0.816,
    "shape_Flatness": 0.749,
    "firstorder_Mean": 2.15,
    "firstorder_Variance": 3.05,
    "firstorder_Skewness": 1.08,
    "firstorder_Median": 1,
    "firstorder_90Percentile": 4,
    "firstorder_MeanAbsoluteDeviation": 1.55,
    "firstorder_RobustMeanAbsoluteDeviation": 1.11,
    "firstorder_Energy": 567,
    "firstorder_RootMeanSquared": 2.77,
    "firstorder_Entropy": 1.27,
    "firstorder_Uniformity": 0.512,
    "glcm_JointEntropy": 2.4,
    "glcm_Contrast": 5.32,
    "glcm_Correlation": 0.157,
    "glrlm_RunPercentage": 0.68,
    "glszm_ZoneEntropy": 2.32,
    "glszm_ZonePercentage": 0.0676,
    "ngtdm_Coarseness": 0.0296,
    "gldm_DependenceEntropy": 4.4,
}


def test_the_phantom_has_ibsis_values(phantom: tuple[Volume, dict[str, Mask]]) -> None:
    volume, masks = phantom
    vector = NativeEngine().measure(volume, {"whole": masks["whole"]}, settings({}))["whole"]
    assert isinstance(vector, FeatureVector)
    values = vector.as_dict()
    ours = {name: values[f"original_{name}"] for name in PUBLISHED}
    assert {name: float(f"{value:.3g}") for name, value in ours.items()} == PUBLISHED


def settings(setting: dict[str, Any]) -> Params:
    """Every feature by name, deprecated ones too; 3-D shape is left out where slices are asked for."""
    classes = ("firstorder", *TEXTURE) if setting.get("force2D") else ("shape", "firstorder", *TEXTURE)
    named = {one: [feature.name for feature in features_of(one, include_deprecated=True)] for one in classes}
    return parse_params({"setting": {"binWidth": 1, **setting}, "imageType": {"Original": {}}, "featureClass": named})


@pytest.mark.parametrize(
    "setting",
    [
        {},
        *({"force2D": True, "force2Ddimension": axis} for axis in range(3)),
        {"distances": [1, 2]},
        {"distances": [2]},
        {"distances": [1, 2], "force2D": True},
        {"symmetricalGLCM": False},
        *({"weightingNorm": norm} for norm in NORMS),
        *({"weightingNorm": norm, "distances": [1, 2]} for norm in NORMS),
        *({"weightingNorm": norm, "force2D": True} for norm in NORMS),
    ],
    ids=lambda setting: "-".join(f"{name}={value}" for name, value in setting.items()) or "plain",
)
def test_the_phantom_gives_pyradiomics_values(setting: dict[str, Any], phantom: tuple[Volume, dict[str, Mask]]) -> None:
    pytest.importorskip("radiomics")
    table = compare_engines(choose_engine("native"), choose_engine("pyradiomics"), *phantom, settings(setting))
    assert not [one for one in table if not one.accepted]
    assert {one.roi for one in table} == set(phantom[1])
    assert all(one.tolerance == 1e-9 for one in table)


def test_voxels_without_neighbours_give_no_number_in_both_engines(phantom: tuple[Volume, dict[str, Mask]]) -> None:
    pytest.importorskip("radiomics")
    table = compare_engines(choose_engine("native"), choose_engine("pyradiomics"), *phantom, settings({}))
    undefined = [one for one in table if math.isnan(one.reference)]
    assert {one.roi for one in undefined} == {"lattice"}
    assert "original_glcm_Autocorrelation" in {one.feature for one in undefined}
    assert all(math.isnan(one.native) for one in undefined)
