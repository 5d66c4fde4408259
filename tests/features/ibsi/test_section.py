"""The section ``radpipe.ibsi``: taken whole, or refused with all its faults."""

import pytest

from radpipe.errors import ParameterError
from radpipe.features.params_file import parse_params

from .sections import ibsi


def test_spacing_is_written_along_x_y_z() -> None:
    assert ibsi(spacing=[1, 2, None]).settings.spacing_zyx_mm == (None, 2.0, 1.0)


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
