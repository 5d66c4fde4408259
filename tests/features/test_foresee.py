"""What is foreseen of a ROI is what the engine then does: the same refusals, voxels and bins."""

from typing import Any

import numpy as np
import pytest

from radpipe.errors import InputError
from radpipe.features.foresee import foresee
from radpipe.features.native import NativeEngine
from radpipe.features.params import Params
from radpipe.features.params_file import load_params, parse_params
from radpipe.geometry import Geometry
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask, Volume


def scene() -> tuple[Volume, dict[str, Mask]]:
    """Noise on a smooth image; a lump, a flat plate of one value, a voxel."""
    random = np.random.default_rng(1418)
    grid = Geometry((10, 20, 22), (2.5, 1.0, 1.2))
    z, y, x = np.indices(grid.size_zyx)
    image = np.rint(60 * np.sin(x / 4) + 40 * np.cos(y / 3 + z) + random.normal(0, 25, grid.size_zyx)).astype(np.int16)
    lump = (z - 5) ** 2 * 4 + (y - 10) ** 2 + (x - 11) ** 2 < 60
    plate, voxel = (z == 2) & (y < 6) & (x < 6), (z == 8) & (y == 3) & (x == 3)
    image[plate] = 500
    masks = {"lump": lump, "plate": plate, "voxel": voxel}
    return Volume(image, grid, "HU"), {name: Mask.of(mask, grid) for name, mask in masks.items()}


def summed(result: FeatureVector | InputError) -> tuple[object, ...]:
    """What of a result can be foreseen: its code, or voxels and bins."""
    if isinstance(result, InputError):
        return (result.code,)
    return tuple(result.diagnostics.get(name) for name in ("measured_voxel_count", "bins", "measured_spacing_x_mm"))


def with_classes(setting: dict[str, Any], types: dict[str, Any] | None = None, *classes: str) -> Params:
    return parse_params(
        {
            "setting": setting,
            "imageType": types or {"Original": {}},
            "featureClass": dict.fromkeys(classes or ("firstorder", "glcm")),
        }
    )


@pytest.mark.parametrize(
    "params",
    [
        with_classes({"binWidth": 25}),
        with_classes({"binCount": 16}),
        with_classes({"binWidth": 20, "resampledPixelSpacing": [2, 2, 2]}),
        with_classes({"binWidth": 25, "resegmentRange": [450, 600]}),
        with_classes({"binWidth": 25, "minimumROISize": 100}),
        with_classes({"binWidth": 1e-6}),
        with_classes({"normalize": True, "binWidth": 1e-6}),
        with_classes({"binWidth": 25}, {"LoG": {"sigma": [9.0]}}),
        with_classes({"binWidth": 25, "force2D": True}, None, "shape2D"),
    ],
    ids=[
        "plain", "count", "resampled", "range that one ROI meets", "least size", "bins without end",
        "normalised, bins without end", "a filter wider than the image", "2D form",
    ],
)  # fmt: skip
def test_what_is_foreseen_is_what_happens(params: Params) -> None:
    volume, masks = scene()
    foreseen, measured = foresee(volume, masks, params), NativeEngine().measure(volume, masks, params)
    assert {name: summed(result) for name, result in foreseen.items()} == {
        name: summed(result) for name, result in measured.items()
    }
    assert not any(isinstance(one, FeatureVector) and one.names for one in foreseen.values())


def test_voxels_that_resegmentation_leaves_are_counted() -> None:
    volume, masks = scene()
    result = foresee(volume, masks, with_classes({"binWidth": 25, "resegmentRange": [0, 600]}))["lump"]
    inside = volume.array[masks["lump"].full_array()]
    assert isinstance(result, FeatureVector)
    assert result.diagnostics["kept_voxel_count"] == int(((inside >= 0) & (inside <= 600)).sum())


def test_by_ibsi_s_definition_the_measurement_itself_tells() -> None:
    volume, masks = scene()
    result = foresee(volume, {"lump": masks["lump"]}, load_params("ibsi_C"))["lump"]
    assert isinstance(result, FeatureVector)
    assert int(str(result.diagnostics["measured_voxel_count"])) > 0
