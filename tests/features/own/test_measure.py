"""Features of one's own: each has the value of its own formula, in both engines, and its description beside it."""

import math
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from radpipe.errors import ParameterError
from radpipe.features import own
from radpipe.features.catalogue import CLASS_NAMES, features_of
from radpipe.features.catalogue.describe import describe
from radpipe.features.catalogue.record import Definition
from radpipe.features.engine import choose_engine
from radpipe.features.inputs import RoiImage
from radpipe.features.own import FAMILIES, OwnFeature
from radpipe.features.own.measure import SUBJECTS, measure_own
from radpipe.features.params_file import parse_params
from radpipe.geometry import Geometry
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask, Volume

LENGTH = OwnFeature("CubeEdge", "mm", "edge of the cube of equal volume", Definition("V^(1/3)", "", "", "made"),
                    lambda s: s.voxels_mm3 ** (1 / 3))  # fmt: skip


@pytest.fixture
def with_cube_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second own feature of form, entered where a programmer would enter it."""
    families = {**FAMILIES, "shape": (*FAMILIES["shape"], LENGTH)}
    for module in (own, __import__("radpipe.features.params.params", fromlist=["_"])):
        monkeypatch.setattr(module, "FAMILIES", families)


def measured(engine: str, content: dict[str, Any]) -> FeatureVector:
    geometry = Geometry((8, 9, 10), (2.0, 1.0, 1.0))
    volume = Volume(np.random.default_rng(1).integers(0, 100, geometry.size_zyx).astype(np.int16), geometry, "HU")
    inside = np.zeros(geometry.size_zyx, dtype=bool)
    inside[2:6, 2:6, 2:6] = True  # 64 voxels of 2 mm3
    vector = choose_engine(engine).measure(volume, {"cube": Mask.of(inside, geometry)}, parse_params(content))["cube"]
    assert isinstance(vector, FeatureVector)
    return vector


@pytest.mark.usefixtures("with_cube_edge")
@pytest.mark.parametrize("engine", ["native", "pyradiomics"])
def test_a_new_feature_has_its_own_value_beside_the_others(engine: str) -> None:
    # Once any name of the section had the value of CompactnessA.
    if engine == "pyradiomics":
        pytest.importorskip("radiomics")
    found = measured(
        engine,
        {"featureClass": {"shape": ["MeshVolume", "SurfaceArea"]}, "radpipe": {"shape": ["CubeEdge", "CompactnessA"]}},
    )
    assert found.names[-2:] == ("radpipe_shape_CubeEdge", "radpipe_shape_CompactnessA")
    values = found.as_dict()
    assert values["radpipe_shape_CubeEdge"] == pytest.approx(128 ** (1 / 3), rel=1e-12)
    by_hand = values["original_shape_MeshVolume"] / (
        math.sqrt(math.pi) * values["original_shape_SurfaceArea"] ** (2 / 3)
    )
    assert values["radpipe_shape_CompactnessA"] == pytest.approx(by_hand, rel=1e-12)


def test_own_features_need_no_class_of_pyradiomics() -> None:
    found = measured("native", {"featureClass": {"firstorder": ["Mean"]}, "radpipe": {"shape": ["CompactnessA"]}})
    assert found.names == ("original_firstorder_Mean", "radpipe_shape_CompactnessA")


@pytest.mark.usefixtures("with_cube_edge")
def test_a_new_feature_is_described_where_it_is_defined() -> None:
    told = describe("radpipe_shape_CubeEdge")
    assert (told.unit, told.description, told.definition.formula) == (LENGTH.unit, LENGTH.description, "V^(1/3)")
    with pytest.raises(KeyError, match="shape Roundness"):
        describe("radpipe_shape_Roundness")


def test_an_unknown_feature_is_refused_with_the_nearest() -> None:
    with pytest.raises(ParameterError, match=r"radpipe\.shape\.Compactness is unknown; did you mean CompactnessA\?"):
        parse_params({"radpipe": {"shape": ["Compactness"]}})
    with pytest.raises(ParameterError, match=r"radpipe\.shape is 'CompactnessA'; allowed: a list of names"):
        parse_params({"radpipe": {"shape": "CompactnessA"}})
    with pytest.raises(ParameterError, match=r"radpipe\.form is unknown; allowed: shape"):
        replace(parse_params({}), own={"form": ("CompactnessA",)})


def test_a_family_that_is_known_is_not_measured_again() -> None:
    roi = RoiImage(np.zeros((3, 3, 3)), np.ones((3, 3, 3), dtype=bool), (1.0, 1.0, 1.0))
    shape = SUBJECTS["shape"](roi)
    larger = replace(shape, volume_mm3=2 * shape.volume_mm3)
    once, twice = (measure_own({"shape": ("CompactnessA",)}, roi, known) for known in ({}, {"shape": larger}))
    assert twice["radpipe_shape_CompactnessA"] == pytest.approx(2 * once["radpipe_shape_CompactnessA"], rel=1e-12)
    assert measure_own({"shape": ()}, roi, {}) == {}


def test_families_have_subjects_and_names_that_nobody_else_has() -> None:
    assert set(FAMILIES) == set(SUBJECTS)
    names = [(family, feature.name) for family, features in FAMILIES.items() for feature in features]
    assert len(set(names)) == len(names)
    all_of = partial(features_of, include_deprecated=True)
    assert not set(names) & {(name, feature.name) for name in CLASS_NAMES for feature in all_of(name)}
    assert all(feature.description and feature.definition.formula for some in FAMILIES.values() for feature in some)
