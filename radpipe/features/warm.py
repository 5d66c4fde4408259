"""Compile the kernels of the native engine once for a machine, before workers start and load them from the cache."""

import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.features.inputs import padded
from radpipe.features.native import NativeEngine
from radpipe.features.params import ImageType, Params
from radpipe.features.settings import Settings
from radpipe.features.spline import SplineImage
from radpipe.geometry import Geometry
from radpipe.kernels._cached import FILL, all_cached, fill
from radpipe.kernels.ball import ball_means
from radpipe.kernels.bins import locate, ranks
from radpipe.kernels.distance import squared_distances
from radpipe.kernels.gaussian import laplacian_of_gaussian
from radpipe.kernels.neighbours import count_dependences, pair_keys, sum_tone_differences
from radpipe.kernels.parts import parts_and_holes
from radpipe.kernels.plane import plane_parts
from radpipe.kernels.png import unfiltered
from radpipe.kernels.polygon import distance_to_edges, fill_even_odd
from radpipe.kernels.runs import count_pairs_and_runs
from radpipe.kernels.spans import gathered, spans_of
from radpipe.kernels.tally import tally
from radpipe.kernels.warp import warped
from radpipe.kernels.wavelet import convolved
from radpipe.kernels.zones import examination, zone_numbers, zone_sizes
from radpipe.volume import Mask, Volume

__all__ = [
    "compile_kernels",
    "load_classes",
    "load_flat",
    "load_kernels",
    "load_logs",
    "load_splines",
    "load_wavelets",
]


def compile_kernels(tell: Callable[[str], None]) -> bool:
    """Compile the kernels into their folder, in a process of its own, where no process did it yet.

    Parameters
    ----------
    tell
        Is given a line before it begins, because it takes half a minute.

    Returns
    -------
    bool
        Whether anything had to be compiled.
    """
    if all_cached():
        return False
    tell("compiling kernels, once for this kind of processor (half a minute) ...")
    if fill(_compiled_into) is None:
        tell("kernels cannot be kept on disk: each run compiles what it needs (RADPIPE_KERNELS=FOLDER says where)")
    return True


def _compiled_into(folder: Path) -> bool:
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_DISABLE_JIT"}
    words = [sys.executable, "-c", f"from {__name__} import load_kernels; load_kernels()"]
    ended = subprocess.run(
        words, env={**environment, FILL: str(folder)}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
    )
    return ended.returncode == 0


def load_kernels() -> None:
    """Load all kernels into this process, from the cache or compiled, by measuring small made ROIs."""
    for load in (load_classes, load_flat, load_splines, load_logs, load_wavelets, _load_rare):
        load()


def load_classes() -> None:
    """Load what every run needs: contours, form and texture in 3D, parts of masks."""
    parts_and_holes(np.ones((1, 1, 1), dtype=np.bool_))
    plane_parts(np.ones((1, 1), dtype=np.bool_))
    fill_even_odd(np.array([[0.0, 0.0], [0.0, 2.0], [2.0, 0.0]]), np.array([0, 3]), (3, 3))
    for kind in (np.int16, np.float32):
        _measure((16, 17, 18), ("shape", "firstorder", "glcm", "glrlm", "glszm", "gldm", "ngtdm"), kind, force_2d=False)


def load_flat() -> None:
    """Load what radiographs need: 8-bit grey, and form in 2D."""
    unfiltered(np.frombuffer(bytes(4), dtype=np.uint8).reshape(2, 2))
    tally(np.zeros(1, dtype=np.uint8), 0, 1)
    parts_and_holes(np.ones((1, 1, 1), dtype=np.bool_))
    _measure_flat(np.int16)


def _measure_flat(kind: type) -> None:
    _measure((1, 15, 16), ("shape2D", "firstorder", "glcm", "glrlm", "glszm", "gldm", "ngtdm"), kind, force_2d=True)


def _measure(shape: tuple[int, int, int], classes: tuple[str, ...], kind: type, *, force_2d: bool) -> None:
    geometry = Geometry(shape, (1.0, 1.0, 1.0))
    values: npt.NDArray[Any] = np.random.default_rng(0).normal(0, 4, shape).astype(kind)
    params = Params(
        "warm", (ImageType("Original"),), dict.fromkeys(classes), Settings(force_2d=force_2d, bin_width=1.0)
    )
    masks = {"all": Mask.of(np.ones(shape, dtype=bool), geometry)}
    NativeEngine().measure(Volume(values, geometry, "HU"), masks, params)


def load_splines() -> None:
    """Load what resampling of CTs and of images of fractions needs."""
    for kind in (np.int16, np.float32):
        _spline(kind).on(Geometry((2, 2, 2), (1.0, 1.0, 1.0)))


def _spline(kind: type) -> SplineImage:
    return SplineImage.of(np.zeros((4, 4, 4), dtype=kind), Geometry((4, 4, 4), (1.0, 1.0, 1.0)))


def load_logs() -> None:
    """Load the LoG of CTs and of images of fractions."""
    for kind in (np.int16, np.float32):
        laplacian_of_gaussian(np.zeros((4, 4, 4), dtype=kind), (1.0, 1.0, 1.0), 1.0)


def load_wavelets() -> None:
    """Load wavelets in both precisions, what knows their coefficients, and hundreds of gray levels."""
    import_module("pywt")
    _load_levels(np.uint16)
    gathered(np.zeros((1, 1, 1), dtype=np.float64), spans_of(np.ones((1, 1, 1), dtype=np.bool_), 0), 0)
    for axis in range(3):
        convolved(np.zeros((4, 4, 4), dtype=np.float32), np.ones(2, dtype=np.float32), axis)
        convolved(np.zeros((4, 4, 4), dtype=np.float64), np.ones(2, dtype=np.float64), axis)


def _load_rare() -> None:
    """Load what few runs need: a worker that does takes it from the cache."""
    triangle, starts = np.array([[0.0, 0.0], [0.0, 2.0], [2.0, 0.0]]), np.array([0, 3])
    distance_to_edges(triangle, triangle, starts)
    _measure_flat(np.float32)
    box = np.ones((1, 1, 1), dtype=np.bool_)
    tally(np.zeros(1, dtype=np.uint16), 0, 1)
    for values in (np.uint8, np.uint16, np.uint32, np.uint64):
        gathered(np.zeros((1, 1, 1), dtype=values), spans_of(box, 0), 0)
    _load_levels(np.uint32)
    place = np.zeros((1, 3), dtype=np.int64)
    ball_means(np.zeros((1, 1, 1)), place, place)
    turned = (0.8, -0.6, 0.0, 0.6, 0.8, 0.0, 0.0, 0.0, 1.0)
    oblique = (1.0, 0.0, 0.0, 0.0, 0.8, -0.6, 0.0, 0.6, 0.8)
    for kind in (np.int16, np.int32, np.float32, np.float64):
        spline = _spline(kind)
        for direction in ((1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0), turned, oblique):
            spline.on(Geometry((2, 2, 2), (1.0, 1.0, 1.0), direction=direction))
    squared_distances(np.ones((2, 2, 2), dtype=np.bool_), (1.0, 1.0, 1.0))
    warped(np.ones((2, 2, 2), dtype=np.bool_), *np.zeros((3, 2, 2, 2)))


def _load_levels(kind: type[np.unsignedinteger[Any]]) -> None:
    """Load what counts gray levels of more than 8 bits."""
    grid = padded(np.ones(8, dtype=kind), np.ones((2, 2, 2), dtype=np.bool_), 1)
    steps = np.ones(1, dtype=np.int64)
    pair_keys(grid.slots, grid.spans, 1, 1)
    order, apart, lowest = examination(((0, 0, 1),))
    zone_numbers(grid.slots, grid.spans, steps[order], apart, lowest)
    count_pairs_and_runs(grid.slots, grid.spans, steps, 1, 1, with_pairs=True)
    count_dependences(grid.slots, grid.slots, grid.spans, steps, 1, 0)
    sum_tone_differences(grid.slots, grid.slots, grid.spans, steps, 1)
    zone_sizes(grid.slots, grid.spans, steps[order], apart, lowest)
    ranked = np.array([1, 3], dtype=kind)
    ranks(ranked)
    locate(np.zeros(2), np.arange(3.0), np.dtype(kind))
