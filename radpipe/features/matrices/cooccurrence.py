"""Co-occurrence matrices (IBSI 3.6), normalised as PyRadiomics 3.0.1 does it, with what their features share.

``P[i, j]`` of a direction is the share of neighbouring voxel pairs with gray levels i and j. Sums run in PyRadiomics'
order, so that a difference that is 0 there (in ``Imc2``) is 0 here and not 1e-8.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from radpipe.features.inputs import EPSILON

__all__ = ["Cooccurrence", "Moments"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Means over the cells of each direction, shape (A,) each; x is i - ux and y is j - uy.

    Parameters
    ----------
    product, squared_gap, energy
        Of i j, of (i - j)^2, and of p.
    xx, yy, xy
        Of the products of x and y.
    second, third, fourth
        Of the powers of x + y.
    largest
        The largest p, no mean.
    """

    product: FloatArray
    squared_gap: FloatArray
    energy: FloatArray
    xx: FloatArray
    yy: FloatArray
    xy: FloatArray
    second: FloatArray
    third: FloatArray
    fourth: FloatArray
    largest: FloatArray


@dataclass(frozen=True, eq=False)
class Cooccurrence(ABC):
    """Normalised matrices of A directions and n gray levels, and what features share.

    Arrays of one value a cell have the shape that the subclass says, or are broadcast to it: all cells of
    :class:`radpipe.features.matrices.dense_pairs.DensePairs`, a list of those that are not empty of
    :class:`radpipe.features.matrices.sparse_pairs.SparsePairs`.

    Parameters
    ----------
    p
        Probability of each cell.
    i, j
        Gray levels of each cell.
    sums
        int64: i + j - 2 of each cell of one direction, or of each cell in a list.
    highest
        The highest gray level Ng.
    px, py
        float64, shape (n, A): marginal probabilities of rows and columns.
    ux, uy
        float64, shape (A,): mean gray levels of rows and columns.
    p_sum, p_difference
        float64, shapes (2 Ng - 1, A) and (Ng, A): probability of i + j = k from k = 2, and of abs(i - j) = k from 0.
    entropy
        float64, shape (A,): joint entropy in bits.
    """

    p: FloatArray
    i: FloatArray
    j: FloatArray
    sums: IntArray
    highest: int
    px: FloatArray
    py: FloatArray
    ux: FloatArray
    uy: FloatArray
    p_sum: FloatArray
    p_difference: FloatArray
    entropy: FloatArray

    @abstractmethod
    def total(self, terms: FloatArray) -> FloatArray:
        """Sum one term a cell over each direction's cells, shape (A,)."""

    @abstractmethod
    def at(self, values: FloatArray) -> FloatArray:
        """Return the value of each cell's direction, of values of shape (A,)."""

    @abstractmethod
    def at_sum(self, values: FloatArray) -> FloatArray:
        """Return the value of each cell's i + j and direction, of values of shape (2 Ng - 1, A), from i + j = 2."""

    @abstractmethod
    def largest(self) -> FloatArray:
        """Return the largest p of each direction, shape (A,)."""

    @abstractmethod
    def product(self) -> FloatArray:
        """Return px py of each cell."""

    @abstractmethod
    def entropy_of_product(self) -> FloatArray:
        """Return -sum px py log2(px py + eps) over all cells of each direction, empty ones too, shape (A,)."""

    def cross_entropy(self) -> FloatArray:
        """Return -sum p log2(px py + eps) of each direction, shape (A,)."""
        return -self.total(self.p * self.independent[1])

    @abstractmethod
    def maximal_correlation(self) -> FloatArray:
        """Return Haralick's f14 of each direction, shape (A,)."""

    def powers(self) -> FloatArray:
        """Return second to fourth power of k - ux - uy, shape (3, 2 Ng - 1, A), from k = 2."""
        k = np.arange(2, 2 * self.highest + 1, dtype=np.float64)[:, None] - self.ux - self.uy
        return np.stack([k**2, k**3, k**4])

    @cached_property
    def moments(self) -> Moments:
        """Means over the cells of each direction."""
        return self.moments_by_cells()

    def moments_by_cells(self) -> Moments:
        """Compute the means with one term a cell."""
        x, y = self.i - self.at(self.ux), self.j - self.at(self.uy)
        second, third, fourth = (self.total(self.p * self.at_sum(power)) for power in self.powers())
        return Moments(
            self.total(self.p * (self.i * self.j)),
            self.total(self.p * np.abs(self.i - self.j) ** 2),
            self.total(self.p**2),
            self.total(self.p * x**2),
            self.total(self.p * y**2),
            self.total(self.p * x * y),
            second,
            third,
            fourth,
            self.largest(),
        )

    @cached_property
    def independent(self) -> tuple[FloatArray, FloatArray]:
        """The product px py of each cell, and its logarithm to base 2."""
        product = self.product()
        return product, np.log2(product + EPSILON)
