"""The native engine by IBSI's definition: one ROI costs no other, columns describe themselves."""

import numpy as np
import pytest

from radpipe.errors import InputError
from radpipe.features.catalogue.describe import describe
from radpipe.features.engine import choose_engine
from radpipe.features.params import Params
from radpipe.features.params_file import load_params, parse_params
from radpipe.geometry import Geometry
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask, Volume

GRID = Geometry((20, 24, 26), (3.0, 1.0, 1.0))


def phantom(dtype: str = "float64") -> Volume:
    rng = np.random.default_rng(1)
    return Volume(np.round(rng.normal(60, 20, GRID.size_zyx)).clip(0, 120).astype(dtype), GRID, "HU")


def ball(radius: float, centre: tuple[float, float, float] = (10, 12, 13)) -> Mask:
    z, y, x = np.indices(GRID.size_zyx)
    distance = ((z - centre[0]) * 3) ** 2 + (y - centre[1]) ** 2 + (x - centre[2]) ** 2
    return Mask.of(distance <= radius**2, GRID)


def params(**section: object) -> Params:
    return parse_params({"radpipe": {"definition": "ibsi", "ibsi": section}}, name="mine")


@pytest.fixture(scope="module")
def ct() -> FeatureVector:
    vector = choose_engine("native").measure(phantom(), {"GTV": ball(8)}, load_params("ibsi_ct"))["GTV"]
    assert isinstance(vector, FeatureVector)
    return vector


def test_a_preset_gives_every_standardised_feature_of_three_dimensions(ct: FeatureVector) -> None:
    # 74 features without a matrix, 25 + 16 of directions in two aggregations, 16 + 16 + 5 + 17 others.
    assert len(ct.names) == 74 + 2 * (25 + 16) + 16 + 16 + 5 + 17
    assert np.isfinite(ct.values).all()


def test_each_column_describes_itself(ct: FeatureVector) -> None:
    for name in ct.names:
        described = describe(name)
        assert len(described.definition.ibsi_code) == 4
        assert described.definition.formula
        assert described.image_type == "original"


def test_an_unknown_column_is_told() -> None:
    for name in ("original_cm_joint_maximum_3D_avg", "original_cm_joint_max", "original_stat_mean_3D"):
        with pytest.raises(KeyError):
            describe(name)


def test_values_do_not_depend_on_the_number_type() -> None:
    used = params(discretisation={"method": "FBS", "width": 25}, filters=[{"filter": "LoG", "sigma": 2}])
    rows = [
        choose_engine("native").measure(phantom(dtype), {"GTV": ball(8)}, used)["GTV"]
        for dtype in ("float64", "float32", "int16", "uint8", "int8", "uint16", "int32")
    ]
    for row in rows:
        assert isinstance(row, FeatureVector)
        assert np.array_equal(row.values, rows[0].values, equal_nan=True)


def test_a_roi_that_cannot_be_measured_costs_no_other() -> None:
    used = params(range=[50, None], discretisation={"method": "FBN", "bins": 8}, families=["stat", "cm"])
    dark = Volume(np.where(ball(3, (3, 5, 5)).full_array(), 0, phantom().array), GRID, "HU")
    found = choose_engine("native").measure(dark, {"small": ball(3, (3, 5, 5)), "GTV": ball(8)}, used)
    assert isinstance(found["small"], InputError)
    assert found["small"].code == "E_INTENSITY"
    assert isinstance(found["GTV"], FeatureVector)


def test_together_or_alone_the_values_are_the_same() -> None:
    used = load_params("ibsi_ct")
    masks = {"a": ball(8), "b": ball(5, (6, 10, 9))}
    together = choose_engine("native").measure(phantom(), masks, used)
    for name, mask in masks.items():
        alone = choose_engine("native").measure(phantom(), {name: mask}, used)[name]
        both = together[name]
        assert isinstance(alone, FeatureVector)
        assert isinstance(both, FeatureVector)
        assert np.array_equal(alone.values, both.values)


def test_a_width_far_too_small_is_refused_before_matrices_are_made() -> None:
    used = params(discretisation={"method": "FBS", "width": 0.01})
    fault = choose_engine("native").measure(phantom(), {"GTV": ball(8)}, used)["GTV"]
    assert isinstance(fault, InputError)
    assert fault.code == "E_TOO_MANY_BINS"


def test_filters_add_their_statistics_under_their_names() -> None:
    used = params(families=["stat"], filters=[{"filter": "mean", "support": 3}], responseFamilies=["stat", "ih"])
    row = choose_engine("native").measure(phantom(), {"GTV": ball(8)}, used)["GTV"]
    assert isinstance(row, FeatureVector)
    table = dict(zip(row.names, row.values, strict=True))
    assert table["mean-support-3_stat_var"] < table["original_stat_var"]
    assert "mean-support-3_ih_entropy" in table
    assert describe("mean-support-3_ih_entropy").unit == "bit"


def test_pyradiomics_cannot_measure_by_ibsi() -> None:
    pytest.importorskip("radiomics")
    fault = choose_engine("pyradiomics").measure(phantom(), {"GTV": ball(8)}, load_params("ibsi_ct"))["GTV"]
    assert isinstance(fault, InputError)
    assert fault.code == "E_DEFINITION"
    assert "pyradiomics cannot measure by the definition ibsi" in str(fault)
