"""A ROI on another grid, from its box alone: ITK's own nearest neighbour of the whole mask."""

import numpy as np
import SimpleITK as sitk  # noqa: N813
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from radpipe.features.resample import as_array, as_itk
from radpipe.features.sampling import around_box, lines_between, nearest, wanted_spacing
from radpipe.geometry import Geometry
from radpipe.volume import Mask

SPACINGS = st.sampled_from([0.4, 0.5, 0.8, 0.9765625, 1.0, 1.2, 1.5, 2.0, 3.0])
ORIGINS = st.sampled_from([0.0, -249.51171875, 0.1, -13.3])
DIRECTIONS = st.one_of(
    st.sampled_from([(1, 0, 0, 0, 1, 0, 0, 0, 1), (0, 0, 1, 1, 0, 0, 0, -1, 0), (-1, 0, 0, 0, 1, 0, 0, 0, 1)]),
    st.integers(0, 999).map(lambda seed: tuple(Rotation.random(random_state=seed).as_matrix().ravel().tolist())),
)


def by_itk(mask: Mask, grid: Geometry) -> np.ndarray:
    method = sitk.ResampleImageFilter()
    method.SetOutputSpacing(grid.spacing_zyx_mm[::-1])
    method.SetOutputDirection(grid.direction)
    method.SetOutputOrigin(grid.origin_xyz_mm)
    method.SetSize(grid.size_zyx[::-1])
    method.SetInterpolator(sitk.sitkNearestNeighbor)
    return as_array(method.Execute(as_itk(mask.full_array().view(np.uint8), mask.geometry))) == 1


@settings(max_examples=150)
@given(
    st.tuples(*[SPACINGS] * 3),
    st.tuples(*[SPACINGS] * 3),
    st.tuples(*[ORIGINS] * 3),
    DIRECTIONS,
    st.integers(0, 999),
    st.booleans(),
)
def test_every_voxel_is_itks_also_where_centres_lie_half_way_between_two(
    spacing_zyx_mm: tuple[float, float, float],
    new_spacing_xyz_mm: tuple[float, float, float],
    origin: tuple[float, float, float],
    direction: tuple[float, ...],
    seed: int,
    pyradiomics: bool,
) -> None:
    geometry = Geometry((7, 12, 9), spacing_zyx_mm, origin, direction)
    array = np.zeros(geometry.size_zyx, dtype=bool)
    array[2:5, 3:9, 2:8] = np.random.default_rng(seed).integers(0, 2, (3, 6, 6))
    mask = Mask.of(array, geometry)
    if pyradiomics:
        grid = around_box(geometry, mask.box, wanted_spacing(geometry, mask.box, new_spacing_xyz_mm), 3)
    else:
        grid = Geometry((8, 9, 11), new_spacing_xyz_mm, origin, direction)
    assert np.array_equal(nearest(mask, lines_between(geometry, grid)), by_itk(mask, grid))


@settings(max_examples=60)
@given(
    st.tuples(*[SPACINGS] * 3),
    st.tuples(*[SPACINGS] * 3),
    DIRECTIONS,
    st.integers(0, 999),
    st.sampled_from([3, -8, 90]),
)
def test_a_grid_turned_within_the_planes_has_itks_voxels(
    spacing_zyx_mm: tuple[float, float, float],
    new_spacing_zyx_mm: tuple[float, float, float],
    direction: tuple[float, ...],
    seed: int,
    degrees: int,
) -> None:
    geometry = Geometry((7, 12, 9), spacing_zyx_mm, (0.1, -13.3, 50.0), direction)
    array = np.random.default_rng(seed).random(geometry.size_zyx) < 0.6
    turn = np.array(direction).reshape(3, 3) @ Rotation.from_euler("z", degrees, degrees=True).as_matrix()
    grid = Geometry((9, 10, 11), new_spacing_zyx_mm, (-1.03, -15.01, 49.2), tuple(turn.ravel().tolist()))
    lines = lines_between(geometry, grid)
    assert np.array_equal(nearest(Mask.of(array, geometry), lines), by_itk(Mask.of(array, geometry), grid))
    planes = lines.planes()
    if planes is not None:
        z, y, x = planes
        places = lines.places()
        assert np.array_equal(places, np.stack(np.broadcast_arrays(x, y, z[:, None, None]), axis=-1))
    assert planes is not None or np.count_nonzero(direction) != 3


def test_one_millimetre_to_two_has_nothing_but_ties_and_takes_the_greater_index() -> None:
    # Centres of the new voxels lie at 0.5, 2.5, 4.5 of the old: ITK rounds half up.
    geometry = Geometry((1, 1, 6), (1.0, 1.0, 1.0))
    mask = Mask.of(np.array([[[False, True, False, False, True, True]]]), geometry)
    grid = Geometry((1, 1, 3), (1.0, 1.0, 2.0), (0.5, 0.0, 0.0))
    assert nearest(mask, lines_between(geometry, grid)).tolist() == [[[True, False, True]]]
