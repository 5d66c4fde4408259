"""IBSI's convolutional filters (IBSI-2): mean, Laplacian of a Gaussian, Laws, Gabor, separable and Simoncelli wavelets.

Each works on the whole interpolated image, slice by slice or in three dimensions, and returns a response map of its
shape. What lies outside the image is named by its boundary: ``mirror`` repeats the image turned around, edge included
(d c b a | a b c d).

References
----------
Image Biomarker Standardisation Initiative, reference manual of convolutional filters, arXiv:2006.05470. Whybra P et al.
Radiology 310 (2024) e231319.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import fft, ndimage

__all__ = ["Boundary", "Filter", "Gabor", "Laws", "LoG", "Mean", "Simoncelli", "Wavelet"]

FloatArray = npt.NDArray[np.float64]
Spacing = tuple[float, float, float]
Boundary = Literal["zero", "nearest", "periodic", "mirror"]
Pooling = Literal["max", "average"]

_MODES: dict[Boundary, Literal["constant", "nearest", "wrap", "reflect"]] = {
    "zero": "constant",
    "nearest": "nearest",
    "periodic": "wrap",
    "mirror": "reflect",
}
_PADS: dict[Boundary, str] = {"zero": "constant", "nearest": "edge", "periodic": "wrap", "mirror": "symmetric"}

_LAWS = {
    "L5": np.array([1.0, 4, 6, 4, 1]) / math.sqrt(70),
    "E5": np.array([-1.0, -2, 0, 2, 1]) / math.sqrt(10),
    "S5": np.array([-1.0, 0, 2, 0, -1]) / math.sqrt(6),
    "W5": np.array([-1.0, 2, 0, -2, 1]) / math.sqrt(10),
    "R5": np.array([1.0, -4, 6, -4, 1]) / math.sqrt(70),
    "L3": np.array([1.0, 2, 1]) / math.sqrt(6),
    "E3": np.array([-1.0, 0, 1]) / math.sqrt(2),
    "S3": np.array([-1.0, 2, -1]) / math.sqrt(6),
}
"""Laws' kernels of unit length (IBSI JVAD: level B5BZ and L3..., edge, spot, wave, ripple)."""


@dataclass(frozen=True, slots=True)
class Mean:
    """Mean filter (S60F).

    Parameters
    ----------
    support
        Edge of the cube or square in voxels, odd.
    flat
        Within slices only.
    boundary
        What lies outside the image.
    """

    support: int
    flat: bool = False
    boundary: Boundary = "mirror"

    def __call__(self, image: FloatArray, spacing_zyx_mm: Spacing) -> FloatArray:
        """Return the response map of an image (z, y, x)."""
        size = (1 if self.flat else self.support, self.support, self.support)
        return np.asarray(ndimage.uniform_filter(image, size, mode=_MODES[self.boundary]))


@dataclass(frozen=True, slots=True)
class LoG:
    """Laplacian of a Gaussian (L6PA), sampled and cut off.

    Parameters
    ----------
    sigma_mm
        Of the Gaussian.
    cutoff
        In sigmas.
    flat, boundary
        As for :class:`Mean`.
    """

    sigma_mm: float
    cutoff: float = 4.0
    flat: bool = False
    boundary: Boundary = "mirror"

    def __call__(self, image: FloatArray, spacing_zyx_mm: Spacing) -> FloatArray:
        """Return the response map of an image (z, y, x), in image units by mm2 of voxels."""
        axes = (1, 2) if self.flat else (0, 1, 2)
        kernels = {axis: self._kernels(spacing_zyx_mm[axis]) for axis in axes}
        total = np.zeros(image.shape)
        for second in axes:
            part = image
            for axis in axes:
                part = ndimage.correlate1d(part, kernels[axis][axis == second], axis, mode=_MODES[self.boundary])
            total += part
        return total

    def _kernels(self, spacing_mm: float) -> tuple[FloatArray, FloatArray]:
        """Return the Gaussian and its second derivative, sampled at voxels."""
        sigma = self.sigma_mm / spacing_mm
        reach = int(self.cutoff * sigma + 0.5)
        x = np.arange(-reach, reach + 1, dtype=np.float64)
        gauss = np.exp(-(x**2) / (2 * sigma**2)) / (sigma * math.sqrt(2 * math.pi))
        return gauss, (x**2 / sigma**4 - 1 / sigma**2) * gauss


def _rotations(flat: bool) -> Iterator[tuple[tuple[int, int, int], tuple[int, int, int]]]:
    """Yield the right-angled rotations: which axis of the kernel comes to lie along z, y and x, and its direction."""
    for order in itertools.permutations((0, 1, 2)):
        if flat and order[0] != 0:
            continue
        parity = 1 if order in ((0, 1, 2), (1, 2, 0), (2, 0, 1)) else -1
        for signs in itertools.product((1, -1), repeat=3):
            if math.prod(signs) == parity and not (flat and signs[0] != 1):
                yield (order[0], order[1], order[2]), (signs[0], signs[1], signs[2])


def _pooled(responses: Iterator[FloatArray], pooling: Pooling) -> FloatArray:
    """Bring the responses of all rotations together, one at a time in memory."""
    total, count = next(responses).copy(), 1
    for response in responses:
        if pooling == "max":
            np.maximum(total, response, out=total)
        else:
            total += response
        count += 1
    return total if pooling == "max" else total / count


def _separable(image: FloatArray, kernels: Sequence[FloatArray | None], boundary: Boundary) -> FloatArray:
    """Convolve along z, y and x; None leaves an axis."""
    for axis, kernel in enumerate(kernels):
        if kernel is not None:
            image = ndimage.convolve1d(image, kernel, axis, mode=_MODES[boundary])
    return image


@dataclass(frozen=True, slots=True)
class Laws:
    """Laws' kernels (JTXT), with rotation invariance and energy map.

    Parameters
    ----------
    kernels
        Names along x, y and z, or along x and y within slices: ``("L5", "E5", "E5")``.
    rotation_invariant
        Whether responses of all right-angled rotations are pooled.
    pooling
        How.
    energy_distance
        Chebyshev distance in voxels over which absolute responses are averaged; None gives the response itself.
    boundary
        What lies outside the image.
    """

    kernels: tuple[str, ...]
    rotation_invariant: bool = True
    pooling: Pooling = "max"
    energy_distance: int | None = None
    boundary: Boundary = "mirror"

    def __call__(self, image: FloatArray, spacing_zyx_mm: Spacing) -> FloatArray:
        """Return the response or energy map of an image (z, y, x)."""
        flat = len(self.kernels) == 2
        along: list[FloatArray | None] = [_LAWS[name] for name in reversed(self.kernels)]
        along = [None, *along] if flat else along
        response = _pooled(_rotated(image, [along], flat, self.boundary, self.rotation_invariant), self.pooling)
        if self.energy_distance is None:
            return response
        edge = 2 * self.energy_distance + 1
        size = (1 if flat else edge, edge, edge)
        return np.asarray(ndimage.uniform_filter(np.abs(response), size, mode=_MODES[self.boundary]))


def _rotated(
    image: FloatArray,
    steps: Sequence[Sequence[FloatArray | None]],
    flat: bool,
    boundary: Boundary,
    rotation_invariant: bool,
) -> Iterator[FloatArray]:
    """Yield the response to separable kernels, applied one step after the other, for each rotation."""
    rotations = list(_rotations(flat)) if rotation_invariant else [((0, 1, 2), (1, 1, 1))]
    for order, signs in rotations:
        response = image
        for kernels in steps:
            turned = [
                None if kernels[axis] is None else kernels[axis][::sign]  # type: ignore[index]
                for axis, sign in zip(order, signs, strict=True)
            ]
            response = _separable(response, turned, boundary)
        yield response


@dataclass(frozen=True, slots=True)
class Wavelet:
    """Separable wavelet (undecimated, a trous; 25BO).

    Parameters
    ----------
    family
        PyWavelets' name: ``db3``.
    subband
        Letters along x, y and z, or x and y within slices: ``LLH``.
    level
        Of the decomposition, from 1; levels before it are low-pass along all axes.
    rotation_invariant, pooling, boundary
        As for :class:`Laws`.
    """

    family: str
    subband: str
    level: int = 1
    rotation_invariant: bool = True
    pooling: Pooling = "average"
    boundary: Boundary = "mirror"

    def __call__(self, image: FloatArray, spacing_zyx_mm: Spacing) -> FloatArray:
        """Return the response map of an image (z, y, x)."""
        import pywt

        wavelet = pywt.Wavelet(self.family)
        banks = {"L": np.array(wavelet.dec_lo), "H": np.array(wavelet.dec_hi)}
        flat = len(self.subband) == 2
        letters = ["", *reversed(self.subband)] if flat else list(reversed(self.subband))
        steps = [
            [
                None if not letter else _dilated(banks[letter if level == self.level else "L"], 2 ** (level - 1))
                for letter in letters
            ]
            for level in range(1, self.level + 1)
        ]
        return _pooled(_rotated(image, steps, flat, self.boundary, self.rotation_invariant), self.pooling)


def _dilated(kernel: FloatArray, step: int) -> FloatArray:
    """Put ``step - 1`` zeros after each of a kernel's values, and one more where that leaves its length even."""
    wide = np.zeros(kernel.size * step)
    wide[::step] = kernel
    return wide if wide.size % 2 else np.append(wide, 0.0)


@dataclass(frozen=True, slots=True)
class Gabor:
    """Gabor filter (Q88H), modulus, within slices or averaged over the three orthogonal planes.

    Parameters
    ----------
    sigma_mm, wavelength_mm, gamma
        Standard deviation, wavelength, and ratio of the standard deviations along and across the wave.
    angle_step
        Of the rotations, radians; None for the wave along x only.
    pooling
        Over rotations, and over planes.
    planes
        ``axial``, or ``orthogonal`` for the average over the three planes.
    boundary
        What lies outside the image.
    """

    sigma_mm: float
    wavelength_mm: float
    gamma: float
    angle_step: float | None = None
    pooling: Pooling = "average"
    planes: Literal["axial", "orthogonal"] = "axial"
    boundary: Boundary = "mirror"

    def __call__(self, image: FloatArray, spacing_zyx_mm: Spacing) -> FloatArray:
        """Return the response map of an image (z, y, x)."""
        across = (0,) if self.planes == "axial" else (0, 1, 2)
        return _pooled((self._plane(image, axis, spacing_zyx_mm) for axis in across), self.pooling)

    def _plane(self, image: FloatArray, axis: int, spacing_zyx_mm: Spacing) -> FloatArray:
        """Filter the planes across an axis; a plane's rows and columns keep their order."""
        row_mm, column_mm = (step for k, step in enumerate(spacing_zyx_mm) if k != axis)
        angles = np.array([0.0]) if self.angle_step is None else np.arange(0, math.pi - 1e-9, self.angle_step)
        kernels = [self._kernel(angle, row_mm, column_mm) for angle in angles.tolist()]
        reach = (kernels[0].shape[0] // 2, kernels[0].shape[1] // 2)
        moved = np.moveaxis(image, axis, 0)
        out = np.empty(moved.shape)
        wide = [fft.next_fast_len(n + 2 * k) for n, k in zip(moved.shape[1:], reach, strict=True)]
        seen = [fft.fft2(_centred(kernel, wide)) for kernel in kernels]
        for k, plane in enumerate(moved):
            padded = np.pad(plane, [(n, n) for n in reach], mode=_PADS[self.boundary])  # type: ignore[call-overload]
            spectrum = fft.fft2(padded, wide)
            responses = (
                np.abs(fft.ifft2(spectrum * kernel))[reach[0] :, reach[1] :][: plane.shape[0], : plane.shape[1]]
                for kernel in seen
            )
            out[k] = _pooled(responses, self.pooling)
        return np.moveaxis(out, 0, axis)

    def _kernel(self, angle: float, row_mm: float, column_mm: float) -> npt.NDArray[np.complex128]:
        """Sample the kernel until its envelope is below 1e-8."""
        reach_mm = 6.1 * self.sigma_mm / min(self.gamma, 1.0)
        rows, columns = int(reach_mm / row_mm), int(reach_mm / column_mm)
        y, x = np.mgrid[-rows : rows + 1, -columns : columns + 1]
        y, x = y * row_mm, x * column_mm
        along, side = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
        envelope = np.exp(-(along**2 + (self.gamma * side) ** 2) / (2 * self.sigma_mm**2))
        return np.asarray(envelope * np.exp(2j * math.pi * along / self.wavelength_mm))


def _centred(kernel: npt.NDArray[np.complex128], shape: Sequence[int]) -> npt.NDArray[np.complex128]:
    """Lay a kernel out with its centre at the origin, wrapped around."""
    wide = np.zeros(shape, dtype=np.complex128)
    wide[: kernel.shape[0], : kernel.shape[1]] = kernel
    return np.roll(wide, [-(n // 2) for n in kernel.shape], (0, 1))


@dataclass(frozen=True, slots=True)
class Simoncelli:
    """Simoncelli's non-separable wavelet (PRT7), band-pass map of a level, by its transfer function.

    Parameters
    ----------
    level
        From 1; the pass band is centred at half the Nyquist frequency and halves with each level.
    flat
        Within slices only.
    boundary
        ``periodic``, as a transfer function has it, or ``mirror``.
    """

    level: int = 1
    flat: bool = False
    boundary: Literal["mirror", "periodic"] = "periodic"

    def __call__(self, image: FloatArray, spacing_zyx_mm: Spacing) -> FloatArray:
        """Return the response map of an image (z, y, x)."""
        axes = (1, 2) if self.flat else (0, 1, 2)
        square = np.zeros([image.shape[axis] if axis in axes else 1 for axis in range(3)])
        for axis in axes:
            n = image.shape[axis]
            share = np.arange(n) / n if self.boundary == "mirror" else 2 * np.abs(fft.fftfreq(n))
            square = square + (share**2).reshape([-1 if k == axis else 1 for k in range(3)])
        frequency = np.sqrt(square) * 2.0 ** (self.level - 1)  # by the Nyquist frequency
        inside = (frequency > 0.25) & (frequency <= 1)
        transfer = np.where(inside, np.cos(math.pi / 2 * np.log2(2 * np.where(inside, frequency, 0.5))), 0.0)
        if self.boundary == "mirror":
            return np.asarray(fft.idctn(fft.dctn(image, axes=axes) * transfer, axes=axes))
        return np.asarray(fft.ifftn(fft.fftn(image, axes=axes) * transfer, axes=axes).real)


Filter = Mean | LoG | Laws | Wavelet | Gabor | Simoncelli
