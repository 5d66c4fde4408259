"""IBSI's processing: masks, range, outliers, grey levels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radpipe.errors import InputError
from radpipe.features.ibsi.prepare import discretise, prepare_roi
from radpipe.features.ibsi.settings import Discretisation, IbsiSettings
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume


def ramp() -> tuple[Volume, Mask]:
    grid = Geometry((3, 4, 10), (3.0, 1.0, 1.0))
    array = np.broadcast_to(np.arange(10.0) * 10, grid.size_zyx)
    mask = np.zeros(grid.size_zyx, dtype=bool)
    mask[1, 1:3, 2:8] = True
    return Volume(array.copy(), grid, "HU"), Mask.of(mask, grid)


def test_without_interpolation_the_masks_are_as_drawn() -> None:
    volume, mask = ramp()
    roi = prepare_roi(volume, mask, IbsiSettings())
    assert np.count_nonzero(roi.morphological) == mask.voxel_count == 12
    assert sorted(set(roi.values.tolist())) == [20, 30, 40, 50, 60, 70]


def test_a_voxel_half_inside_belongs() -> None:
    # From slices of 3 mm to 1 mm: one slice becomes three, whose outer two have a share of 2/3; from 3 mm to 1.5 mm the
    # new slices lie a quarter of a slice from the old ones: shares 0.75 and 0.75, 0.25 and 0.25.
    volume, mask = ramp()
    assert np.count_nonzero(prepare_roi(volume, mask, IbsiSettings((1.0, None, None))).morphological) == 36
    assert np.count_nonzero(prepare_roi(volume, mask, IbsiSettings((1.5, None, None))).morphological) == 24
    # Columns of 2 mm lie on the border between two of 1 mm; those with a share of exactly one half belong.
    shifted = np.zeros(volume.geometry.size_zyx, dtype=bool)
    shifted[1, 1:3, 3:8] = True
    half = prepare_roi(volume, Mask.of(shifted, volume.geometry), IbsiSettings((None, None, 2.0)))
    assert np.count_nonzero(half.morphological) == 2 * 3


def test_the_range_is_closed_and_leaves_the_morphological_mask() -> None:
    volume, mask = ramp()
    roi = prepare_roi(volume, mask, IbsiSettings(range=(30, 60)))
    assert np.count_nonzero(roi.morphological) == 12
    assert sorted(set(roi.values.tolist())) == [30, 40, 50, 60]


def test_outliers_and_range_together_are_the_intersection() -> None:
    # Values 20 to 70, two each: mean 45, standard deviation 17.08: one deviation keeps 30 to 60.
    volume, mask = ramp()
    roi = prepare_roi(volume, mask, IbsiSettings(range=(40, None), outlier_sigma=1.0))
    assert sorted(set(roi.values.tolist())) == [40, 50, 60]


def test_nothing_left_is_told() -> None:
    volume, mask = ramp()
    with pytest.raises(InputError, match=r"re-segmentation leaves none of 12 voxels"):
        prepare_roi(volume, mask, IbsiSettings(range=(1000, None)))


def test_rounding_comes_after_interpolation() -> None:
    volume, mask = ramp()
    roi = prepare_roi(volume, mask, IbsiSettings((None, None, 0.7), rounded=True))
    assert np.array_equal(roi.image, np.round(roi.image))
    assert len(np.unique(roi.image)) > 10


def test_bins_of_fixed_size_begin_at_the_range() -> None:
    # Configuration C: the lowest value present, -939 HU, is in bin 3 of 25 HU from -1000 HU.
    values = np.array([-939.0, -925.0, 400.0])
    assert discretise(values, Discretisation("FBS", width=25.0), -1000.0).levels.tolist() == [3, 4, 57]
    assert discretise(values, Discretisation("FBS", width=25.0), None).levels.tolist() == [1, 1, 54]


@given(st.lists(st.floats(-1e4, 1e4), min_size=2, max_size=50), st.integers(1, 64))
def test_a_fixed_number_of_bins_is_filled_from_1_to_n(values: list[float], bins: int) -> None:
    array = np.array(values)
    levels = discretise(array, Discretisation("FBN", bins=bins), None).levels
    assert levels.min() == 1
    assert levels.max() == (bins if array.max() > array.min() else 1)
    assert (np.diff(levels[np.argsort(array, kind="stable")]) >= 0).all()


def test_the_centre_of_a_bin_is_half_a_width_above_its_edge() -> None:
    bins = discretise(np.array([-1000.0, 399.0]), Discretisation("FBS", width=2.5), -1000.0)
    assert bins.centres.tolist() == [-998.75, 398.75]


def test_intensities_that_are_no_levels_are_refused() -> None:
    with pytest.raises(InputError, match=r"not grey levels"):
        discretise(np.array([0.0, 1.0]), Discretisation(), None)
    with pytest.raises(InputError, match=r"not grey levels"):
        discretise(np.array([1.5, 2.0]), Discretisation(), None)
