"""IBSI's families against their definitions, written out over all pairs and voxels."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.testing import assert_allclose

from radpipe.features.ibsi.autocorrelation import spatial_autocorrelation
from radpipe.features.ibsi.histogram import histogram_of
from radpipe.features.ibsi.intensity_volume import volume_histogram_of
from radpipe.features.ibsi.local_intensity import RADIUS_MM, peaks_of
from radpipe.features.ibsi.measure import FAMILIES, measure_families
from radpipe.features.ibsi.morphology import ellipsoid_area, morphology_of
from radpipe.features.ibsi.prepare import IbsiRoi
from radpipe.features.ibsi.settings import Aggregation, Discretisation, IbsiSettings
from radpipe.features.ibsi.texture import texture_of
from radpipe.features.ibsi.zones import zones_of

Make = Callable[..., IbsiRoi]


def solid(
    mask: np.ndarray, image: np.ndarray | None = None, spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)
) -> IbsiRoi:
    values = np.ones(mask.shape) if image is None else image
    return IbsiRoi(values.astype(float), mask, mask, spacing)


@pytest.mark.parametrize("seed", range(4))
def test_moran_and_geary_equal_the_sums_over_all_pairs(made_roi: Make, seed: int) -> None:
    roi = made_roi(seed)
    places = np.argwhere(roi.intensity) * np.array(roi.spacing_zyx_mm)
    x = roi.values
    distance = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))
    np.fill_diagonal(distance, np.inf)
    w = 1 / distance
    y = x - x.mean()
    moran = len(x) / w.sum() * (w * np.outer(y, y)).sum() / (y**2).sum()
    geary = (len(x) - 1) / (2 * w.sum()) * (w * (x[:, None] - x[None]) ** 2).sum() / (y**2).sum()
    assert_allclose(spatial_autocorrelation(roi), (moran, geary), rtol=1e-12)


def test_equal_intensities_have_no_autocorrelation() -> None:
    assert all(math.isnan(value) for value in spatial_autocorrelation(solid(np.ones((3, 3, 3), dtype=bool))))


@pytest.mark.parametrize("seed", range(3))
def test_peaks_equal_means_over_the_ball_written_out(made_roi: Make, seed: int) -> None:
    roi = made_roi(seed, (6, 9, 8))
    grid = np.indices(roi.image.shape).reshape(3, -1).T * np.array(roi.spacing_zyx_mm)
    flat = roi.image.ravel()
    centres = np.argwhere(roi.intensity) * np.array(roi.spacing_zyx_mm)
    means = np.array([flat[((grid - c) ** 2).sum(axis=1) <= RADIUS_MM**2 + 1e-9].mean() for c in centres])
    peaks = peaks_of(roi)
    assert peaks.highest == pytest.approx(means.max(), rel=1e-13)
    assert peaks.local == pytest.approx(means[roi.values == roi.values.max()].max(), rel=1e-13)


def test_the_ball_of_the_peak_holds_one_cubic_centimetre() -> None:
    assert 4 / 3 * math.pi * RADIUS_MM**3 == pytest.approx(1000.0)


@pytest.mark.parametrize("c", [1.0, 2.0, 3.9])
def test_the_area_of_a_spheroid_is_the_closed_form_of_ibsis_series(c: float) -> None:
    # With alpha 0 and x = beta^2 the terms are binomial(2v, v) (x / 4)^v / (1 - 4 v^2), whose sum is
    # (sqrt(1 - x) + arcsin(sqrt(x)) / sqrt(x)) / 2.
    x = 1 - (c / 4) ** 2
    exact = 4 * math.pi * 16 * (math.sqrt(1 - x) + math.asin(math.sqrt(x)) / math.sqrt(x)) / 2
    assert ellipsoid_area(4.0, 4.0, c, terms=400) == pytest.approx(exact, rel=1e-4)
    assert ellipsoid_area(4.0, 4.0 - 1e-9, c) == pytest.approx(ellipsoid_area(4.0, 4.0, c), rel=1e-6)


def test_a_sphere_has_its_area() -> None:
    assert ellipsoid_area(2.0, 2.0, 2.0) == pytest.approx(16 * math.pi)


def test_a_box_fills_its_bounding_box_but_for_the_corners_of_the_mesh() -> None:
    mask = np.zeros((12, 14, 16), dtype=bool)
    mask[1:-1, 1:-1, 1:-1] = True
    shape = morphology_of(solid(mask, spacing=(2.0, 1.0, 0.5)))
    assert shape.box_mm == (20.0, 12.0, 7.0)
    # The covariance of n equally spaced points has (n^2 - 1) / 12; with N - 1 below it is N / (N - 1) times as much.
    count = mask.sum()
    lengths = sorted(4 * s * math.sqrt((n**2 - 1) / 12 * count / (count - 1)) for n, s in ((10, 2), (12, 1), (14, 0.5)))
    assert_allclose(shape.axes_mm, lengths, rtol=1e-12)
    assert shape.shape.volume_mm3 / shape.hull_mm3 == pytest.approx(1.0)
    assert shape.shift_mm == pytest.approx(0.0, abs=1e-12)


def test_the_centre_of_mass_moves_towards_bright_voxels() -> None:
    mask = np.ones((1, 1, 4), dtype=bool)
    wide = np.pad(mask, 1)
    image = np.pad(np.array([[[1.0, 1.0, 1.0, 5.0]]]), 1)
    # Weighted centre (0 + 1 + 2 + 15) / 8 = 2.25 against 1.5, voxels of 2 mm.
    assert morphology_of(solid(wide, image, (1.0, 1.0, 2.0))).shift_mm == pytest.approx(1.5)


def test_the_mode_is_the_level_nearest_the_mean_and_then_the_lower() -> None:
    assert histogram_of(np.array([1, 1, 3, 3, 9])).mode == 3
    assert histogram_of(np.array([2, 2, 4, 4])).mode == 2


def test_empty_levels_count_for_the_gradient() -> None:
    # Counts of levels 1 to 4: 4, 0, 0, 2; differences one-sided at the ends, central between: -4, -2, 1, 2.
    histogram = histogram_of(np.array([1, 1, 1, 1, 4, 4]))
    assert histogram.gradient.tolist() == [-4, -2, 1, 2]


def test_the_volume_histogram_by_hand() -> None:
    # Values 1 2 3 4 5 of five voxels: nu 1, 0.8, 0.6, 0.4, 0.2; gamma 0, 0.25, 0.5, 0.75, 1.
    curve = volume_histogram_of(np.arange(1.0, 6.0), IbsiSettings())
    assert curve.volume_at(0.1) == pytest.approx(0.8)
    assert curve.volume_at(0.9) == pytest.approx(0.2)
    assert curve.intensity_at(0.5) == 4.0
    assert curve.intensity_at(0.1) == 6.0


def test_a_step_far_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="steps"):
        volume_histogram_of(np.array([0.0, 1e6]), IbsiSettings(ivh_step=1e-3))


@pytest.mark.parametrize("flat", [True, False])
def test_distances_of_zones_count_from_the_edge_of_the_morphological_mask(flat: bool) -> None:
    mask = np.ones((5, 5, 5), dtype=bool)
    levels = np.ones(125, dtype=np.int64)
    levels[62] = 2  # the centre
    roi = solid(mask)
    zones = zones_of(texture_of(roi, levels), ("2D",) if flat else ("3D",))
    found = zones["2D" if flat else "3D"]
    centre = found[2] if flat else found[0]
    assert dict(zip(centre.slots.tolist(), centre.distances.tolist(), strict=True)) == {1: 1, 2: 3}


def test_a_hole_of_the_intensity_mask_is_no_edge() -> None:
    morphological = np.ones((1, 7, 7), dtype=bool)
    intensity = morphological.copy()
    intensity[0, 3, 3] = False
    roi = IbsiRoi(np.ones((1, 7, 7)), morphological, intensity, (1, 1, 1))
    levels = np.ones(48, dtype=np.int64)
    levels[20] = 2  # (2, 6) is the last of row 2; 20 is at the right edge
    levels[17] = 3  # (2, 3): above the hole, three voxels from the edge
    zones = zones_of(texture_of(roi, levels), ("2D",))["2D"][0]
    assert dict(zip(zones.slots.tolist(), zones.distances.tolist(), strict=True)) == {1: 1, 2: 1, 3: 3}


def test_slices_with_no_voxel_do_not_count(made_roi: Make) -> None:
    roi = made_roi(1)
    gap = np.insert(roi.image, 2, 0, axis=0), np.insert(roi.intensity, 2, False, axis=0)
    wide = IbsiRoi(gap[0], gap[1], gap[1], roi.spacing_zyx_mm)
    plain = IbsiRoi(roi.image, roi.intensity, roi.intensity, roi.spacing_zyx_mm)
    settings = IbsiSettings(
        discretisation=Discretisation("FBN", bins=8),
        aggregations=tuple(aggregation for aggregation in Aggregation if aggregation.extent != "3D"),
    )
    families = ("cm", "rlm", "szm", "dzm", "ngt", "ngl")
    assert measure_families(wide, settings, families) == measure_families(plain, settings, families)


def test_all_families_give_169_features() -> None:
    # IBSI's manual standardises 169 features.
    assert sum(len(features) for features in FAMILIES.values()) == 169


def test_turning_the_volume_changes_no_volume_feature(made_roi: Make) -> None:
    roi = made_roi(2)
    settings = IbsiSettings(discretisation=Discretisation("FBN", bins=6))
    turned = IbsiRoi(
        np.ascontiguousarray(roi.image.transpose(2, 0, 1)),
        np.ascontiguousarray(roi.morphological.transpose(2, 0, 1)),
        np.ascontiguousarray(roi.intensity.transpose(2, 0, 1)),
        (2.0, 3.0, 1.0),
    )
    first, second = (measure_families(one, settings, tuple(FAMILIES)) for one in (roi, turned))
    assert first.keys() == second.keys()
    # Marching cubes decide ambiguous cubes by their orientation, so that the mesh of a ragged mask turns with a rest.
    mesh = ("morph_volume", "morph_area", "morph_av", "morph_comp", "morph_sph", "morph_asph", "dens", "integ")
    for tag, value in first.items():
        if any(word in tag for word in mesh):
            continue
        assert second[tag] == pytest.approx(value, rel=1e-10, nan_ok=True), tag


def test_a_single_voxel_gives_numbers_or_nan_and_no_fault() -> None:
    mask = np.zeros((3, 3, 3), dtype=bool)
    mask[1, 1, 1] = True
    settings = IbsiSettings(discretisation=Discretisation("FBN", bins=4), aggregations=tuple(Aggregation))
    found = measure_families(solid(mask), settings, tuple(FAMILIES))
    assert found["stat_mean"] == 1.0
    assert math.isnan(found["cm_contrast_3D_avg"])
    assert found["rlm_sre_2D_avg"] == 1.0
