"""Contours of supervoxels: shares and draws by hand, edges followed, the same for the same image."""

import numpy as np
import pytest

from radpipe.errors import UsageError
from radpipe.features.params import ImageType, Params
from radpipe.features.perturb import perturbed
from radpipe.features.settings import Settings
from radpipe.features.shared_image import SharedImage
from radpipe.features.supervoxels import Supervoxels, share_of, supervoxels, with_supervoxels
from radpipe.features.variant import State, states, variant_from_json
from radpipe.features.variants import refuse_unfit
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

LINE = Geometry((1, 1, 50), (1.0, 1.0, 1.0))
TENS = Supervoxels((slice(0, 1), slice(0, 1), slice(0, 50)), (np.arange(50, dtype=np.int32) // 10).reshape(1, 1, 50))
"""Five supervoxels of ten voxels in a row."""


def row(*voxels: int) -> Mask:
    """Have so many voxels of each of the five supervoxels in the ROI."""
    inside = np.zeros(LINE.size_zyx, dtype=bool)
    for number, count in enumerate(voxels):
        inside[0, 0, 10 * number : 10 * number + count] = True
    return Mask.of(inside, LINE)


def test_shares_by_hand():
    # 9 of 10 are sure, 5 of 10 a half, 2 of 10 a fifth, 1 of 10 never.
    assert share_of(TENS, row(10, 9, 5, 2, 1)).tolist() == [1.0, 1.0, 0.5, 0.2, 0.0]


def test_the_largest_share_is_sure_so_that_something_is_left():
    assert share_of(TENS, row(0, 0, 1, 0, 0)).tolist() == [0.0, 0.0, 1.0, 0.0, 0.0]
    assert with_supervoxels(row(0, 0, 1, 0, 0), TENS, np.random.default_rng(1)).voxel_count == 10


def test_a_supervoxel_enters_as_often_as_its_share_says():
    entered = [with_supervoxels(row(10, 0, 5, 0, 0), TENS, np.random.default_rng(seed)) for seed in range(400)]
    often = np.mean([mask.full_array()[0, 0, 25] for mask in entered])
    assert abs(often - 0.5) < 4 * 0.5 / np.sqrt(400)  # four standard errors of a fair coin
    assert all(mask.full_array()[0, 0, 5] for mask in entered)
    assert not any(mask.full_array()[0, 0, 45] for mask in entered)


def scene() -> tuple[Volume, Mask]:
    """A bright ball of 12 mm in noise; the ROI is 2 mm off."""
    pytest.importorskip("skimage", reason="scikit-image is not installed")
    grid = Geometry((21, 51, 51), (3.0, 1.0, 1.0))
    z, y, x = np.indices(grid.size_zyx)

    def ball(at: float) -> np.ndarray:
        return (3.0 * (z - 10)) ** 2 + (y - 25.0) ** 2 + (x - at) ** 2 <= 12.0**2

    noise = np.random.default_rng(2).normal(0, 5, grid.size_zyx)
    return Volume((ball(25.0) * 100 + noise).astype(np.int16), grid, "HU"), Mask.of(ball(27.0), grid)


def test_supervoxels_have_about_half_a_millilitre_and_fill_the_window():
    volume, mask = scene()
    cells = supervoxels(volume, mask)
    assert cells.labels.shape == tuple(span.stop - span.start for span in cells.box)
    mean_mm3 = cells.labels.size * 3.0 / len(np.unique(cells.labels))
    assert 300 < mean_mm3 < 1000
    assert np.array_equal(supervoxels(volume, mask).labels, cells.labels)


def test_a_contour_follows_the_edge_of_the_image():
    volume, mask = scene()
    bright = volume.array > 50
    drawn = [with_supervoxels(mask, supervoxels(volume, mask), np.random.default_rng(seed)) for seed in range(5)]
    # The ROI was drawn 2 mm beside the ball; supervoxels know where it ends, but for a draw that takes one too many.
    wrong = np.count_nonzero(mask.full_array() & ~bright) / mask.voxel_count
    assert wrong > 0.08
    assert np.median([np.count_nonzero(one.full_array() & ~bright) / one.voxel_count for one in drawn]) < wrong / 2
    assert len({one.full_array().tobytes() for one in drawn}) > 1


def test_states_draw_of_the_same_supervoxels_and_say_so():
    volume, mask = scene()
    params = Params("plain", (ImageType("Original"),), {"firstorder": None}, Settings())
    shared = SharedImage(volume)
    found = [perturbed(volume, mask, one, params, shared) for one in states("C", 3, contour_by="supervoxels")]
    again = perturbed(volume, mask, State("C", 2, 3, contour_by="supervoxels"), params)
    assert np.array_equal(found[1].mask.full_array(), again.mask.full_array())
    assert all(one.told["contour_by"] == "supervoxels" and "contour_mm" not in one.told for one in found)
    assert shared.supervoxels(mask) is shared.supervoxels(mask)


def test_a_state_by_supervoxels_is_read_again_and_one_by_the_field_has_the_key_it_always_had():
    state = State("C", 1, 2, contour_by="supervoxels")
    assert variant_from_json(state.to_json()) == state
    assert "contour_by" not in State("C", 1, 2).to_json()
    with pytest.raises(UsageError, match="contour by 'magic' is unknown; choose of field, supervoxels"):
        State("C", 1, 2, contour_by="magic")


def test_without_scikit_image_it_is_refused_before_anything_is_measured(monkeypatch):
    monkeypatch.setattr("radpipe.features.variants.find_spec", lambda _name: None)
    params = Params("plain", (ImageType("Original"),), {"firstorder": None}, Settings())
    with pytest.raises(UsageError, match=r"supervoxels need scikit-image: pip install 'radpipe\[supervoxels\]'"):
        refuse_unfit(State("C", 1, 2, contour_by="supervoxels"), params, "native")
