"""Masks from one grid to another: ITK's nearest neighbour on any pair of grids, ties and lost shares by hand."""

import numpy as np
import numpy.typing as npt
import pytest
from numpy.testing import assert_array_equal

from radpipe.errors import InputError, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.regrid import carry_mask, resample_nearest
from radpipe.imaging.transforms import RigidTransform
from radpipe.kernels.surface import mesh
from radpipe.volume import Mask

IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def regridded(array: npt.NDArray[np.bool_], source: Geometry, target: Geometry) -> tuple[npt.NDArray[np.bool_], float]:
    box, crop, outside = resample_nearest(Mask.of(array, source), target)
    whole = np.zeros(target.size_zyx, dtype=bool)
    whole[box] = crop
    return whole, outside


def itk(array: npt.NDArray[np.bool_], source: Geometry, target: Geometry) -> npt.NDArray[np.bool_]:
    import SimpleITK as sitk  # noqa: N813

    image = sitk.GetImageFromArray(array.astype(np.uint8))
    image.SetSpacing(source.spacing_zyx_mm[::-1])
    image.SetOrigin(source.origin_xyz_mm)
    image.SetDirection(source.direction)
    found = sitk.Resample(
        image,
        target.size_zyx[::-1],
        sitk.Transform(),
        sitk.sitkNearestNeighbor,
        target.origin_xyz_mm,
        target.spacing_zyx_mm[::-1],
        target.direction,
        0,
        sitk.sitkUInt8,
    )
    return np.asarray(sitk.GetArrayFromImage(found) == 1)


def turned(random: np.random.Generator, degrees: float) -> tuple[float, ...]:
    """A turn by an angle round a random axis, by Rodrigues' formula."""
    x, y, z = (axis := random.normal(size=3)) / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = np.radians(degrees)
    matrix = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return tuple(float(value) for value in matrix.ravel())


@pytest.mark.parametrize("degrees", [0.0, 4.0, 50.0])
@pytest.mark.parametrize(
    ("own_mm", "other_mm"),
    [((5.0, 4.1, 4.1), (1.1, 0.9, 0.9)), ((1.1, 0.9, 0.9), (5.0, 4.1, 4.1)), ((3.0, 1.0, 1.0), (3.0, 1.0, 1.0))],
    ids=["coarse to fine", "fine to coarse", "same voxels"],
)
def test_every_voxel_is_itks(own_mm: tuple[float, ...], other_mm: tuple[float, ...], degrees: float) -> None:
    inside = 0
    for seed in range(4):
        random = np.random.default_rng(seed)
        source = Geometry((9, 11, 12), own_mm, tuple(random.normal(0, 3, 3)), IDENTITY)  # type: ignore[arg-type]
        reach_mm = np.multiply(source.size_zyx, own_mm)
        nz, ny, nx = (int(n) for n in np.ceil(0.8 * reach_mm / other_mm))
        matrix = turned(random, degrees)
        half_mm = np.reshape(matrix, (3, 3)) @ (np.multiply((nx - 1, ny - 1, nz - 1), other_mm[::-1]) / 2)
        corner = source.index_to_mm((4, 5, 5.5)) - half_mm + random.normal(0, 1, 3)
        target = Geometry((nz, ny, nx), other_mm, tuple(corner), matrix)  # type: ignore[arg-type]
        array = np.zeros(source.size_zyx, dtype=bool)
        array[2:7, 3:9, 2:11] = random.random((5, 6, 9)) < 0.6
        wanted = itk(array, source, target)
        inside += np.count_nonzero(wanted)
        assert_array_equal(regridded(array, source, target)[0], wanted)
    assert inside > 0


def test_a_coarse_voxel_keeps_its_rim_on_a_fine_grid() -> None:
    # One voxel of 4 mm is 4 x 4 x 4 voxels of 1 mm: from 6 to 10 mm, centres at 6.5 ... 9.5.
    source = Geometry((4, 4, 4), (4.0, 4.0, 4.0), (0.0, 0.0, 0.0))
    target = Geometry((16, 16, 16), (1.0, 1.0, 1.0), (0.5, 0.5, 0.5))
    array = np.zeros((4, 4, 4), dtype=bool)
    array[2, 2, 2] = True
    wanted = np.zeros((16, 16, 16), dtype=bool)
    wanted[6:10, 6:10, 6:10] = True
    found, outside = regridded(array, source, target)
    assert_array_equal(found, wanted)
    assert outside == 0.0


def test_a_centre_half_way_belongs_to_the_voxel_of_greater_index() -> None:
    source = Geometry((1, 1, 3), (2.0, 2.0, 2.0), (0.0, 0.0, 0.0))
    target = Geometry(
        (1, 1, 6), (2.0, 2.0, 1.0), (0.0, 0.0, 0.0)
    )  # centres at 0, 1, 2, 3, 4, 5 mm; 1, 3 and 5 are ties
    array = np.array([[[False, True, False]]])
    assert regridded(array, source, target)[0].ravel().tolist() == [False, True, True, False, False, False]


def test_the_share_that_the_target_does_not_reach_is_told() -> None:
    source = Geometry((1, 1, 8), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0))
    target = Geometry((1, 1, 8), (1.0, 1.0, 1.0), (6.0, 0.0, 0.0))
    found, outside = regridded(np.ones((1, 1, 8), dtype=bool), source, target)
    assert found.ravel().tolist() == [True, True, *[False] * 6]
    assert outside == pytest.approx(75.0)


def test_a_mask_that_misses_the_target_is_all_outside() -> None:
    source = Geometry((2, 2, 2), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0))
    target = Geometry((2, 2, 2), (1.0, 1.0, 1.0), (50.0, 0.0, 0.0))
    found, outside = regridded(np.ones((2, 2, 2), dtype=bool), source, target)
    assert not found.any()
    assert outside == 100.0


def test_the_identity_changes_no_voxel() -> None:
    grid = Geometry((5, 6, 7), (3.0, 1.1, 0.7), (1 / 3, -2.0, 5.0))
    mask = Mask.of(np.random.default_rng(5).random(grid.size_zyx) > 0.5, grid)
    carried = carry_mask(mask, grid, RigidTransform(), Policy())
    assert carried.box == mask.box
    assert_array_equal(carried.crop, mask.crop)


def test_a_quarter_turn_carries_each_voxel_to_its_place() -> None:
    # x goes to y, y to -x: voxel (z, y, x) lies at (-y, x, z), so at index (z, x, 3 - y) of a grid from x = -3 on.
    mask = Mask.of(np.random.default_rng(6).random((3, 4, 5)) > 0.5, Geometry((3, 4, 5), (1.0, 1.0, 1.0)))
    way = RigidTransform((0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0))
    target = Geometry((3, 5, 4), (1.0, 1.0, 1.0), (-3.0, 0.0, 0.0))
    carried = carry_mask(mask, target, way, Policy())
    assert_array_equal(carried.full_array(), mask.full_array().transpose(0, 2, 1)[:, :, ::-1])
    assert carried.notes == ()


def ellipsoid(grid: Geometry, way: RigidTransform) -> Mask:
    """An organ of 27 mL that is drawn where the transform takes it."""
    index = np.stack(np.meshgrid(*map(np.arange, grid.size_zyx), indexing="ij"), axis=-1)
    x, y, z = np.moveaxis(way.apply_inverse(grid.index_to_mm(index)), -1, 0)
    return Mask.of((x / 16) ** 2 + (y / 20) ** 2 + (z / 20) ** 2 <= 1, grid)


@pytest.mark.parametrize("degrees", [7.0, 25.0])
def test_a_turned_organ_has_the_volume_and_surface_of_the_shape_drawn_there(degrees: float) -> None:
    ct = Geometry((36, 50, 50), (1.5, 1.0, 1.0), (-24.5, -24.5, -26.25))
    mr = Geometry((26, 58, 58), (2.0, 0.9, 0.9), (-25.65, -25.65, -25.0))
    way = RigidTransform(turned(np.random.default_rng(8), degrees), (0.3, -0.4, 0.2))
    carried, truth = carry_mask(ellipsoid(ct, RigidTransform()), mr, way, Policy()), ellipsoid(mr, way)
    areas = [mesh(np.pad(mask.crop, 1), mr.spacing_zyx_mm)[0] for mask in (carried, truth)]
    assert carried.volume_mm3 == pytest.approx(truth.volume_mm3, rel=0.01)
    assert areas[0] == pytest.approx(areas[1], rel=0.02)
    assert 2 * carried.common_voxels(truth) / (carried.voxel_count + truth.voxel_count) > 0.985


def test_an_organ_one_voxel_thick_keeps_its_volume_when_turned() -> None:
    grid = Geometry((20, 40, 40), (2.0, 1.0, 1.0), (-19.5, -19.5, -19.0))
    sheet = np.zeros(grid.size_zyx, dtype=bool)
    sheet[5:15, 20, 8:32] = True
    drawn = Mask.of(sheet, grid)
    way = RigidTransform(turned(np.random.default_rng(9), 20.0), (0.2, 0.4, 0.1))
    assert carry_mask(drawn, grid, way, Policy()).volume_mm3 == pytest.approx(drawn.volume_mm3, rel=0.02)


def test_the_share_beyond_the_second_field_is_told_or_refused() -> None:
    grid = Geometry((1, 1, 4), (1.0, 1.0, 1.0))
    mask = Mask.of(np.ones((1, 1, 4), dtype=bool), grid)
    shifted = RigidTransform(offset_xyz_mm=(3.0, 0.0, 0.0))
    carried = carry_mask(mask, grid, shifted, Policy())
    assert carried.voxel_count == 1
    assert [note.sentence for note in carried.notes] == ["75.0 % of the ROI's area lies outside the image and was cut"]
    with pytest.raises(InputError, match=r"W_OUTSIDE.*75\.0 %"):
        carry_mask(mask, grid, shifted, Policy.parse(["W_OUTSIDE=error"]))
    with pytest.raises(InputError, match=r"E_OUTSIDE.*100\.0 %"):
        carry_mask(mask, grid, RigidTransform(offset_xyz_mm=(9.0, 0.0, 0.0)), Policy())
