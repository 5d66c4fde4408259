"""An image as a cubic B-spline: made once, evaluated on any number of grids, with ITK's values to the last bit."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.features.sampling import Lines, lines_between
from radpipe.geometry import Geometry
from radpipe.kernels.bspline import at_product, at_product_rounded, spline_coefficients
from radpipe.kernels.bspline_lines import at_lines
from radpipe.kernels.bspline_planes import at_planes
from radpipe.volume import Box

__all__ = ["SplineImage", "support"]

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.int64]

ROUNDINGS = 128
"""A value is a mean of coefficients; 64 products and their sum round 67 times in ITK's order, 21 times axis by axis."""

ROUNDED = (np.int16, np.int32, np.float32)
"""Number types that values are rounded to, so that most do not depend on the order of summation."""


@dataclass(frozen=True, slots=True, eq=False)
class SplineImage:
    """The spline through the voxels of an image, in a region of it.

    Parameters
    ----------
    coefficients
        float64, shape of the region, order z, y, x; those of the whole image's spline.
    region
        In indices of the image.
    geometry
        Of the image.
    dtype
        Of the image, and of what is resampled from it.
    error
        More than sums of the same products in two orders can differ; computed.

    Notes
    -----
    The spline of a 512 x 512 x 200 image takes 420 MB and half a second; in the region of a few ROIs it is much less.
    """

    coefficients: FloatArray
    region: Box
    geometry: Geometry
    dtype: np.dtype[Any]
    error: float = field(init=False)

    def __post_init__(self) -> None:
        largest = max(-float(self.coefficients.min()), float(self.coefficients.max()))
        object.__setattr__(self, "error", ROUNDINGS * float(np.finfo(np.float64).eps) * largest)

    @classmethod
    def of(cls, image: npt.NDArray[Any], geometry: Geometry, region: Box | None = None) -> "SplineImage":
        """Make the spline of an image (z, y, x) where it is needed; everywhere without a region."""
        z, y, x = (slice(0, size) for size in image.shape)
        kept = region or (z, y, x)
        seen = image if image.dtype in (np.int16, np.float32) else image.astype(np.float64)
        return cls(spline_coefficients(seen, kept), kept, geometry, image.dtype)

    def covers(self, region: Box) -> bool:
        """Tell whether the spline is known in a region of the image."""
        return all(a.start <= b.start and b.stop <= a.stop for a, b in zip(self.region, region, strict=True))

    def on(self, grid: Geometry, *, repeat_edge: bool = False) -> npt.NDArray[Any]:
        """Evaluate the spline at the voxels of a grid.

        Parameters
        ----------
        grid
            Any grid in the image's patient space: shifted, turned, finer or coarser.
        repeat_edge
            What lies outside of the image takes the value at its edge; else it is 0, as in ITK.

        Returns
        -------
        ndarray
            The grid's size, the image's dtype. Integers are cut off towards 0 after their limits, as ITK does.

        Raises
        ------
        ValueError
            The grid reaches beyond the region of the spline.

        References
        ----------
        ITK ``ResampleImageFilter`` with ``BSplineInterpolateImageFunction`` of order 3. An image of two voxels along
        an axis is mirrored at both; ITK reads beyond its memory there.
        """
        lines = lines_between(self.geometry, grid)
        needed = support([lines], self.geometry.size_zyx)
        if not self.covers(needed):
            message = f"the grid needs voxels {needed}, the spline has {self.region}"
            raise ValueError(message)
        axes = lines.axes()
        if axes is not None:
            return self._at_axes(axes, repeat_edge=repeat_edge)
        planes = lines.planes() if self.dtype in ROUNDED else None
        if planes is not None:
            return self._in_planes(planes, repeat_edge=repeat_edge)
        return _cast(self._along(lines, repeat_edge=repeat_edge), self.dtype)

    def _at_axes(self, axes: tuple[FloatArray, FloatArray, FloatArray], *, repeat_edge: bool) -> npt.NDArray[Any]:
        """Evaluate on a grid that is parallel to the image."""
        sizes = self.geometry.size_zyx
        if repeat_edge:
            z, y, x = (np.clip(places, 0.0, size - 1.0) for places, size in zip(axes, sizes, strict=True))
            axes = (z, y, x)
        (nz, wz), (ny, wy), (nx, wx) = (
            _nodes(places, size, span) for places, size, span in zip(axes, sizes, self.region, strict=True)
        )
        if self.dtype in ROUNDED:
            values: npt.NDArray[Any] = np.empty([places.size for places in axes], dtype=self.dtype)
            limits = _limits(self.dtype)
            at_product_rounded(self.coefficients, nz, ny, nx, wz, wy, wx, self.error, limits, values)
        else:
            values = _cast(at_product(self.coefficients, nz, ny, nx, wz, wy, wx), self.dtype)
        for axis, (places, size) in enumerate(zip(axes, sizes, strict=True)):
            outside = _beyond(places, size)
            if outside.any():
                np.moveaxis(values, axis, 0)[outside] = 0.0
        return values

    def _in_planes(self, places: tuple[FloatArray, FloatArray, FloatArray], *, repeat_edge: bool) -> npt.NDArray[Any]:
        """Evaluate on a grid that is turned within the planes of the image; places as :meth:`Lines.planes` has them."""
        shape = (places[0].size, *places[1].shape)
        sizes = self.geometry.size_zyx
        z, y, x = (part.ravel() for part in places)
        if repeat_edge:
            z, y, x = (np.clip(part, 0.0, size - 1.0) for part, size in zip((z, y, x), sizes, strict=True))
        (nz, wz), (ny, wy), (nx, wx) = (
            _nodes(part, size, span) for part, size, span in zip((z, y, x), sizes, self.region, strict=True)
        )
        values: npt.NDArray[Any] = np.empty((z.size, y.size), dtype=self.dtype)
        nodes = (nz.T.copy(), ny.T.copy(), nx.T.copy())
        weights = (wz.T.copy(), wy.T.copy(), wx.T.copy())
        at_planes(self.coefficients, *nodes, *weights, self.error, _limits(self.dtype), values)
        values[_beyond(z, sizes[0])] = 0
        values[:, _beyond(y, sizes[1]) | _beyond(x, sizes[2])] = 0
        return values.reshape(shape)

    def _along(self, lines: Lines, *, repeat_edge: bool) -> FloatArray:
        """Evaluate on any other grid."""
        first = np.array([span.start for span in self.region], dtype=np.int64)
        size = np.array(self.geometry.size_zyx, dtype=np.int64)
        values: FloatArray = at_lines(
            self.coefficients, first, size, lines.start, lines.stop, lines.size_zyx[2], repeat_edge
        )
        return values.reshape(lines.size_zyx)


def support(grids: Iterable[Lines], size_zyx: tuple[int, int, int]) -> Box:
    """Return the smallest region of an image of which the values on some grids are made, order z, y, x."""
    spans = [lines.span() for lines in grids]
    low = np.min([least for least, _ in spans], axis=0)
    high = np.max([greatest for _, greatest in spans], axis=0)
    z, y, x = (
        slice(max(min(int(np.floor(a)) - 2, size - 4), 0), min(max(int(np.floor(b)) + 4, 4), size))
        for a, b, size in zip(low, high, size_zyx, strict=True)
    )
    return (z, y, x)


def _beyond(places: FloatArray, size: int) -> npt.NDArray[np.bool_]:
    """Tell which places of one axis lie outside of the image."""
    return ~((places >= -0.5) & (places < size - 0.5))


def _nodes(places: FloatArray, size: int, kept: slice) -> tuple[IndexArray, FloatArray]:
    """Return indices in the kept ones and weights of four coefficients around places of one axis, shape (4, n)."""
    base = np.floor(places.astype(np.float32)).astype(np.int64)  # ITK rounds to single precision before it cuts off
    w = places - base
    third = (1.0 / 6.0) * w * w * w
    before = (1.0 / 6.0) + 0.5 * w * (w - 1.0) - third
    after = w + before - 2.0 * third
    weights = np.stack([before, 1.0 - before - after - third, after, third])
    nodes = base - 1 + np.arange(4)[:, None]
    if size == 1:
        return np.zeros_like(nodes), weights
    nodes = np.abs(nodes)
    nodes = np.where(nodes >= size - 1, 2 * (size - 1) - nodes, nodes)
    return np.clip(np.abs(nodes), kept.start, kept.stop - 1) - kept.start, weights


def _cast(values: FloatArray, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    """Bring values into a type as ITK does: limited, then cut off towards 0."""
    return values if dtype == np.float64 else np.clip(values, *_limits(dtype)).astype(dtype)


def _limits(dtype: np.dtype[Any]) -> tuple[float, float]:
    limits: Any = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
    return float(limits.min), float(limits.max)
