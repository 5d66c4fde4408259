"""Rotation invariance: separable kernels turned by right angles, and their responses brought together."""

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
from scipy import ndimage

from radpipe.features.ibsi.filters.boundary import MODES, Boundary, FloatArray

__all__ = ["Pooling", "pooled", "rotated", "rotations"]

Pooling = Literal["max", "average"]


def rotations(flat: bool) -> Iterator[tuple[tuple[int, int, int], tuple[int, int, int]]]:
    """Yield the right-angled rotations: which axis of the kernel comes to lie along z, y and x, and its direction.

    Parameters
    ----------
    flat
        Within slices only: the axis across them stays as it is.

    Yields
    ------
    order, signs
        Axes of the kernel (0 is z) in the order z, y, x, and 1 or -1 for each; 24 in space, 4 within slices, the
        kernel as it is first.
    """
    for order in itertools.permutations((0, 1, 2)):
        if flat and order[0] != 0:
            continue
        parity = 1 if order in ((0, 1, 2), (1, 2, 0), (2, 0, 1)) else -1
        for signs in itertools.product((1, -1), repeat=3):
            if math.prod(signs) == parity and not (flat and signs[0] != 1):
                yield (order[0], order[1], order[2]), (signs[0], signs[1], signs[2])


def pooled(responses: Iterator[FloatArray], pooling: Pooling) -> FloatArray:
    """Bring the responses of all rotations together, one at a time in memory.

    Parameters
    ----------
    responses
        Maps of one shape, at least one.
    pooling
        The greatest value of each voxel, or their mean.

    Returns
    -------
    ndarray
        A map of that shape.
    """
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
            image = ndimage.convolve1d(image, kernel, axis, mode=MODES[boundary])
    return image


def rotated(
    image: FloatArray,
    steps: Sequence[Sequence[FloatArray | None]],
    flat: bool,
    boundary: Boundary,
    rotation_invariant: bool,
) -> Iterator[FloatArray]:
    """Yield the response to separable kernels, applied one step after the other, for each rotation.

    Parameters
    ----------
    image
        Axes (z, y, x).
    steps
        Of each step the kernels along z, y and x; None leaves an axis.
    flat
        Rotations within slices only.
    boundary
        What lies outside the image.
    rotation_invariant
        Whether there is more than one rotation.

    Yields
    ------
    ndarray
        A response of the image's shape.
    """
    turns = list(rotations(flat)) if rotation_invariant else [((0, 1, 2), (1, 1, 1))]
    for order, signs in turns:
        response = image
        for kernels in steps:
            turned = [
                None if kernels[axis] is None else kernels[axis][::sign]  # type: ignore[index]
                for axis, sign in zip(order, signs, strict=True)
            ]
            response = _separable(response, turned, boundary)
        yield response
