"""Robust scores: hand calculations, and how rarely a sound draw is called odd."""

import math

import numpy as np
import pytest

from radpipe.qc.robust import place_fence, robust_distances, robust_z


def test_robust_z_of_a_worked_example():
    # Median 3, absolute deviations 2 1 0 1 97, their median 1: 97 / 1.4826.
    assert robust_z(np.array([1.0, 2.0, 3.0, 4.0, 100.0]), 0.1)[-1] == pytest.approx(97 / 1.4826)


def test_a_tight_cohort_is_judged_by_the_floor():
    values = np.array([20.0] * 10 + [40.0])
    assert robust_z(values, 15.0)[-1] == pytest.approx(20 / 15)


def test_robust_distance_follows_the_axes_of_the_cloud():
    draw = np.random.default_rng(1)
    along = draw.normal(0, 20, 200)
    points = np.column_stack([along + draw.normal(0, 1, 200), along + draw.normal(0, 1, 200), draw.normal(0, 3, 200)])
    points = np.vstack([points, [30, 30, 0], [15, -15, 0]])
    distances = robust_distances(points, 0.5)
    # Far along the cloud is usual, less far across it is not: SD across is 1 (each axis has noise of SD 1).
    assert distances[-2] < 3
    assert distances[-1] == pytest.approx(math.sqrt(450) / 1.0, rel=0.25)


def test_robust_distance_does_not_depend_on_the_frame():
    draw = np.random.default_rng(2)
    points = draw.normal(0, (3, 6, 9), (60, 3))
    shifted = points + np.array([10, -20, 30])
    assert robust_distances(shifted, 0.1) == pytest.approx(robust_distances(points, 0.1))


@pytest.mark.parametrize("count", [20, 50])
def test_the_fence_is_as_rare_as_a_z_of_3_and_a_half(count):
    draw = np.random.default_rng(3)
    beyond = np.mean([robust_distances(draw.normal(size=(count, 3)), 1e-6) > place_fence(count) for _ in range(300)])
    # Two-sided tail of 3.5 SD: 0.000465; at 20 x 300 draws 3 are expected.
    assert beyond < 0.0025
    assert place_fence(count) > place_fence(1000) > math.sqrt(17.88 - 0.01)  # chi-squared, 3 dof, same tail: 17.88
