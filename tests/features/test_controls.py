"""Negative controls keep what they say they keep, and destroy the rest."""

import numpy as np
import pytest

from radpipe.errors import UsageError
from radpipe.features.controls import control_image, control_values
from radpipe.features.engine import choose_engine
from radpipe.features.params_file import parse_params
from radpipe.features.variant import CONTROLS, Control
from radpipe.features.variants import measure_variant
from radpipe.geometry import Geometry
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask, Volume

GEOMETRY = Geometry((12, 24, 26), (2.5, 1.0, 1.2))
BOX = (slice(3, 8), slice(6, 15), slice(7, 17))
PARAMS = parse_params(
    {
        "imageType": {"Original": {}, "LoG": {"sigma": [2.0]}, "Wavelet": {}},
        "featureClass": {"shape": None, "firstorder": None, "glcm": None},
        "setting": {"binWidth": 25},
    }
)


def scene(dtype: type = np.int16) -> tuple[Volume, Mask]:
    rng = np.random.default_rng(5)
    ramp = 8.0 * np.arange(26.0) + rng.normal(0, 20, GEOMETRY.size_zyx)
    mask = Mask.within(BOX, rng.random((5, 9, 10)) < 0.8, GEOMETRY)
    return Volume(np.rint(ramp).astype(dtype), GEOMETRY, "HU"), mask


def measured(volume: Volume, mask: Mask, control: str = "") -> dict[str, float]:
    params = PARAMS.with_variant(Control(control)) if control else PARAMS
    vector = measure_variant(choose_engine("native"), volume, {"GTV": mask}, params)["GTV"]
    assert isinstance(vector, FeatureVector)
    return vector.as_dict()


def kinds(plain: dict[str, float], control: dict[str, float]) -> dict[str, str]:
    """Return for each kind of feature whether values are the same bit for bit, the same to rounding, or changed."""
    found = {}
    for kind in ("original_shape", "original_firstorder", "original_glcm", "log", "wavelet"):
        names = [name for name in plain if name.startswith(kind)]
        one, other = (np.array([values[name] for name in names]) for values in (plain, control))
        same = "same" if np.array_equal(one, other) else "changed"
        found[kind] = "rounded" if same == "changed" and np.allclose(one, other, rtol=1e-9, atol=1e-9) else same
    return found


def test_there_are_readiis_nine() -> None:
    assert sorted(CONTROLS) == sorted(
        f"{done}_{where}" for done in ("shuffled", "sampled", "randomized") for where in ("full", "roi", "non_roi")
    )


def test_a_shuffled_line_is_numpys_and_readiis() -> None:
    # READII: numpy's default_rng(10).shuffle of 0..9.
    shuffled = control_values(np.arange(10), "shuffled", np.random.default_rng(10))
    assert shuffled.tolist() == [1, 3, 2, 4, 7, 9, 5, 6, 0, 8]


@pytest.mark.parametrize("control", CONTROLS)
def test_a_control_keeps_what_the_table_of_invariants_says(control: str) -> None:
    volume, mask = scene()
    found = kinds(measured(volume, mask), measured(volume, mask, control))
    where = control.partition("_")[2]
    assert found.pop("original_shape") == "same"
    first_order = found.pop("original_firstorder")
    if where == "non_roi":
        assert (first_order, found.pop("original_glcm")) == ("same", "same")
    else:
        keeps = ("same", "rounded") if control == "shuffled_roi" else ("changed",)
        assert first_order in keeps
    assert set(found.values()) == {"changed"}


@pytest.mark.parametrize("dtype", [np.int16, np.float32])
@pytest.mark.parametrize("control", CONTROLS)
def test_only_the_region_changes_and_the_given_image_does_not(control: str, dtype: type) -> None:
    volume, mask = scene(dtype)
    before = volume.array.copy()
    made = control_image(volume, mask, Control(control))
    inside = mask.full_array()
    assert np.array_equal(volume.array, before)
    assert (made.array.dtype, made.unit, made.geometry) == (volume.array.dtype, "HU", GEOMETRY)
    region = {"full": np.ones_like(inside), "roi": inside, "non_roi": ~inside}[control.partition("_")[2]]
    assert np.array_equal(made.array[~region], before[~region])
    new, old = made.array[region], before[region]
    assert np.mean(new != old) > 0.5
    assert new.min() >= old.min()
    assert new.max() <= old.max()
    if control.startswith("shuffled"):
        assert np.array_equal(np.sort(new), np.sort(old))
    elif control.startswith("sampled"):
        assert np.isin(new, old).all()
        assert not np.array_equal(np.sort(new), np.sort(old))


def test_randomized_values_fill_the_range_with_both_ends() -> None:
    values = np.array([0, 1, 3] * 1000, dtype=np.int16)
    drawn = control_values(values, "randomized", np.random.default_rng(1))
    counts = np.bincount(drawn)
    assert len(counts) == 4
    assert np.abs(counts - 750).max() < 120  # five standard deviations of a binomial count


def test_draws_follow_from_the_content_and_nothing_else() -> None:
    volume, mask = scene()
    again = control_image(Volume(volume.array.copy(), GEOMETRY), mask, Control("shuffled_roi"))
    first = control_image(volume, mask, Control("shuffled_roi"))
    assert np.array_equal(first.array, again.array)
    other_seed = control_image(volume, mask, Control("shuffled_roi", seed=1))
    assert not np.array_equal(first.array, other_seed.array)
    values = volume.array.copy()
    values[0, 0, 0] += 1  # far from the ROI: another image, other draws
    other_image = control_image(Volume(values, GEOMETRY), mask, Control("shuffled_roi"))
    assert not np.array_equal(first.array[mask.box], other_image.array[mask.box])


def test_a_full_control_is_one_image_for_all_rois() -> None:
    volume, mask = scene()
    other = Mask.within((slice(1, 3), slice(1, 4), slice(1, 4)), np.ones((2, 3, 3), dtype=bool), GEOMETRY)
    params = PARAMS.with_variant(Control("sampled_full"))
    together = measure_variant(choose_engine("native"), volume, {"b": other, "a": mask}, params)["a"]
    assert isinstance(together, FeatureVector)
    assert together.as_dict() == measured(volume, mask, "sampled_full")


def test_an_unknown_control_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="'shuffled' is unknown; choose of shuffled_full"):
        Control("shuffled")
