"""Numbers of a mask: each expected number is counted by hand on a small grid of known spacing."""

import numpy as np
import pytest

from radpipe.geometry import Geometry
from radpipe.imaging.mask_metrics import MaskMetrics, mask_digest, mask_metrics
from radpipe.volume import Mask, Volume

GRID = Geometry((10, 20, 30), (3.0, 2.0, 1.0), (-15.0, -20.0, 100.0))


def block(*spans: tuple[int, int]) -> np.ndarray:
    array = np.zeros(GRID.size_zyx, dtype=bool)
    array[tuple(slice(*span) for span in spans)] = True
    return array


BLOCK = block((2, 6), (5, 11), (10, 18))


def of(array: np.ndarray, image: np.ndarray | None = None, unit: str = "HU", grid: Geometry = GRID) -> MaskMetrics:
    image = np.zeros(GRID.size_zyx, dtype=np.int16) if image is None else image
    return mask_metrics(Volume(image, grid, unit), {"a": Mask.of(array, grid)})["a"]


def test_size_and_place_of_a_block():
    metrics = of(BLOCK)
    assert metrics.voxels == 4 * 6 * 8
    assert metrics.volume_ml == pytest.approx(192 * 6 / 1000)
    assert (metrics.first_slice, metrics.last_slice, metrics.slices) == (2, 5, 10)
    # Middle of the voxels: x 13.5 - 15, y 7.5 * 2 - 20, z 3.5 * 3 + 100.
    assert (metrics.centre_x_mm, metrics.centre_y_mm, metrics.centre_z_mm) == pytest.approx((-1.5, -5.0, 110.5))


def test_content_and_the_shares_of_air_and_bone():
    image = np.zeros(GRID.size_zyx, dtype=np.int16)
    image[2, 5, 10:16] = (-1000, -301, -300, 700, 701, 3000)
    metrics = of(block((2, 3), (5, 6), (10, 16)), image)
    assert metrics.mean == pytest.approx(2800 / 6)
    assert metrics.median == 200
    assert (metrics.air_share, metrics.bone_share) == pytest.approx((2 / 6, 2 / 6))


def test_air_and_bone_are_no_question_outside_of_ct():
    metrics = of(BLOCK, unit="SUVbw")
    assert (metrics.air_share, metrics.bone_share, metrics.body_x_mm) == (None, None, None)


def test_a_stray_voxel_is_told_with_its_distance_volume_and_slice():
    array = BLOCK.copy()
    array[9, 18, 28] = True
    metrics = of(array)
    assert (metrics.parts, metrics.stray_slice) == (2, 9)
    assert metrics.largest_share == pytest.approx(192 / 193)
    assert metrics.stray_ml == pytest.approx(0.006)
    assert metrics.stray_mm == pytest.approx(np.sqrt((4 * 3) ** 2 + (8 * 2) ** 2 + 11**2))


def test_parts_that_touch_at_a_corner_are_one_and_a_near_part_is_not_stray():
    array = BLOCK.copy()
    array[6, 11, 18] = True
    assert of(array).parts == 1
    array = BLOCK.copy()
    array[3, 7, 20] = True
    assert (of(array).parts, of(array).stray_mm) == (2, 0.0)


def test_holes_are_closed_in_the_plane_and_a_notch_is_none():
    array = BLOCK.copy()
    array[4, 6:8, 12] = False
    array[5, 7, 12] = False
    array[3, 5, 12] = False
    metrics = of(array)
    assert metrics.hole_ml == pytest.approx(3 * 0.006)
    assert metrics.hole_slice == 4


def test_a_diagonal_opening_is_a_hole_since_the_background_has_four_neighbours():
    array = np.zeros(GRID.size_zyx, dtype=bool)
    for y, x in ((4, 5), (5, 4), (5, 6), (6, 5)):
        array[3, y, x] = True
    assert of(array).hole_ml == pytest.approx(0.006)


def test_a_gap_between_outlines_that_overlap_is_told_apart_from_two_nodes():
    array = BLOCK.copy()
    array[3] = False
    metrics = of(array)
    assert (metrics.gap_slices, metrics.gap_slice, metrics.gap_within) == (1, 3, True)
    nodes = block((1, 2), (0, 3), (0, 3)) | block((5, 7), (10, 12), (20, 22))
    metrics = of(nodes)
    assert (metrics.gap_slices, metrics.gap_slice, metrics.gap_within) == (3, 2, False)


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        (((0, 3), (5, 9), (5, 9)), "first slice"),
        (((7, 10), (5, 9), (5, 9)), "last slice"),
        (((3, 5), (5, 9), (28, 30)), "edge"),
        (((0, 10), (0, 4), (5, 9)), "first slice; last slice; edge"),
        (((3, 5), (5, 9), (5, 9)), ""),
    ],
)
def test_a_mask_at_the_border_says_which(spans, words):
    assert of(block(*spans)).touches == words


def test_a_single_slice_touches_no_first_slice():
    grid = Geometry((1, 20, 30), (1.0, 1.0, 1.0))
    array = np.zeros(grid.size_zyx, dtype=bool)
    array[0, 5:9, 5:9] = True
    volume = Volume(np.zeros(grid.size_zyx, dtype=np.int16), grid, "HU")
    assert mask_metrics(volume, {"a": Mask.of(array, grid)})["a"].touches == ""


def test_the_middle_of_the_body_is_that_of_what_is_no_air():
    image = np.full(GRID.size_zyx, -1000, dtype=np.int16)
    image[:, 4:16, 6:20] = 40
    assert of(BLOCK, image).body_x_mm == pytest.approx(12.5 - 15)


def test_the_digest_follows_voxels_and_grid():
    digest = mask_digest(Mask.of(BLOCK, GRID))
    assert digest == of(BLOCK).mask_sha256
    moved = Geometry(GRID.size_zyx, GRID.spacing_zyx_mm, (-15.0, -20.0, 100.5))
    other = BLOCK.copy()
    other[2, 5, 10] = False
    digests = {digest, mask_digest(Mask.of(BLOCK, moved)), mask_digest(Mask.of(other, GRID))}
    shifted = Mask.of(np.roll(BLOCK, 1, axis=2), GRID)
    assert len(digests | {mask_digest(shifted)}) == 4


def test_an_outline_copied_to_another_place_keeps_its_form():
    notched = BLOCK.copy()
    notched[2:4, 5:8, 10:14] = False
    copied = of(np.roll(notched, (1, 2, 3), axis=(0, 1, 2)))
    assert copied.form_sha256 == of(notched).form_sha256 != ""
    assert copied.mask_sha256 != of(notched).mask_sha256


def test_a_box_has_no_form_of_its_own_as_phantoms_are_equal_by_chance():
    assert of(BLOCK).form_sha256 == ""


def overlaps(**arrays: np.ndarray) -> dict[str, list[tuple[str, float, float]]]:
    volume = Volume(np.zeros(GRID.size_zyx, dtype=np.int16), GRID, "HU")
    metrics = mask_metrics(volume, {name: Mask.of(array, GRID) for name, array in arrays.items()})
    return {
        name: [(one.roi, round(one.dice, 4), round(one.inside, 4)) for one in own.overlaps]
        for name, own in metrics.items()
    }


def test_twins_name_each_other_and_the_inner_roi_names_the_outer():
    inner = block((3, 5), (6, 9), (11, 15))
    assert overlaps(a=BLOCK, b=BLOCK) == {"a": [("b", 1.0, 1.0)], "b": [("a", 1.0, 1.0)]}
    # Dice 2 x 24 / (24 + 192).
    assert overlaps(inner=inner, outer=BLOCK) == {"inner": [("outer", 0.2222, 1.0)], "outer": []}


def test_neighbours_with_little_in_common_are_not_named():
    half = block((2, 6), (5, 11), (14, 22))
    apart = block((2, 6), (15, 19), (14, 22))
    assert overlaps(a=BLOCK, half=half, apart=apart) == {"a": [], "half": [], "apart": []}


def test_a_union_is_not_compared_with_its_parts():
    volume = Volume(np.zeros(GRID.size_zyx, dtype=np.int16), GRID, "HU")
    masks = {"GTV": Mask.of(BLOCK, GRID), "GTV-1": Mask.of(BLOCK, GRID)}
    metrics = mask_metrics(volume, masks, {"GTV": frozenset({"1", "2"}), "GTV-1": frozenset({"1"})})
    assert metrics["GTV"].overlaps == metrics["GTV-1"].overlaps == ()


def test_the_numbers_come_back_from_json():
    volume = Volume(np.zeros(GRID.size_zyx, dtype=np.int16), GRID, "HU")
    metrics = mask_metrics(volume, {"a": Mask.of(BLOCK, GRID), "b": Mask.of(BLOCK, GRID)})["a"]
    assert MaskMetrics.from_json(metrics.to_json()) == metrics


def test_a_slice_beside_its_neighbours_is_told_with_its_way():
    array = BLOCK.copy()
    array[4] = np.roll(array[4], 7, axis=1)
    metrics = of(array)
    assert (metrics.off_slice, metrics.off_mm) == (4, pytest.approx(7.0))


def test_a_tube_that_runs_slanted_has_no_slice_that_is_off():
    array = np.zeros(GRID.size_zyx, dtype=bool)
    for z in range(10):
        array[z, 5:11, 2 + 2 * z : 8 + 2 * z] = True
    assert of(array).off_slice == -1
