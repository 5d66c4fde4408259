"""All texture and first-order classes against PyRadiomics 3.0.1 on random ROIs, and by hand."""

import logging
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radpipe.errors import InputError
from radpipe.features.catalogue import features_of
from radpipe.features.classes import measure
from radpipe.features.classes.measure import measure_classes
from radpipe.features.comparison import compare_values
from radpipe.features.gray_levels import bin_edges, gray_levels
from radpipe.features.inputs import GrayLevels, RoiImage, TextureOptions
from radpipe.volume import bounding_box

CLASSES = ("firstorder", "glcm", "glrlm", "glszm", "gldm", "ngtdm")
REQUESTS = {name: tuple(one.name for one in features_of(name)) for name in CLASSES}
SPACING_ZYX_MM = (3.0, 0.5, 1.5)

Image = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


def ours(image: Image, mask: BoolArray, settings: Mapping[str, Any]) -> dict[str, float]:
    inside = image[mask]
    edges = bin_edges(inside, width=settings.get("binWidth", 25), count=settings.get("binCount"), max_bins=10**6)
    options = TextureOptions(
        distances=tuple(settings.get("distances", [1])),
        flat_axis=settings["force2Ddimension"] if settings.get("force2D") else None,
        weighting_norm=settings.get("weightingNorm"),
        symmetrical_glcm=settings.get("symmetricalGLCM", True),
        gldm_alpha=settings.get("gldm_a", 0),
        voxel_array_shift=settings.get("voxelArrayShift", 0),
    )
    gray = GrayLevels.of(gray_levels(inside, edges))
    found = measure_classes(REQUESTS, RoiImage(image, mask, SPACING_ZYX_MM), gray, options)
    return {f"{name}_{feature}": value for name, values in found.items() for feature, value in values.items()}


def theirs(image: Image, mask: BoolArray, settings: Mapping[str, Any]) -> dict[str, float]:
    radiomics = pytest.importorskip("radiomics")
    sitk = pytest.importorskip("SimpleITK")
    radiomics.logger.setLevel(logging.CRITICAL + 1)
    pictures = [sitk.GetImageFromArray(one) for one in (image, mask.astype(np.uint8))]
    for picture in pictures:
        picture.SetSpacing(SPACING_ZYX_MM[::-1])
    found = {}
    kinds = radiomics.getFeatureClasses()
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in CLASSES:
            reference = kinds[name](*pictures, **settings)
            reference.enableAllFeatures()
            found |= {f"{name}_{feature}": float(np.asarray(value)) for feature, value in reference.execute().items()}
    return found


def assert_equal(image: Image, mask: BoolArray, settings: Mapping[str, Any]) -> None:
    """Both give the same values, or both refuse the ROI."""
    try:
        expected = theirs(image, mask, settings)
    except RuntimeError:
        with pytest.raises(InputError, match=r"E_INTENSITY.*no room for neighbours"):
            ours(image, mask, settings)
        return
    with np.errstate(all="ignore"):
        found = ours(image, mask, settings)
    differing = [one for one in compare_values("roi", found, expected) if not one.accepted]
    assert not differing, differing[:3]


@st.composite
def rois(draw: st.DrawFn) -> tuple[Image, BoolArray]:
    """Noise of some scale in a random mask of at least two voxels, cropped: points, lines, plates, holes, parts."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    shape = tuple(draw(st.integers(1, most)) for most in (6, 8, 10))
    image = random.normal(-40, 1, shape) * draw(st.sampled_from([0, 10, 60, 400]))
    if draw(st.booleans()):
        image = np.round(image / 25) * 25
    mask = random.random(shape) < draw(st.sampled_from([0.05, 0.3, 0.7, 1.0]))
    flat = mask.reshape(-1)
    flat[0] = flat[-1] = True
    if np.count_nonzero(mask) < 2:
        image, mask = np.array([[[0.0, 30.0]]]), np.ones((1, 1, 2), dtype=bool)
    box = bounding_box(mask)
    return np.ascontiguousarray(image[box]), np.ascontiguousarray(mask[box])


options = st.fixed_dictionaries(
    {},
    optional={
        "binWidth": st.sampled_from([10, 25, 33.3]),
        "binCount": st.integers(1, 64),
        "distances": st.sampled_from([[1, 2], [2], [1, 3]]),
        "force2D": st.just(True),
        "weightingNorm": st.sampled_from(["manhattan", "euclidean", "infinity", "no_weighting"]),
        "symmetricalGLCM": st.just(False),
        "gldm_a": st.integers(0, 2),
        "voxelArrayShift": st.just(300),
    },
)


@given(rois(), options, st.integers(0, 2))
@settings(max_examples=250)
def test_random_rois_equal_pyradiomics(roi: tuple[Image, BoolArray], settings: dict[str, Any], axis: int) -> None:
    assert_equal(*roi, {**settings, "force2Ddimension": axis})


@pytest.mark.parametrize("levels", [1, 2, 500])
def test_one_two_and_five_hundred_gray_levels_equal_pyradiomics(levels: int) -> None:
    random = np.random.default_rng(levels)
    image = random.integers(0, levels, (9, 10, 11)).astype(np.float64)
    image.flat[:2] = 0, levels - 1
    assert_equal(image, random.random(image.shape) < 0.8, {"binWidth": 1})


def test_isolated_voxels_equal_pyradiomics() -> None:
    mask = np.zeros((5, 5, 5), dtype=bool)
    mask[0, 0, 0] = mask[4, 4, 4] = mask[2, 0, 4] = True
    image = np.random.default_rng(1).normal(0, 100, mask.shape)
    for extra in ({}, {"weightingNorm": "euclidean"}, {"force2D": True, "force2Ddimension": 1}, {"binCount": 1}):
        assert_equal(image, mask, extra)


def test_rare_gray_levels_of_a_large_roi_keep_their_maximal_correlation() -> None:
    # PyRadiomics' epsilon moves the eigenvalue by more than the tolerance here.
    random = np.random.default_rng(4)
    image = np.cumsum(random.normal(0, 9, (40, 40, 40)), axis=2)
    image[5, 5, 5], image[5, 5, 6] = 4000, 4300
    assert_equal(image, np.ones(image.shape, dtype=bool), {"binWidth": 25})


def test_the_way_for_very_many_levels_gives_the_values_of_matrices(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(6)
    image, mask = random.normal(0, 300, (8, 9, 10)), random.random((8, 9, 10)) < 0.7
    for extra in ({}, {"weightingNorm": "manhattan"}, {"symmetricalGLCM": False}):
        written_out = ours(image, mask, extra)
        with monkeypatch.context() as context:
            context.setattr(measure, "_MOST_CELLS", 0)
            listed = ours(image, mask, extra)
        assert listed == pytest.approx(written_out, rel=1e-9, abs=1e-12)


def test_a_flat_box_without_neighbours_is_refused_with_its_size() -> None:
    line = np.array([[[0.0]], [[30.0]], [[60.0]]])
    with pytest.raises(InputError, match=r"E_INTENSITY.*3 x 1 x 1 voxels.*axis 0"):
        ours(line, np.ones(line.shape, dtype=bool), {"force2D": True, "force2Ddimension": 0})


def test_removed_features_are_left_out_as_pyradiomics_does() -> None:
    image = np.array([[[0.0, 30.0, 60.0]]])
    gray = GrayLevels.of(np.array([1, 2, 3]))
    found = measure_classes(
        {"glcm": ("Contrast", "Dissimilarity"), "gldm": ("DependencePercentage",)},
        RoiImage(image, np.ones(image.shape, dtype=bool), SPACING_ZYX_MM),
        gray,
        TextureOptions(),
    )
    assert {name: tuple(values) for name, values in found.items()} == {"glcm": ("Contrast",), "gldm": ()}
