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
from radpipe.features.params import Params
from radpipe.features.params_file import parse_params
from radpipe.imaging.open import open_image, open_mask
from radpipe.volume import Mask, Volume

TEXTURE = ("glcm", "glrlm", "glszm", "gldm", "ngtdm")
NORMS = ("manhattan", "euclidean", "infinity", "no_weighting")


@pytest.fixture(scope="module")
def phantom(shared_data: Path) -> tuple[Volume, dict[str, Mask]]:
    """5 x 4 x 4 voxels of 2 mm, gray levels 1, 3, 4, 6. ROIs: IBSI's 74 voxels, and parts of it that are harder."""
    folder = shared_data / "ibsi_digital_phantom"
    image = ImageRef("phantom", "CT", "CT", ImageKind.ITK_FILE, (str(folder / "image" / "phantom.nii.gz"),))
    volume = open_image(image)
    roi = RoiRef("roi", "roi", MaskKind.ITK_FILE, str(folder / "mask" / "mask.nii.gz"), 1, ("CT",))
    whole = open_mask(roi, volume.geometry)
    assert (whole.voxel_count, sorted(np.unique(volume.array[whole.array]).tolist())) == (74, [1, 3, 4, 6])
    z, y, x = np.indices(volume.geometry.size_zyx)
    lattice = (z % 2 == 0) & (y % 2 == 0) & (x % 2 == 0)
    corner = (z < 2) & (y < 2) & (x < 3)
    parts = {"one level": volume.array == 1, "slice": z == 0, "corner": corner, "lattice": lattice}
    masks = {name: Mask.of(whole.array & part, volume.geometry) for name, part in parts.items()}
    return volume, {"whole": whole, **masks}


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
