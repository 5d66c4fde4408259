"""IBSI's part of a parameter file."""

import pytest

from radpipe.errors import ParameterError
from radpipe.features.ibsi.filters import LoG, Wavelet
from radpipe.features.ibsi.params import IbsiParams
from radpipe.features.ibsi.settings import Aggregation, Discretisation
from radpipe.features.params import Params
from radpipe.features.params_file import load_params, parse_params, preset_names


def ibsi(**section: object) -> IbsiParams:
    params = parse_params({"radpipe": {"definition": "ibsi", "ibsi": section}})
    assert params.ibsi is not None
    return params.ibsi


def test_a_file_without_a_definition_is_pyradiomics() -> None:
    assert load_params("ct_native").definition == "pyradiomics"
    assert load_params("ct_native").ibsi is None


def test_the_presets_are_the_published_configurations() -> None:
    # IBSI's manual, table of the processing configurations.
    params = load_params("ibsi_E")
    assert params.definition == "ibsi"
    assert params.purpose.modalities == ("CT",)
    assert params.ibsi is not None
    settings = params.ibsi.settings
    assert settings.spacing_zyx_mm == (2.0, 2.0, 2.0)
    assert (settings.interpolation, settings.rounded, settings.outlier_sigma) == ("spline", True, 3.0)
    assert settings.range == (-1000.0, 400.0)
    assert settings.discretisation == Discretisation("FBN", bins=32)
    assert settings.ivh == Discretisation("FBN", bins=1000)
    assert settings.aggregations == (Aggregation.SPACE_AVERAGED, Aggregation.SPACE_MERGED)
    assert {"ibsi_A", "ibsi_B", "ibsi_C", "ibsi_D", "ibsi_E", "ibsi_ct", "ibsi_pet"} <= set(preset_names())


def test_spacing_is_written_along_x_y_z() -> None:
    assert ibsi(spacing=[1, 2, None]).settings.spacing_zyx_mm == (None, 2.0, 1.0)


def test_filters_have_names_that_tell_them_apart() -> None:
    params = ibsi(
        filters=[
            {"filter": "LoG", "sigma": 1.5},
            {"filter": "wavelet", "family": "db3", "subband": "LLH", "level": 2},
            {"filter": "LoG", "sigma": 3, "flat": True, "name": "mine"},
        ]
    )
    assert [named.name for named in params.filters] == [
        "log-sigma-1.5",
        "wavelet-family-db3-subband-LLH-level-2",
        "mine",
    ]
    assert params.filters[0].filter == LoG(1.5)
    assert params.filters[1].filter == Wavelet("db3", "LLH", 2)


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"spacng": [1, 1, 1]}, r"radpipe\.ibsi\.spacng is unknown; did you mean spacing"),
        ({"spacing": [1, 1]}, r"radpipe\.ibsi\.spacing is \[1, 1\]; allowed: three numbers"),
        ({"spacing": [1, 1, 1e-6]}, r"radpipe\.ibsi\.spacing"),
        ({"interpolation": "cubic"}, r"allowed: linear or spline"),
        ({"range": [400, -1000]}, r"radpipe\.ibsi\.range"),
        ({"range": [float("nan"), 1]}, r"radpipe\.ibsi\.range"),
        ({"discretisation": {"method": "FBS"}}, r"radpipe\.ibsi\.discretisation: FBS takes"),
        ({"discretisation": {"method": "FBN", "bins": 0}}, r"radpipe\.ibsi\.discretisation\.bins is 0"),
        ({"discretisation": {"method": "FBN", "bin": 3}}, r"discretisation\.bin is unknown; did you mean bins"),
        ({"aggregations": ["3D"]}, r"radpipe\.ibsi\.aggregations"),
        ({"families": ["glcm"]}, r"radpipe\.ibsi\.families"),
        ({"responseFamilies": ["morph"]}, r"radpipe\.ibsi\.responseFamilies"),
        ({"outlierSigma": 0}, r"radpipe\.ibsi\.outlierSigma"),
        ({"filters": [{"filter": "Riesz"}]}, r"radpipe\.ibsi\.filters\[0\]\.filter"),
        ({"filters": [{"filter": "LoG"}]}, r"filters\[0\] needs sigma"),
        ({"filters": [{"filter": "LoG", "sigma": "3"}]}, r"filters\[0\]\.sigma is '3'"),
        ({"filters": [{"filter": "mean", "support": 4}]}, r"odd whole number"),
        (
            {"filters": [{"filter": "LoG", "sigma": 1}, {"filter": "LoG", "sigma": 1}]},
            r"two filters are called log-sigma-1",
        ),
        ({"filters": [{"filter": "LoG", "sigma": 1, "name": "a_b"}]}, r"filters\[0\]\.name"),
    ],
)
def test_a_fault_is_named_with_its_path(section: dict[str, object], told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        ibsi(**section)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        ibsi(spacing=3, interpolation="x", families=[])
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"radpipe": {"definition": "ibis"}}, r"radpipe\.definition is 'ibis'; allowed: pyradiomics or ibsi"),
        ({"radpipe": {"ibsi": {}}}, r"radpipe\.ibsi needs radpipe\.definition: ibsi"),
        ({"setting": {"binWidth": 5}, "radpipe": {"definition": "ibsi"}}, r"setting has no meaning"),
        ({"radpipe": {"definition": "ibsi", "shape": ["CompactnessA"]}}, r"no imageType, featureClass or setting"),
    ],
)
def test_definitions_are_not_mixed(content: dict[str, object], told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        parse_params(content)


def test_each_choice_changes_the_fingerprint() -> None:
    plain = Params("a", (), {}, ibsi=ibsi()).fingerprint
    changed = [
        ibsi(spacing=[1, 1, 1]),
        ibsi(interpolation="spline"),
        ibsi(round=True),
        ibsi(maskThreshold=0.4),
        ibsi(range=[0, None]),
        ibsi(outlierSigma=3),
        ibsi(discretisation={"method": "FBN", "bins": 8}),
        ibsi(ivh={"method": "FBN", "bins": 8}),
        ibsi(ivhStep=2),
        ibsi(aggregations=["2D_avg"]),
        ibsi(families=["stat"]),
        ibsi(filters=[{"filter": "LoG", "sigma": 1}]),
        ibsi(filters=[{"filter": "LoG", "sigma": 1, "boundary": "zero"}]),
        ibsi(responseFamilies=["ih"]),
        ibsi(responseDiscretisation={"method": "FBN", "bins": 8}),
    ]
    prints = {Params("a", (), {}, ibsi=one).fingerprint for one in changed}
    assert len(prints | {plain}) == len(changed) + 1
