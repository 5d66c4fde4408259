"""Laplacian of Gaussian: names, when an image is large enough, and ITK's values for every type."""

import numpy as np
import pytest

from radpipe.features.filters.log import log_fits, log_image, log_name

BOX = (slice(2, 6), slice(1, 9), slice(3, 11))
SPACING_ZYX_MM = (2.0, 1.0, 1.5)


@pytest.mark.parametrize(("sigma", "name"), [(1, "log-sigma-1-mm-3D"), (0.5, "log-sigma-0-5-mm-3D")])
def test_the_name_is_pyradiomics(sigma: float, name: str) -> None:
    assert log_name(sigma) == name


@pytest.mark.parametrize(
    ("shape", "sigma", "fits"),
    [
        ((3, 99, 99), 0.1, False),  # ITK's recursion needs four voxels along each axis
        ((4, 99, 99), 0.1, True),
        ((4, 99, 99), 6.0, True),  # 6 mm are 3 voxels of 2 mm along z, and one more
        ((4, 99, 99), 6.1, False),
    ],
)
def test_an_image_fits_that_is_longer_than_sigma(shape: tuple[int, ...], sigma: float, fits: bool) -> None:
    assert log_fits(shape, SPACING_ZYX_MM, sigma) is fits


@pytest.mark.parametrize("kind", [np.int16, np.float32, np.float64, np.uint8])
def test_values_in_the_box_are_itks_of_the_whole_image(kind: type) -> None:
    sitk = pytest.importorskip("SimpleITK")
    image = (np.random.default_rng(3).random((9, 11, 13)) * 200).astype(kind)
    source = sitk.GetImageFromArray(image)
    source.SetSpacing(SPACING_ZYX_MM[::-1])
    expected = sitk.GetArrayFromImage(sitk.LaplacianRecursiveGaussian(source, 2.5, True))
    found = log_image(image, BOX, SPACING_ZYX_MM, 2.5)
    assert found.dtype == expected.dtype
    assert np.array_equal(found, expected[BOX])


def test_a_constant_image_has_no_edges() -> None:
    assert np.abs(log_image(np.full((9, 11, 13), 80, np.float32), BOX, SPACING_ZYX_MM, 2.0)).max() < 1e-3
