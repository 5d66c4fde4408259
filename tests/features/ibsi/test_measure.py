"""All families together: their number, and what leaves every value as it is."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from radpipe.features.ibsi.measure import FAMILIES, measure_families
from radpipe.features.ibsi.prepare import IbsiRoi
from radpipe.features.ibsi.settings import Aggregation, Discretisation, IbsiSettings

Make = Callable[..., IbsiRoi]


def solid(
    mask: np.ndarray, image: np.ndarray | None = None, spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)
) -> IbsiRoi:
    values = np.ones(mask.shape) if image is None else image
    return IbsiRoi(values.astype(float), mask, mask, spacing)


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
