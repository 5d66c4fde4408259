"""The native engine against values that PyRadiomics 3.0.1 gave, on every Python, without PyRadiomics."""

import base64
import json
import math
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radpipe.features.comparison import compare_values
from radpipe.features.native import NativeEngine
from radpipe.features.params_file import parse_params
from radpipe.geometry import Geometry
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask, Volume

REFERENCE = json.loads((Path(__file__).parents[1] / "numbers" / "pyradiomics_3_0_1.json").read_text(encoding="utf-8"))
"""Made by ``tests/numbers/make_pyradiomics_reference.py``."""


def unpacked(told: dict[str, Any]) -> np.ndarray:
    data = zlib.decompress(base64.b64decode(told["zlib_base64"]))
    return np.frombuffer(data, dtype=told["dtype"]).reshape(told["shape"]).copy()


@pytest.mark.parametrize("run", REFERENCE["runs"], ids=lambda run: run["name"])
def test_the_engine_gives_the_values_of_pyradiomics(run: dict[str, Any]) -> None:
    image = unpacked(REFERENCE["image"])
    geometry = Geometry(image.shape, tuple(REFERENCE["spacing_zyx_mm"]))
    volume, mask = Volume(image, geometry, "HU"), Mask.of(unpacked(REFERENCE["mask"]), geometry)
    classes = {name: some or None for name, some in run["params"]["featureClass"].items()}
    found = NativeEngine().measure(volume, {"roi": mask}, parse_params({**run["params"], "featureClass": classes}))[
        "roi"
    ]
    assert isinstance(found, FeatureVector)
    expected = {name: math.nan if value is None else value for name, value in run["values"].items()}
    assert list(found.names) == list(expected)
    differing = [one for one in compare_values("roi", found.as_dict(), expected) if not one.accepted]
    assert not differing
