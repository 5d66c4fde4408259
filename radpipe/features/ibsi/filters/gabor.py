"""Gabor filters of the axial or of all three orthogonal planes (IBSI Q88H)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import fft

from radpipe.features.ibsi.filters.boundary import PADS, Boundary, FloatArray, Spacing
from radpipe.features.ibsi.filters.rotations import Pooling, pooled

__all__ = ["Gabor"]


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
        return pooled((self._plane(image, axis, spacing_zyx_mm) for axis in across), self.pooling)

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
            padded = np.pad(plane, [(n, n) for n in reach], mode=PADS[self.boundary])  # type: ignore[call-overload]
            spectrum = fft.fft2(padded, wide)
            responses = (
                np.abs(fft.ifft2(spectrum * kernel))[reach[0] :, reach[1] :][: plane.shape[0], : plane.shape[1]]
                for kernel in seen
            )
            out[k] = pooled(responses, self.pooling)
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
