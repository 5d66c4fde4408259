"""What a feature class is given: the ROI's voxels, its gray levels, and the settings of the classes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.features.settings import WeightingNorm
from radpipe.features.tally import Tally
from radpipe.kernels.bins import ranks
from radpipe.kernels.spans import Levels, Spans, gathered, lay_out, spans_of
from radpipe.kernels.tally import replaced

__all__ = [
    "EPSILON",
    "GrayLevels",
    "Grid",
    "Layout",
    "RoiImage",
    "TextureOptions",
    "level_type",
    "padded",
]

EPSILON = float(np.spacing(1))
"""PyRadiomics adds it inside logarithms and to divisors."""


@dataclass(frozen=True, slots=True)
class RoiImage:
    """The image in the ROI's bounding box.

    Parameters
    ----------
    image
        Values, original or filtered, shape (z, y, x).
    mask
        The ROI, same shape.
    spacing_zyx_mm
        Voxel spacing.
    gathered
        The mask's values in (z, y, x) order, where they were taken from the image already; shape (N,).
    tally
        How often each of them occurs, where they are whole numbers and were counted.
    """

    image: npt.NDArray[np.float64]
    mask: npt.NDArray[np.bool_]
    spacing_zyx_mm: tuple[float, float, float]
    gathered: npt.NDArray[Any] | None = None
    tally: Tally | None = None

    @property
    def inside(self) -> npt.NDArray[np.float64]:
        """Values of the mask's voxels in (z, y, x) order, shape (N,)."""
        values = self.image[self.mask] if self.gathered is None else self.gathered
        return values.astype(np.float64, copy=False)


def level_type(highest: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest type that holds gray levels up to the highest, and one more."""
    return np.uint8 if highest < 2**8 - 1 else np.uint16 if highest < 2**16 - 1 else np.uint32


@dataclass(frozen=True, slots=True, eq=False)
class GrayLevels:
    """The binned ROI.

    Parameters
    ----------
    slots
        Shape (N,), voxels in (z, y, x) order: rank of the voxel's gray level among those that occur, from 1; of the
        smallest unsigned type that all gray levels fit in.
    level
        int64, shape (n + 1,): gray level of each slot, rising; 0 for slot 0.
    voxels
        int64, shape (n,): voxels of each gray level that occurs.
    """

    slots: Levels
    level: npt.NDArray[np.int64]
    voxels: npt.NDArray[np.int64]

    @classmethod
    def of(cls, levels: npt.NDArray[np.integer[Any]]) -> "GrayLevels":
        """Rank the gray levels, counted from 1, of the ROI's voxels."""
        slots, counts = ranks(levels.astype(level_type(int(levels.max())), copy=False))
        present = np.flatnonzero(counts)
        return cls(slots, np.concatenate([[0], present]), counts[present])

    @classmethod
    def of_tally(cls, values: npt.NDArray[Any], tally: Tally, levels: npt.NDArray[np.integer[Any]]) -> "GrayLevels":
        """Rank the gray levels of whole numbers.

        Parameters
        ----------
        values
            Of the ROI's voxels in (z, y, x) order, shape (N,).
        tally
            Of the values.
        levels
            Gray level of each of the tally's numbers, counted from 1.
        """
        voxels = np.bincount(levels, weights=tally.counts).astype(np.int64)
        table = np.cumsum(voxels > 0)[levels].astype(level_type(len(voxels) - 1))
        present = np.flatnonzero(voxels)
        return cls(replaced(values, tally.lowest, table), np.concatenate([[0], present]), voxels[present])

    @property
    def present(self) -> npt.NDArray[np.int64]:
        """Gray levels that occur, shape (n,), rising."""
        return self.level[1:]

    @property
    def highest(self) -> int:
        """The highest gray level, PyRadiomics' ``Ng``."""
        return int(self.level[-1])


@dataclass(frozen=True, slots=True)
class TextureOptions:
    """Settings of PyRadiomics' feature classes, with its defaults.

    Parameters
    ----------
    distances
        Chebyshev distances of neighbours in voxels, for GLCM, GLDM and NGTDM.
    flat_axis
        The axis (0 is z) along which neighbours are not sought; None with ``force2D`` off.
    weighting_norm
        One matrix weighted by the steps' lengths, for GLCM and GLRLM; None gives one matrix a direction.
    symmetrical_glcm
        Count each pair in both directions.
    gldm_alpha
        Largest difference in gray level at which voxels depend on each other.
    voxel_array_shift
        Added to each value before Energy, TotalEnergy and RootMeanSquared, in the image's unit.
    """

    distances: tuple[int, ...] = (1,)
    flat_axis: int | None = None
    weighting_norm: WeightingNorm | None = None
    symmetrical_glcm: bool = True
    gldm_alpha: float = 0.0
    voxel_array_shift: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where a ROI's voxels lie on a padded grid in one dimension; images derived from one share it.

    Parameters
    ----------
    spans
        Of the voxels; see :mod:`radpipe.kernels.spans`.
    reach
        Cells of padding around the mask's box.
    cells
        Of the grid.
    strides
        int64, shape (3,): step to the next voxel along z, y and x.
    """

    spans: Spans
    reach: int
    cells: int
    strides: npt.NDArray[np.int64]

    @classmethod
    def of(cls, mask: npt.NDArray[np.bool_], reach: int) -> "Layout":
        """Pad a mask, shape (z, y, x), so that a step of ``reach`` never leaves the grid."""
        nz, ny, nx = (size + 2 * reach for size in mask.shape)
        strides = np.array([ny * nx, nx, 1], dtype=np.int64)
        return cls(spans_of(mask, reach), reach, nz * ny * nx, strides)

    def gathered(self, image: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the values of the voxels of an image in the mask's box, in (z, y, x) order, shape (N,)."""
        return gathered(image, self.spans, self.reach)

    @property
    def voxels(self) -> int:
        """Number of voxels."""
        starts, stops, _ = self.spans
        return int((stops - starts).sum())

    def steps(self, offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the step to the neighbour at each offset (z, y, x) of a positive direction, shape (A,)."""
        return np.asarray(offsets @ self.strides)


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Ranks of gray levels on a padded grid, as kernels take them.

    Parameters
    ----------
    slots
        Shape (cells,); 0 outside the ROI.
    layout
        Of the ROI's voxels.
    """

    slots: Levels
    layout: Layout

    @property
    def spans(self) -> Spans:
        """Of the ROI's voxels."""
        return self.layout.spans

    def levels(self, gray: GrayLevels) -> Levels:
        """Return gray levels in place of their ranks; the grid may be a part of the ROI, such as a slice."""
        if gray.highest == len(gray.present):
            return self.slots
        return np.asarray(gray.level.astype(self.slots.dtype)[self.slots])


def padded(slots: Levels, mask: npt.NDArray[np.bool_], reach: int) -> Grid:
    """Lay the slots of a mask's voxels out on a grid that a step of ``reach`` never leaves."""
    layout = Layout.of(mask, reach)
    return Grid(lay_out(slots, layout.spans, layout.cells), layout)
