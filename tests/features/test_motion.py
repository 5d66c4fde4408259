"""A moved grid gives rotated arrays, shifted files and, unmoved, plain extraction."""

import numpy as np
import pytest

from radpipe.features.motion import Motion
from radpipe.features.native import NativeEngine
from radpipe.features.params import Params
from radpipe.features.params_file import parse_params
from radpipe.features.prepare import PreparedRoi, prepare
from radpipe.geometry import Geometry
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask, Volume

GEOMETRY = Geometry((16, 36, 36), (2.5, 1.0, 1.0), (-30.0, 12.5, 100.0))
BOX = (slice(6, 10), slice(12, 24), slice(13, 23))


def params(*spacing: float) -> Params:
    return parse_params(
        {
            "imageType": {"Original": {}, "LoG": {"sigma": [2.0]}},
            "featureClass": {"shape": None, "firstorder": None, "glcm": None},
            "setting": {"binWidth": 25, "padDistance": 3, "resampledPixelSpacing": list(spacing)},
        }
    )


def scene(geometry: Geometry = GEOMETRY) -> tuple[Volume, Mask]:
    rng = np.random.default_rng(11)
    inside = rng.random([span.stop - span.start for span in BOX]) < 0.9
    inside[0, 0, 0] = inside[-1, -1, -1] = True
    return Volume(rng.normal(40, 60, geometry.size_zyx), geometry), Mask.within(BOX, inside, geometry)


def measured(volume: Volume, mask: Mask, chosen: Params, motion: Motion | None) -> dict[str, float]:
    found = NativeEngine().measure(volume, {"GTV": mask}, chosen, motion=motion)["GTV"]
    assert isinstance(found, FeatureVector)
    return found.as_dict()


@pytest.mark.parametrize("spacing", [(1.5, 1.5, 2.0), (0.8, 0.8, 0.8), (2.0, 2.0, 2.0)])
def test_a_grid_that_is_not_moved_gives_plain_extraction(spacing: tuple[float, float, float]) -> None:
    volume, mask = scene()
    plain = measured(volume, mask, params(*spacing), None)
    still = measured(volume, mask, params(*spacing), Motion())
    assert list(still) == list(plain)
    np.testing.assert_allclose(list(still.values()), list(plain.values()), rtol=1e-9, atol=1e-9)


def test_a_quarter_turn_turns_the_array() -> None:
    volume, mask = scene()
    (made,) = prepare(volume, {"GTV": mask}, params(1.0, 1.0, 2.5), motion=Motion(90.0))
    roi = made.rois["GTV"]
    assert isinstance(roi, PreparedRoi)
    # The new x axis looks along the old y, the new y against the old x.
    np.testing.assert_allclose(made.image[roi.box], np.rot90(volume.array[BOX], 1, axes=(1, 2)), rtol=0, atol=1e-8)
    assert np.array_equal(roi.shape_mask, np.rot90(mask.crop, 1, axes=(1, 2)))


def test_features_of_all_directions_do_not_know_a_quarter_turn() -> None:
    volume, mask = scene()
    plain = measured(volume, mask, params(1.0, 1.0, 2.5), Motion())
    turned = measured(volume, mask, params(1.0, 1.0, 2.5), Motion(90.0))
    # Of form the mesh knows it: PyRadiomics' marching cubes join corners one way where there are two.
    for name in (name for name in plain if name.startswith(("original_firstorder", "original_glcm"))):
        assert turned[name] == pytest.approx(plain[name], rel=1e-6, abs=1e-6), name


@pytest.mark.parametrize("shift", [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)])
def test_a_shift_by_a_whole_voxel_is_none(shift: tuple[float, float, float]) -> None:
    volume, mask = scene()
    still = measured(volume, mask, params(1.5, 1.5, 2.0), Motion())
    moved = measured(volume, mask, params(1.5, 1.5, 2.0), Motion(0.0, shift))
    for name in (name for name in still if name.startswith("original")):
        assert moved[name] == pytest.approx(still[name], rel=1e-9, abs=1e-9), name


def test_a_third_of_a_voxel_is_a_file_without_its_first_planes() -> None:
    # From 1 to 3 mm: a new voxel's third is an old voxel.
    geometry = Geometry((36, 36, 36), (1.0, 1.0, 1.0))
    rng = np.random.default_rng(2)
    array = rng.normal(0, 50, geometry.size_zyx)
    box = (slice(13, 23), slice(12, 24), slice(13, 22))
    inside = np.ones((10, 12, 9), dtype=bool)
    moved = measured(
        Volume(array, geometry), Mask.within(box, inside, geometry), params(3, 3, 3), Motion(0.0, (1 / 3,) * 3)
    )
    cut = Geometry((35, 35, 35), (1.0, 1.0, 1.0))
    z, y, x = (slice(span.start - 1, span.stop - 1) for span in box)
    plain = measured(Volume(array[1:, 1:, 1:], cut), Mask.within((z, y, x), inside, cut), params(3, 3, 3), None)
    for name in (name for name in plain if name.startswith("original")):
        # The spline mirrors at another border, 12 voxels away.
        assert moved[name] == pytest.approx(plain[name], rel=1e-6, abs=1e-6), name


def test_an_image_of_one_slice_is_not_shifted_across_it() -> None:
    geometry = Geometry((1, 30, 30), (5.0, 1.0, 1.0))
    mask = Mask.within((slice(0, 1), slice(10, 20), slice(10, 20)), np.ones((1, 10, 10), dtype=bool), geometry)
    grid = Motion(7.0, (0.3, 0.4, 0.9)).grid(mask, np.array([1.0, 1.0, 5.0]), 2)
    assert grid.size_zyx[0] == 1
    assert grid.origin_xyz_mm[2] == 0.0
