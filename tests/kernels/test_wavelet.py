"""Convolution inside an image: PyWavelets' numbers in its precision, compiled or not."""

import numpy as np
import pytest
import pywt

from radpipe.features.filters.wavelet import wavelet_images
from radpipe.kernels import wavelet
from radpipe.kernels.wavelet import convolved


def test_a_convolution_is_the_sum_of_its_definition():
    # By hand: 3 * 1 + 2 * 10 + 1 * 100 = 123, and one voxel on.
    data = np.array([1.0, 2.0, 3.0, 4.0])
    for axis in range(3):
        shape = [1, 1, 1]
        shape[axis] = 4
        found = convolved(data.reshape(shape), np.array([1.0, 10.0, 100.0]), axis)
        assert found.ravel().tolist() == [123.0, 234.0]


@pytest.mark.parametrize("kind", [np.int16, np.float32, np.float64])
@pytest.mark.parametrize("name", ["coif1", "haar", "db2", "bior3.1", "sym5"])
@pytest.mark.parametrize("axes", [(2, 1, 0), (2, 1)])
def test_a_box_inside_has_the_bits_of_pywavelets_on_the_whole_image(kind, name, axes):
    image = np.random.default_rng(4).normal(30, 100, (26, 28, 30)).astype(kind)
    image.setflags(write=False)
    box = (slice(11, 14), slice(12, 15), slice(12, 16))
    whole = pywt.swtn(image, name, level=1, axes=axes)[0]
    options = {"wavelet": name, "start_level": 0, "level": 1, "axes": axes}
    found = dict(wavelet_images(image, box, **options))
    for letters, values in whole.items():
        band = found["wavelet-" + letters.replace("a", "L").replace("d", "H")]
        assert band.dtype == values.dtype
        assert np.array_equal(band, values[box])


def test_only_the_bands_that_are_wanted_are_made():
    image = np.random.default_rng(4).normal(30, 100, (26, 28, 30))
    box = (slice(11, 14), slice(12, 15), slice(12, 16))
    options = {"wavelet": "coif1", "start_level": 0, "level": 1, "axes": (2, 1, 0)}
    names = [name for name, _ in wavelet_images(image, box, **options, keeps=lambda name: name == "wavelet-HLH")]
    assert names == ["wavelet-HLH", "wavelet-LLL"]  # the approximation ends every decomposition


def test_kernels_uncompiled_give_the_same(monkeypatch):
    random = np.random.default_rng(2)
    data = random.normal(0, 100, (8, 9, 10))
    taps = random.normal(0, 1, 5)
    compiled = [convolved(data, taps, axis) for axis in range(3)]
    for name in ("_along_rows", "_across_rows", "_add", "_add_three"):
        monkeypatch.setattr(wavelet, name, getattr(wavelet, name).py_func)
    for axis, values in enumerate(compiled):
        assert np.array_equal(convolved(data, taps, axis), values)
