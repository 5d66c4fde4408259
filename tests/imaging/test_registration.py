"""Rigid registration of known motions; and images that have nothing in common."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import map_coordinates
from scipy.spatial.transform import Rotation

from radpipe.geometry import Geometry
from radpipe.imaging.registration import Registration, doubts, overlap_of, refusals, register_rigid
from radpipe.imaging.transforms import RigidTransform
from radpipe.volume import Volume

GRID = Geometry((46, 48, 48), (4.5, 5.0, 5.0), (-117.5, -117.5, -101.25))
CORNERS = np.array([[x, y, z] for x in (-30, 30) for y in (-30, 30) for z in (-30, 30)])


def head(seed: int) -> Volume:
    """A CT-like ellipsoid of soft tissue with bone, fat and air at places of chance; no symmetry."""
    rng = np.random.default_rng(seed)
    index = np.stack(np.meshgrid(*map(np.arange, GRID.size_zyx), indexing="ij"), axis=-1)
    x, y, z = np.moveaxis(GRID.index_to_mm(index), -1, 0)
    hu = np.full(GRID.size_zyx, -1000.0)
    body = (x / 80) ** 2 + (y / 100) ** 2 < 1
    hu[body] = 40.0
    for _ in range(45):
        cx, cy, cz = rng.uniform((-60, -80, -90), (60, 80, 90))
        rx, ry, rz = rng.uniform(9, 20, 3)
        blob = ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 + ((z - cz) / rz) ** 2 < 1
        hu[blob & body] = rng.choice([-900.0, -90.0, 110.0, 250.0, 600.0])
    return Volume(hu.astype(np.int16), GRID, "HU")


def magnetic(ct: Volume, way: RigidTransform, seed: int) -> Volume:
    """An MR-like image of the same head: fat bright, bone and air dark, noise, on a smaller moved grid."""
    rng = np.random.default_rng(seed)
    x, y, z = way.apply([0.0, 0.0, 0.0]) - (90.0, 90.0, 60.0)
    grid = Geometry((30, 50, 50), (4.0, 3.6, 3.6), (float(x), float(y), float(z)))
    index = np.stack(np.meshgrid(*map(np.arange, grid.size_zyx), indexing="ij"), axis=-1)
    values = np.interp(ct.array, [-1000, -900, -90, 40, 110, 250, 600], [0, 5, 900, 400, 500, 620, 60])
    places = GRID.mm_to_index(way.apply_inverse(grid.index_to_mm(index)))
    array = map_coordinates(values, np.moveaxis(places, -1, 0), order=1, mode="nearest") + rng.normal(
        0, 15, grid.size_zyx
    )
    return Volume(array.astype(np.float32), grid)


def motion(degrees: float, shift_mm: tuple[float, float, float]) -> RigidTransform:
    turn = Rotation.from_rotvec(np.radians(degrees) * np.array([0.6, -0.48, 0.64])).as_matrix()
    return RigidTransform(tuple(map(float, turn.ravel())), shift_mm)


GOOD = Registration(RigidTransform(), "fit", 1.0, 0.9, 40, 1.0, 6.0, 0.3, 0.9, 0.7, 10.0, 5.0, 12.0, 1.0, "scanner")


@pytest.fixture(scope="module")
def in_place() -> tuple[Registration, Registration]:
    """The second image lies where the scanner says; registered twice."""
    ct, mr = head(1), magnetic(head(1), RigidTransform(), 2)
    return register_rigid(ct, mr), register_rigid(ct, mr)


def test_a_known_motion_is_found_and_nothing_is_doubted() -> None:
    way = motion(12.0, (15.0, -12.0, 10.0))
    registration = register_rigid(head(1), magnetic(head(1), way, 2))
    error = np.linalg.norm(registration.transform.apply(CORNERS) - way.apply(CORNERS), axis=1)
    assert error.max() < 1.0
    assert registration.placed_by == "fit"
    assert refusals(registration) == ()
    assert doubts(registration) == ()
    assert registration.information_after > registration.information_before
    assert registration.fit_mm == pytest.approx(registration.motion_mm, abs=15)  # corners turn about the centre


def test_the_same_images_give_the_same_figures_to_the_last_bit(in_place: tuple[Registration, Registration]) -> None:
    assert in_place[0] == in_place[1]


def test_an_image_in_place_stays_there_to_the_last_bit(in_place: tuple[Registration, Registration]) -> None:
    assert in_place[0].transform == RigidTransform()
    assert in_place[0].placed_by == "scanner"
    assert in_place[0].fit_mm < 1.0
    assert doubts(in_place[0]) == ()


def test_noise_is_refused() -> None:
    noise = Volume(
        np.random.default_rng(3).normal(300, 50, (30, 50, 50)).astype(np.float32),
        magnetic(head(1), RigidTransform(), 0).geometry,
    )
    assert "displaced starts agree" in " ".join(refusals(register_rigid(head(1), noise)))


def test_another_patient_of_the_same_outline_is_doubted() -> None:
    registration = register_rigid(head(1), magnetic(head(4), RigidTransform(), 2))
    assert "blocks inside the body agree" in " ".join(refusals(registration) + doubts(registration))


@pytest.mark.parametrize(
    ("figure", "value", "sentence"),
    [
        ("support", 0.6, "60% of 40 blocks inside the body agree, fewer than 65%"),
        ("inverse_mm", float("nan"), "the way back could not be searched"),
        ("agreement", 0.625, "62% of displaced starts agree, fewer than 75%"),
        ("overlap", 0.8, "80% of its field overlaps, less than 90%"),
        ("motion_mm", 61.0, "it moved by 61 mm, more than 50"),
        ("rotation_degrees", 40.0, "it turned by 40 degrees, more than 30"),
        ("inverse_mm", 16.0, "there and back misses by 16 mm, more than 15"),
        ("information_mirrored", 1.1, "its mirror image fits better than itself"),
    ],
)
def test_each_figure_is_doubted_beyond_its_limit(figure: str, value: float, sentence: str) -> None:
    assert doubts(GOOD) == ()
    assert doubts(replace(GOOD, **{figure: value})) == (sentence,)


def test_coordinates_that_are_kept_far_from_the_best_fit_are_doubted() -> None:
    kept = replace(GOOD, placed_by="scanner", gain=2.0, fit_mm=17.2)
    assert doubts(kept) == (
        "the best fit lies 17 mm from the scanner's coordinates, which were kept: 40 blocks inside the body, gain 2.0 "
        "standard errors",
    )


def test_few_starts_that_agree_are_refused_only_where_the_inside_does_not_agree() -> None:
    assert refusals(replace(GOOD, agreement=0.25)) == ()
    assert refusals(replace(GOOD, agreement=0.25, support=0.1)) == (
        "25% of displaced starts agree, fewer than 30%",
        "10% of 40 blocks inside the body agree, fewer than 65%",
    )


def test_a_way_back_that_failed_is_no_number_in_the_record() -> None:
    assert replace(GOOD, inverse_mm=float("nan")).to_json()["inverse_mm"] is None


def test_half_a_field_aside_overlaps_by_half() -> None:
    assert overlap_of(GRID, GRID, RigidTransform(offset_xyz_mm=(120.0, 0.0, 0.0))) == pytest.approx(0.5)
