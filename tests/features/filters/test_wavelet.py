"""Undecimated wavelets: by hand, PyWavelets' values of the whole image, names in PyRadiomics' order."""

from itertools import product

import numpy as np
import pytest

from radpipe.features.filters.wavelet import wavelet_images

pywt = pytest.importorskip("pywt")
IMAGE = np.random.default_rng(8).normal(0, 50, (16, 18, 20))
INNER = (slice(6, 10), slice(7, 11), slice(8, 13))
BORDER = (slice(0, 4), slice(7, 18), slice(0, 20))


def images(image: np.ndarray, box: tuple[slice, ...], **options: object) -> dict[str, np.ndarray]:
    asked = {"wavelet": "haar", "start_level": 0, "level": 1, "axes": (2, 1, 0), **options}
    return dict(wavelet_images(image, box, **asked))


def test_haar_of_a_step_along_x_by_hand() -> None:
    # Pairs along x: their mean and half difference by sqrt(2); means along y and z are each sqrt(2) times the value.
    image = np.zeros((8, 8, 8))
    image[:, :, 4:] = 1.0
    found = images(image, (slice(3, 4), slice(3, 4), slice(2, 6)))
    two = np.sqrt(2)
    assert np.abs(found["wavelet-HLL"]).ravel() == pytest.approx([0, two, 0, 0])
    assert found["wavelet-LLL"].ravel() == pytest.approx([0, two, 2 * two, 2 * two])
    assert np.abs(found["wavelet-LHL"]).max() == pytest.approx(0)  # nothing changes along y


def test_names_come_in_pyradiomics_order_with_the_approximation_last() -> None:
    letters = ["".join(word) for word in product("LH", repeat=3)]
    assert list(images(IMAGE, INNER)) == [f"wavelet-{word}" for word in (*letters[1:], "LLL")]
    second = list(images(IMAGE, INNER, level=2))
    assert second[-1] == "wavelet2-LLL"
    assert "wavelet-LLL" not in second


@pytest.mark.parametrize("box", [INNER, BORDER], ids=["inner", "border"])
@pytest.mark.parametrize("wavelet", ["haar", "coif1", "db2"])
def test_values_are_pywavelets_of_the_whole_image(wavelet: str, box: tuple[slice, ...]) -> None:
    # PyWavelets transforms axes in the order that it is given; letters follow x, y, z as PyRadiomics has them.
    expected = pywt.swtn(IMAGE, pywt.Wavelet(wavelet), level=1, start_level=0, axes=(2, 1, 0))[0]
    for name, values in images(IMAGE, box, wavelet=wavelet).items():
        key = name.removeprefix("wavelet-").translate(str.maketrans("LH", "ad"))
        assert np.array_equal(values, expected[key][box]), name


def test_what_is_not_wanted_is_left_out() -> None:
    assert list(images(IMAGE, INNER, keeps=lambda name: name == "wavelet-HLH")) == ["wavelet-HLH", "wavelet-LLL"]


def test_an_axis_that_is_not_transformed_has_no_letter() -> None:
    assert list(images(IMAGE, INNER, axes=(2, 1))) == [f"wavelet-{word}" for word in ("LH", "HL", "HH", "LL")]
