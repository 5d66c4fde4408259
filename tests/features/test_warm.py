"""Kernels are compiled once: told when it takes long, silent and quick when the cache has them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import radpipe.kernels
from radpipe.features.warm import KERNEL_MODULES

SCRIPT = """
from radpipe.features.warm import compile_kernels
told = []
print(compile_kernels(told.append), len(told))
"""


MEASURE = """
import numpy as np
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
"""


def compiled(cache: Path, script: str = SCRIPT, **environment: str) -> str:
    told = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "NUMBA_CACHE_DIR": str(cache), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.strip()


@pytest.mark.slow_ci
def test_kernels_are_compiled_into_the_cache_once_and_said_so(tmp_path: Path) -> None:
    assert compiled(tmp_path) == "True 1"
    assert compiled(tmp_path) == "False 0"
    kept = set(tmp_path.rglob("*.nbc"))
    compiled(tmp_path, MEASURE)
    assert {path.name for path in set(tmp_path.rglob("*.nbc")) - kept} == set()  # nothing is left for the workers


def test_every_module_of_kernels_is_compiled() -> None:
    folder = Path(radpipe.kernels.__file__).parent
    modules = {path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")}
    assert modules == set(KERNEL_MODULES)
