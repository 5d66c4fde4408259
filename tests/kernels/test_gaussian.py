"""The Laplacian of a Gaussian has ITK's voxels, to the last bit."""

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from hypothesis import given, settings
from hypothesis import strategies as st

from radpipe.features.resample import one_thread
from radpipe.kernels import gaussian
from radpipe.kernels.gaussian import laplacian_of_gaussian

sizes = st.integers(4, 40)
spacings = st.sampled_from([0.5, 0.9765625, 1.0, 2.2, 5.0])


def by_itk(image, spacing_zyx_mm, sigma):
    source = sitk.GetImageFromArray(image)
    source.SetSpacing(spacing_zyx_mm[::-1])
    method = sitk.LaplacianRecursiveGaussianImageFilter()
    method.SetNormalizeAcrossScale(True)
    method.SetSigma(sigma)
    with one_thread():
        return sitk.GetArrayFromImage(method.Execute(source))


@given(
    st.tuples(sizes, sizes, sizes),
    st.tuples(spacings, spacings, spacings),
    st.sampled_from([0.5, 1.0, 1.7, 3.0, 5.0]),
    st.sampled_from([np.int16, np.float32]),
    st.integers(0, 2**32),
)
@settings(max_examples=60)
def test_every_voxel_is_that_of_itk(shape, spacing_zyx_mm, sigma, kind, seed):
    image = np.random.default_rng(seed).normal(-100, 400, shape).astype(kind)
    image.setflags(write=False)
    assert np.array_equal(laplacian_of_gaussian(image, spacing_zyx_mm, sigma), by_itk(image, spacing_zyx_mm, sigma))


@given(st.tuples(sizes, sizes, sizes), st.integers(0, 2**32), st.data())
@settings(max_examples=40)
def test_a_box_has_the_voxels_of_the_whole_image(shape, seed, data):
    image = np.random.default_rng(seed).normal(-100, 400, shape).astype(np.int16)
    starts = [data.draw(st.integers(0, size - 1)) for size in shape]
    box = tuple(slice(a, data.draw(st.integers(a + 1, n))) for a, n in zip(starts, shape, strict=True))
    whole = laplacian_of_gaussian(image, (2.0, 1.0, 0.8), 2.5)
    assert np.array_equal(laplacian_of_gaussian(image, (2.0, 1.0, 0.8), 2.5, box), whole[box])


def test_a_constant_image_has_no_curvature():
    assert np.abs(laplacian_of_gaussian(np.full((6, 7, 8), 500, np.int16), (1.0, 1.0, 1.0), 2.0)).max() < 1e-2


def test_a_paraboloid_has_the_curvature_of_its_formula():
    # f = z^2 + y^2 + x^2: Laplacian 6, times sigma squared; sigma 2 gives 24, away from the borders.
    z, y, x = np.indices((61, 61, 61)) - 30.0
    found = laplacian_of_gaussian((z**2 + y**2 + x**2).astype(np.float32), (1.0, 1.0, 1.0), 2.0)
    assert found[30, 30, 30] == pytest.approx(24, rel=0.01)


def test_kernels_uncompiled_give_the_same(monkeypatch):
    image = np.random.default_rng(2).normal(0, 100, (4, 5, 6)).astype(np.float32)
    compiled = laplacian_of_gaussian(image, (1.0, 2.0, 0.5), 1.5)
    for name in (
        "_laplacian",
        "_accumulate",
        "_accumulate_turned",
        "_filter",
        "_filter_rows",
        "_turned",
        "_copied",
        "_eight",
        "_put_eight",
        "_run_ahead",
        "_run_back",
    ):
        monkeypatch.setattr(gaussian, name, getattr(gaussian, name).py_func)
    with np.errstate(all="ignore"):
        assert np.array_equal(laplacian_of_gaussian(image, (1.0, 2.0, 0.5), 1.5), compiled)


def test_an_image_that_is_not_converted_gives_the_same(monkeypatch):
    image = np.random.default_rng(3).normal(0, 300, (9, 20, 33)).astype(np.int16)
    monkeypatch.setattr(gaussian, "_SMALL", 0)
    assert np.array_equal(laplacian_of_gaussian(image, (1.0, 2.0, 0.5), 1.5), by_itk(image, (1.0, 2.0, 0.5), 1.5))
