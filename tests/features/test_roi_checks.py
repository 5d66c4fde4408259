"""What both engines ask of a ROI before they measure it, and what they tell of it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from radpipe.errors import InputError
from radpipe.features.engine import choose_engine
from radpipe.features.params import Params
from radpipe.features.params_file import parse_params
from radpipe.features.roi_checks import (
    refuse_bins,
    refuse_dimension,
    refuse_other_grid,
    refuse_size,
    refuse_small_image,
    roi_diagnostics,
)
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

pytestmark = [
    pytest.mark.filterwarnings("ignore:the load_module:DeprecationWarning"),  # pykwalify, for PyRadiomics
    pytest.mark.filterwarnings("ignore:The module `scipy.ndimage:DeprecationWarning"),
]

GRID = Geometry((4, 6, 8), (3.0, 1.0, 1.0))
FIRSTORDER = {"firstorder": None}


def params(setting: dict[str, Any], classes: dict[str, Any] | None = None, **types: Any) -> Params:
    return parse_params({"imageType": types or {"Original": {}}, "featureClass": classes or FIRSTORDER,
                         "setting": setting})  # fmt: skip


def scene(grid: Geometry = GRID, high: int = 100) -> tuple[Volume, Mask]:
    """Values rise from 0 to ``high`` over the ROI, which leaves a border out."""
    inside = np.zeros(grid.size_zyx, dtype=bool)
    inside[:, 1:5, 1:6] = True
    values = np.zeros(grid.size_zyx, dtype=np.int16)
    values[inside] = np.linspace(0, high, np.count_nonzero(inside))
    return Volume(values, grid, "HU"), Mask.of(inside, grid)


def refused(check: Callable[..., None], *given: Any) -> str:
    """The code that a check refuses with, or empty."""
    try:
        check(*given)
    except InputError as fault:
        return fault.code
    return ""


def test_a_mask_of_another_grid_is_refused_with_both() -> None:
    volume, _ = scene()
    _, mask = scene(Geometry(GRID.size_zyx, (3.0, 1.0, 1.2)))
    with pytest.raises(InputError, match=r"E_GRID_MISMATCH.*3 x 1 x 1 and 3 x 1 x 1\.2 mm"):
        refuse_other_grid(volume, mask)
    refuse_other_grid(volume, scene()[1])


def test_form_in_three_dimensions_is_not_of_a_radiograph() -> None:
    _, flat = scene(Geometry((1, 6, 8), (1.0, 1.0, 1.0)))
    with pytest.raises(InputError, match=r"E_DIMENSION.*featureClass shape .*3D.*2D"):
        refuse_dimension(flat, params({}, {"shape": None}))
    refuse_dimension(flat, params({"force2D": True}, {"shape2D": None}))


def test_form_in_two_dimensions_is_not_of_a_volume() -> None:
    with pytest.raises(InputError, match=r"E_DIMENSION.*featureClass shape2D.*2D.*3D"):
        refuse_dimension(scene()[1], params({"force2D": True}, {"shape2D": None}))


@pytest.mark.parametrize("slices", [slice(1, 2), slice(3, 4)])
def test_one_slice_of_a_volume_has_form_in_two_dimensions_wherever_it_lies(slices: slice) -> None:
    inside = np.zeros(GRID.size_zyx, dtype=bool)
    inside[slices, 1:5, 1:6] = True
    assert refused(refuse_dimension, Mask.of(inside, GRID), params({"force2D": True}, {"shape2D": None})) == ""


@pytest.mark.parametrize(
    ("setting", "bins"),
    [
        ({"binWidth": 1}, 101),  # from 0 to 100
        ({"binWidth": 1, "resegmentRange": [10, 60]}, 51),
        ({"binWidth": 1, "resegmentRange": [40]}, 61),
        ({"binWidth": 1, "resegmentRange": [-1, 1], "resegmentMode": "sigma"}, 101),  # not known before it is done
    ],
    ids=str,
)
def test_gray_levels_are_counted_before_matrices_are_made(setting: dict[str, Any], bins: int) -> None:
    volume, mask = scene()
    chosen = params(setting, {"glcm": None})
    refuse_bins(volume, mask, chosen, bins)
    with pytest.raises(InputError, match=rf"E_TOO_MANY_BINS.*{bins} bins"):
        refuse_bins(volume, mask, chosen, bins - 1)


@pytest.mark.parametrize(
    ("setting", "classes"),
    [
        ({"binWidth": 1}, FIRSTORDER),
        ({"binCount": 8}, {"glcm": None}),
        ({"binWidth": 1, "normalize": True}, {"glcm": None}),
    ],
    ids=str,
)
def test_where_no_width_decides_about_matrices_nothing_is_refused(setting: Any, classes: Any) -> None:
    assert refused(refuse_bins, *scene(), params(setting, classes), 2) == ""


@pytest.mark.parametrize(
    ("voxels", "shape", "setting", "code"),
    [
        (0, (1, 1, 1), {}, "E_EMPTY_ROI"),
        (1, (1, 1, 1), {"minimumROIDimensions": 1}, "E_TINY_ROI"),
        (3, (1, 1, 3), {}, "E_TINY_ROI"),  # a line, where two dimensions are the default
        (9, (1, 3, 3), {"minimumROIDimensions": 3}, "E_TINY_ROI"),
        (27, (3, 3, 3), {"minimumROISize": 27}, "E_TINY_ROI"),
    ],
)
def test_what_is_too_small_is_refused(voxels: int, shape: tuple[int, ...], setting: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError, match=code):
        refuse_size(voxels, tuple(slice(0, n) for n in shape), params(setting))


def test_what_is_large_enough_is_not() -> None:
    assert refused(refuse_size, 9, (slice(0, 1), slice(0, 3), slice(0, 3)), params({})) == ""
    least = params({"minimumROISize": 27, "minimumROIDimensions": 3})
    assert refused(refuse_size, 28, (slice(0, 3),) * 3, least) == ""


def test_a_sigma_that_no_column_is_kept_of_needs_no_room() -> None:
    content = {"imageType": {"LoG": {"sigma": [9.0]}}, "featureClass": FIRSTORDER}
    with pytest.raises(InputError, match=r"E_FILTER_SIZE.*4 x 6 x 8"):
        refuse_small_image((4, 6, 8), (3.0, 1.0, 1.0), parse_params(content))
    kept = parse_params({**content, "radpipe": {"keepImages": ["original"]}})
    refuse_small_image((4, 6, 8), (3.0, 1.0, 1.0), kept)


def test_diagnostics_tell_the_roi_as_drawn_and_as_measured() -> None:
    volume, mask = scene()
    told = roi_diagnostics(volume, mask, np.array([-10.0, 49.0, 51.0]), (2.0, 2.0, 1.5), params({"binWidth": 25}))
    assert (told["voxel_count"], told["volume_mm3"], told["measured_voxel_count"]) == (80, 240.0, 3)
    assert (told["spacing_z_mm"], told["measured_spacing_z_mm"], told["measured_spacing_x_mm"]) == (3.0, 1.5, 2.0)
    assert (told["minimum"], told["maximum"], told["stored_type"], told["measured_type"]) == (
        0,
        100,
        "int16",
        "float64",
    )
    assert told["bins"] == 4  # -10 lies in the bin from -25, 51 in that from 50: -25, 0, 25, 50
    assert roi_diagnostics(volume, mask, np.array([1.0]), (1.0,) * 3, params({"binCount": 16}))["bins"] == 16
    assert "bins" not in roi_diagnostics(volume, mask, np.zeros(0), (1.0,) * 3, params({}))


@pytest.mark.parametrize("engine", ["native", "pyradiomics"])
def test_a_log_that_does_not_fit_in_the_image_is_refused_by_both_engines(engine: str) -> None:
    if engine == "pyradiomics":
        pytest.importorskip("radiomics")
    grid = Geometry((3, 20, 20), (3.0, 1.0, 1.0))
    inside = np.zeros(grid.size_zyx, dtype=bool)
    inside[:, 5:15, 5:15] = True
    values = np.random.default_rng(2).integers(-100, 100, grid.size_zyx).astype(np.int16)
    params = parse_params(
        {"imageType": {"Original": {}, "LoG": {"sigma": [2.0]}}, "featureClass": {"firstorder": None}}
    )
    found = choose_engine(engine).measure(Volume(values, grid), {"roi": Mask.of(inside, grid)}, params)["roi"]
    assert isinstance(found, InputError)
    assert str(found).startswith(
        "E_FILTER_SIZE  roi: the image of 3 x 20 x 20 voxels (z, y, x) is too small for a LoG of sigma 2 mm"
    )
