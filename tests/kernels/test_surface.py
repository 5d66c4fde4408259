"""The mesh of bodies whose area and volume are known."""

import numpy as np
import pytest

from radpipe.kernels.surface import mesh


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
