"""IBSI's part of parameters: presets, and what the fingerprint follows."""

from radpipe.features.ibsi.settings import Aggregation, Discretisation
from radpipe.features.params import Params
from radpipe.features.params_file import load_params, preset_names

from .sections import ibsi


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
