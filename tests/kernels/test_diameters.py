"""Diameters against all pairs of vertices; all kernels of shape compiled and not."""

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from radpipe.features.classes.shape3d import shape_of
from radpipe.features.inputs import RoiImage
from radpipe.kernels import diameters, moments, perimeter, surface
from radpipe.kernels.perimeter import outline
from radpipe.kernels.surface import line_extremes

BoolArray = npt.NDArray[np.bool_]


SPACING_ZYX_MM = (3.0, 0.5, 1.25)


masks = hnp.arrays(np.bool_, hnp.array_shapes(min_dims=3, max_dims=3, max_side=6)).filter(np.any)


def vertices_mm(mask: BoolArray) -> npt.NDArray[np.float64]:
    """Middles between each voxel and each neighbour along an axis that differs from it, of a mask with free borders."""
    found = []
    for axis in range(3):
        differing = np.argwhere(np.diff(mask, axis=axis))
        found.append(differing + 0.5 * np.eye(3)[axis])
    return np.concatenate(found) * SPACING_ZYX_MM


def greatest(points: npt.NDArray[np.float64]) -> float:
    return max((float(np.linalg.norm(a - b)) for a, b in combinations(points, 2)), default=0.0)


@given(masks)
@settings(max_examples=100)
def test_diameters_are_the_greatest_over_all_pairs_of_vertices(mask: BoolArray) -> None:
    points = vertices_mm(np.pad(mask, 1))
    found = shape_of(RoiImage(np.zeros(mask.shape), mask, SPACING_ZYX_MM))
    assert found.diameter_mm == pytest.approx(greatest(points), rel=1e-12)
    for axis, value in enumerate((found.slice_mm, found.column_mm, found.row_mm)):
        planes = [points[points[:, axis] == place] for place in np.unique(points[:, axis])]
        assert value == pytest.approx(max(map(greatest, planes)), rel=1e-12)


def test_kernels_uncompiled_and_on_read_only_masks_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    mask = np.pad(np.random.default_rng(4).random((4, 5, 6)) < 0.6, 1)
    mask.setflags(write=False)
    roi = RoiImage(np.zeros(mask.shape), mask, SPACING_ZYX_MM)
    flat = np.pad(mask[2], 1)
    compiled = shape_of(roi), outline(flat, (0.5, 1.25)), [one.tolist() for one in line_extremes(mask)]
    for module in (diameters, moments, perimeter, surface):
        for name, kernel in list(vars(module).items()):
            if hasattr(kernel, "py_func"):
                monkeypatch.setattr(module, name, kernel.py_func)
    monkeypatch.setattr("radpipe.features.classes.shape3d.line_extremes", surface.line_extremes)
    monkeypatch.setattr("radpipe.features.classes.shape3d.mesh_diameters", diameters.mesh_diameters)
    monkeypatch.setattr("radpipe.features.axes.coordinate_sums", moments.coordinate_sums)
    plain = shape_of(roi), outline(flat, (0.5, 1.25)), [one.tolist() for one in surface.line_extremes(mask)]
    assert plain == compiled
