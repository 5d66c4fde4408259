"""Mesh, outline and diameters: by hand, against all pairs of vertices, compiled and not."""

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from radpipe.features.classes.inputs import RoiImage
from radpipe.features.classes.shape3d import shape_of
from radpipe.kernels import diameters, moments, perimeter, surface
from radpipe.kernels.moments import coordinate_sums
from radpipe.kernels.perimeter import outline
from radpipe.kernels.surface import line_extremes, mesh

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


def test_a_voxel_is_an_octahedron() -> None:
    # Vertices half a voxel from the centre: 8 faces of area sqrt(3) / 8, volume 1/6.
    mask = np.zeros((3, 3, 3), dtype=bool)
    mask[1, 1, 1] = True
    area, volume = mesh(mask, (1.0, 1.0, 1.0))
    assert area == pytest.approx(3**0.5)
    assert volume == pytest.approx(1 / 6)


def test_a_long_bar_has_the_volume_of_its_prism() -> None:
    # A bar of n voxels is a prism of cross-section 1/2 and length n - 1, with two half octahedra (1/6 together).
    mask = np.zeros((3, 3, 12), dtype=bool)
    mask[1, 1, 1:11] = True
    area, volume = mesh(mask, (1.0, 1.0, 1.0))
    assert volume == pytest.approx(9 / 2 + 1 / 6)
    assert area == pytest.approx(4 * 9 * 0.5**0.5 + 3**0.5)


def test_mesh_scales_with_the_spacing_and_does_not_depend_on_the_place() -> None:
    # Where voxels touch by edges or corners only, PyRadiomics' table leaves the mesh open, and this does not hold.
    z, y, x = np.indices((5, 6, 7)) - 3
    mask = z**2 + y**2 + x**2 < 8
    small = mesh(np.pad(mask, 1), (1.0, 1.0, 1.0))
    large = mesh(np.pad(mask, ((4, 1), (2, 3), (1, 5))), (2.0, 2.0, 2.0))
    assert large == pytest.approx((4 * small[0], 8 * small[1]))


def test_a_pixel_is_a_rhombus() -> None:
    # Half diagonals 1 and 1.5 mm: area 2 * 1 * 1.5 = 3, side sqrt(1 + 2.25), longer diagonal 3.
    mask = np.zeros((3, 3), dtype=bool)
    mask[1, 1] = True
    assert outline(mask, (2.0, 3.0)) == pytest.approx((4 * 3.25**0.5, 3.0, 3.0))


@given(masks)
@settings(max_examples=40)
def test_coordinate_sums_equal_numpy(mask: BoolArray) -> None:
    places = np.argwhere(mask)
    count, sums, products = coordinate_sums(mask)
    assert count == len(places)
    assert np.array_equal(sums, places.sum(axis=0))
    assert np.array_equal(products, places.T @ places)


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
    monkeypatch.setattr("radpipe.features.classes.axes.coordinate_sums", moments.coordinate_sums)
    plain = shape_of(roi), outline(flat, (0.5, 1.25)), [one.tolist() for one in surface.line_extremes(mask)]
    assert plain == compiled
