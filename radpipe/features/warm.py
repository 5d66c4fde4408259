"""Compile the kernels of the native engine once for a machine, before workers start and load them from the cache."""

from collections.abc import Callable
from importlib import import_module

import numpy as np

from radpipe.features.classes.inputs import padded
from radpipe.features.native import NativeEngine
from radpipe.features.params import ImageType, Params
from radpipe.features.settings import Settings
from radpipe.features.spline import SplineImage
from radpipe.geometry import Geometry
from radpipe.kernels._jit import is_compiled
from radpipe.kernels.ball import ball_means
from radpipe.kernels.gaussian import laplacian_of_gaussian
from radpipe.kernels.neighbours import pair_keys
from radpipe.kernels.polygon import distance_to_edges, fill_even_odd
from radpipe.kernels.wavelet import convolved
from radpipe.kernels.zones import examination, zone_numbers
from radpipe.volume import Mask, Volume

__all__ = ["KERNEL_MODULES", "compile_kernels", "load_kernels"]

KERNEL_MODULES = (
    "ball",
    "bins",
    "bspline",
    "cooccurrence",
    "diameters",
    "emphases",
    "lanczos",
    "gaussian",
    "moments",
    "neighbours",
    "perimeter",
    "polygon",
    "runs",
    "selection",
    "statistics",
    "surface",
    "wavelet",
    "zones",
)
"""Modules of :mod:`radpipe.kernels` that hold kernels."""


def compile_kernels(tell: Callable[[str], None]) -> bool:
    """Compile the kernels where the cache has not all of them.

    Parameters
    ----------
    tell
        Is given a line before it begins, because it takes half a minute.

    Returns
    -------
    bool
        Whether anything had to be compiled.
    """
    if all(is_compiled(import_module(f"radpipe.kernels.{name}")) for name in KERNEL_MODULES):
        return False
    tell("compiling kernels, once for this machine (half a minute) ...")
    load_kernels()
    return True


def load_kernels() -> None:
    """Load all kernels into this process, from the cache or compiled, by measuring a small made ROI."""
    triangle, starts = np.array([[0.0, 0.0], [0.0, 2.0], [2.0, 0.0]]), np.array([0, 3])
    fill_even_odd(triangle, starts, (3, 3))
    distance_to_edges(triangle, triangle, starts)
    grid = padded(np.ones(8, dtype=np.uint32), np.ones((2, 2, 2), dtype=np.bool_), 1)
    pair_keys(grid.slots, grid.voxels, np.uint64(1), 1)
    order, apart, lowest = examination(((0, 0, 1),))
    zone_numbers(grid.slots, grid.voxels, np.ones(1, dtype=np.uint64)[order], apart, lowest)
    place = np.zeros((1, 3), dtype=np.int64)
    ball_means(np.zeros((1, 1, 1)), place, place)
    _load_filters()
    _load_splines()
    random = np.random.default_rng(0)
    engine = NativeEngine()
    for shape, classes, force_2d in (
        ((16, 17, 18), ("shape", "firstorder", "glcm", "glrlm", "glszm", "gldm", "ngtdm"), False),
        ((1, 5, 6), ("shape2D",), True),
    ):
        geometry = Geometry(shape, (1.0, 1.0, 1.0))
        volume = Volume(random.normal(0, 100, shape).astype(np.float32), geometry, "HU")
        params = Params("warm", (ImageType("Original"),), dict.fromkeys(classes), Settings(force_2d=force_2d))
        engine.measure(volume, {"all": Mask.of(np.ones(shape, dtype=bool), geometry)}, params)


def _load_filters() -> None:
    for kind in (np.int16, np.float32):
        for writeable in (False, True):
            image = np.zeros((4, 4, 4), dtype=kind)
            image.setflags(write=writeable)
            laplacian_of_gaussian(image, (1.0, 1.0, 1.0), 1.0)
    for axis in range(3):
        convolved(np.zeros((4, 4, 4), dtype=np.float32), np.ones(2, dtype=np.float32), axis)
        convolved(np.zeros((4, 4, 4), dtype=np.float64), np.ones(2, dtype=np.float64), axis)


def _load_splines() -> None:
    grid = Geometry((2, 2, 2), (1.0, 1.0, 1.0))
    oblique = Geometry((2, 2, 2), (1.0, 1.0, 1.0), direction=(0.8, -0.6, 0.0, 0.6, 0.8, 0.0, 0.0, 0.0, 1.0))
    for kind in (np.int16, np.int32, np.float32, np.float64):
        for writeable in (False, True):
            image = np.zeros((4, 4, 4), dtype=kind)
            image.setflags(write=writeable)
            spline = SplineImage.of(image, Geometry((4, 4, 4), (1.0, 1.0, 1.0)))
            spline.on(grid)
            spline.on(oblique)
