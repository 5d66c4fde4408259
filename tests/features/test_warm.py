"""Kernels are compiled once: told when it takes long, silent and quick when the cache has them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
from radpipe.features.warm import compile_kernels
told = []
print(compile_kernels(told.append), len(told))
"""


MEASURE = """
import importlib, pkgutil
import numpy as np
import radpipe.kernels
from radpipe.features.native import NativeEngine
from radpipe.features.params import ImageType, Params
from radpipe.features.settings import Settings
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

random = np.random.default_rng(1)
geometry = Geometry((9, 20, 21), (3.0, 1.0, 1.0))
part = np.zeros(geometry.size_zyx, dtype=bool)
part[2:7, 3:15, 4:16] = random.random((5, 12, 12)) < 0.8
classes = dict.fromkeys(("shape", "firstorder", "glcm", "glrlm", "glszm", "gldm", "ngtdm"))
images = (ImageType("Original"), ImageType("Wavelet"), ImageType("LoG", {"sigma": [3.0]}))
resampled = {"resampledPixelSpacing": (1.0, 1.0, 1.0), "interpolator": "sitkBSpline", "resegmentRange": (-250.0, 250.0)}
for kind in (np.int16, np.float32):
    volume = Volume(random.normal(0, 100, geometry.size_zyx).astype(kind), geometry, "HU")
    for settings in ({}, resampled, {"force2D": True, "weightingNorm": "euclidean"}):
        params = Params("p", images, classes, Settings.of(settings))
        NativeEngine().measure(volume, {"part": Mask.of(part, geometry)}, params)
missed = []
for module in pkgutil.iter_modules(radpipe.kernels.__path__):
    for name, kernel in vars(importlib.import_module(f"radpipe.kernels.{module.name}")).items():
        if getattr(kernel, "stats", None) is not None:
            missed += [f"{name}{signature}" for signature in kernel.stats.cache_misses]
print("not in the cache:", missed)
"""


def compiled(base: Path, script: str = SCRIPT, **environment: str) -> str:
    told = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "RADPIPE_KERNELS": str(base), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.strip()


@pytest.mark.slow_ci
def test_kernels_are_compiled_into_their_folder_once_and_said_so(tmp_path: Path) -> None:
    assert compiled(tmp_path) == "True 1"
    assert compiled(tmp_path) == "False 0"
    # Another processor reads nothing of it: it compiles for itself, once.
    assert compiled(tmp_path, NUMBA_CPU_NAME="generic") == "True 1"
    assert compiled(tmp_path, NUMBA_CPU_NAME="generic") == "False 0"
    assert len(list(tmp_path.iterdir())) == 2


def test_nothing_is_left_for_the_workers_to_compile() -> None:
    done = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "not in the cache: []"
