"""A ROI on a resampled grid, from its box alone: ITK's own nearest neighbour of the whole mask."""

import numpy as np
import SimpleITK as sitk  # noqa: N813
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from radpipe.features.nearest import nearest_inside
from radpipe.features.resample import as_itk
from radpipe.geometry import Geometry
from radpipe.volume import Mask

SPACINGS = st.sampled_from([0.4, 0.5, 0.8, 0.9765625, 1.0, 1.2, 1.5, 2.0, 3.0])
ORIGINS = st.sampled_from([0.0, -249.51171875, 0.1, -13.3])
DIRECTIONS = st.one_of(
    st.sampled_from([(1, 0, 0, 0, 1, 0, 0, 0, 1), (0, 0, 1, 1, 0, 0, 0, -1, 0), (-1, 0, 0, 0, 1, 0, 0, 0, 1)]),
    st.integers(0, 999).map(lambda seed: tuple(Rotation.random(random_state=seed).as_matrix().ravel().tolist())),
)


def by_itk(array: np.ndarray, geometry: Geometry, wanted: sitk.Image) -> np.ndarray:
    method = sitk.ResampleImageFilter()
    method.SetReferenceImage(wanted)
    method.SetInterpolator(sitk.sitkNearestNeighbor)
    return sitk.GetArrayFromImage(method.Execute(as_itk(array.view(np.uint8), geometry))) == 1


@settings(max_examples=150, deadline=None)
@given(st.tuples(*[SPACINGS] * 6), st.tuples(*[ORIGINS] * 3), DIRECTIONS, st.integers(0, 999), st.booleans())
def test_every_voxel_is_itks_also_where_centres_lie_half_way_between_two(
    spacings: tuple[float, ...],
    origin: tuple[float, float, float],
    direction: tuple[float, ...],
    seed: int,
    corner_aligned: bool,
) -> None:
    random = np.random.default_rng(seed)
    geometry = Geometry((7, 12, 9), spacings[:3], origin, direction)
    array = np.zeros(geometry.size_zyx, dtype=bool)
    array[2:5, 3:9, 2:8] = random.integers(0, 2, (3, 6, 6))
    new = np.array(spacings[3:])
    image = as_itk(array.view(np.uint8), geometry)
    own = np.array(image.GetSpacing())
    size = np.ceil(np.array(image.GetSize()) * own / new).astype(int).tolist()
    wanted = sitk.Image(size, sitk.sitkUInt8)
    wanted.SetSpacing(new.tolist())
    wanted.SetDirection(geometry.direction)
    first = 0.5 * (new - own) / own if corner_aligned else np.zeros(3)
    wanted.SetOrigin(image.TransformContinuousIndexToPhysicalPoint(first.tolist()))
    mask = Mask.of(array, geometry) if array.any() else Mask.of(np.ones_like(array), geometry)
    expected = by_itk(mask.full_array(), geometry, wanted)
    np.testing.assert_array_equal(nearest_inside(mask, image, wanted), expected)


def test_one_millimetre_to_two_has_nothing_but_ties_and_takes_the_greater_index() -> None:
    # Centres of the new voxels lie at 0.5, 2.5, 4.5 of the old: ITK rounds half up.
    geometry = Geometry((1, 1, 6), (1.0, 1.0, 1.0))
    array = np.array([[[False, True, False, False, True, True]]])
    wanted = sitk.Image([3, 1, 1], sitk.sitkUInt8)
    wanted.SetSpacing((2.0, 1.0, 1.0))
    wanted.SetOrigin((0.5, 0.0, 0.0))
    found = nearest_inside(Mask.of(array, geometry), as_itk(array.view(np.uint8), geometry), wanted)
    assert found.tolist() == [[[True, False, True]]]
