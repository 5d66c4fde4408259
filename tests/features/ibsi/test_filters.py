"""IBSI's filters against closed forms."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import ndimage

from radpipe.features.ibsi.filters import Gabor, Laws, LoG, Mean, Simoncelli, Wavelet, _rotations

SPACING = (1.0, 1.0, 1.0)


def image(seed: int = 0, size: tuple[int, int, int] = (17, 17, 17)) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=size)


def test_there_are_24_rotations_in_space_and_4_in_a_slice() -> None:
    assert len(set(_rotations(flat=False))) == 24
    assert len(set(_rotations(flat=True))) == 4


def test_a_constant_image_has_its_mean_and_no_detail() -> None:
    flat = np.full((9, 9, 9), 5.0)
    assert_allclose(Mean(3)(flat, SPACING), flat)
    for name in (Laws(("L5", "E5", "E5")), Wavelet("db3", "LLH"), Simoncelli(1), Simoncelli(2, boundary="mirror")):
        assert_allclose(name(flat, SPACING), 0, atol=1e-10)


def test_the_laplacian_of_a_paraboloid_is_its_curvature() -> None:
    # f = x^2 + 2 y^2 + 3 z^2 has the Laplacian 12; smoothing does not change it. Sampling and cutting off leave 0.1 %.
    z, y, x = np.mgrid[-20:21, -20:21, -20:21].astype(float)
    response = LoG(2.0, cutoff=6)(x**2 + 2 * y**2 + 3 * z**2, SPACING)
    assert response[20, 20, 20] == pytest.approx(12.0, rel=1e-3)


def test_spacing_scales_the_laplacian_of_a_gaussian() -> None:
    part = image(1, (1, 31, 31))
    assert_allclose(LoG(3.0, flat=True)(part, (1.0, 2.0, 2.0)), LoG(1.5, flat=True)(part, SPACING))


@pytest.mark.parametrize(
    "used", [Laws(("L5", "E5", "S5"), energy_distance=2), Wavelet("db3", "LLH", 2), Laws(("L3", "E3", "E3"))]
)
def test_a_response_pooled_over_rotations_turns_with_the_image(used: Laws | Wavelet) -> None:
    part = image(2)
    turned = np.rot90(used(part, SPACING), axes=(0, 2))
    assert_allclose(used(np.rot90(part, axes=(0, 2)).copy(), SPACING), turned, atol=1e-10)


def test_energy_is_the_mean_of_absolute_responses() -> None:
    part = image(3, (1, 20, 20))
    plain = Laws(("L5", "E5"))(part, SPACING)
    energy = Laws(("L5", "E5"), energy_distance=3)(part, SPACING)
    assert energy[0, 10, 10] == pytest.approx(np.abs(plain[0, 7:14, 7:14]).mean())


def test_laws_without_rotations_is_one_separable_convolution() -> None:
    part = image(4)
    level = np.array([1.0, 4, 6, 4, 1]) / math.sqrt(70)
    edge = np.array([-1.0, -2, 0, 2, 1]) / math.sqrt(10)
    wanted = part
    for axis, kernel in ((2, level), (1, edge), (0, edge)):  # names are along x, y, z
        wanted = ndimage.convolve1d(wanted, kernel, axis, mode="reflect")
    assert_allclose(Laws(("L5", "E5", "E5"), rotation_invariant=False)(part, SPACING), wanted)


def test_gabor_answers_to_its_wave_and_not_to_another() -> None:
    x = np.arange(81.0)
    wave = np.broadcast_to(np.cos(2 * math.pi * x / 8), (1, 81, 81))
    along = Gabor(4.0, 8.0, 1.0)(wave.copy(), SPACING)[0, 40, 40]
    across = Gabor(4.0, 8.0, 1.0)(wave.transpose(0, 2, 1).copy(), SPACING)[0, 40, 40]
    # The modulus at the wave is half the envelope's sum: pi sigma^2 for gamma 1.
    assert along == pytest.approx(math.pi * 16, rel=1e-3)
    assert across < 1e-3 * along


def test_gabor_over_three_planes_is_the_mean_of_the_planes() -> None:
    part = image(5, (9, 10, 11))
    one = Gabor(1.0, 3.0, 1.5)
    planes = [np.moveaxis(one(np.moveaxis(part, axis, 0).copy(), SPACING), 0, axis) for axis in range(3)]
    assert_allclose(Gabor(1.0, 3.0, 1.5, planes="orthogonal")(part, SPACING), np.mean(planes, axis=0), atol=1e-10)


def test_simoncelli_passes_half_the_nyquist_frequency_at_level_1_and_a_quarter_at_level_2() -> None:
    x = np.arange(64)
    for level, period in ((1, 4), (2, 8)):
        wave = np.broadcast_to(np.cos(2 * math.pi * x / period), (1, 64, 64)).copy()
        assert_allclose(Simoncelli(level, flat=True)(wave, SPACING), wave, atol=1e-12)
        other = Simoncelli(3 - level, flat=True)(wave, SPACING)
        assert np.abs(other).max() < 1e-12


def test_boundaries_differ_by_name_only_near_the_edge() -> None:
    part = image(6, (15, 15, 15))
    responses = [Mean(5, boundary=boundary)(part, SPACING) for boundary in ("zero", "nearest", "periodic", "mirror")]
    for response in responses[1:]:
        assert_allclose(response[2:-2, 2:-2, 2:-2], responses[0][2:-2, 2:-2, 2:-2])
        assert not np.allclose(response, responses[0])
