"""Every feature has a definition, with the IBSI code that DICOM, PyRadiomics' authors and our docstrings tell."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from types import ModuleType

import pytest
from pydicom.sr.codedict import codes

from radpipe.features.catalogue import CLASS_NAMES, features_of
from radpipe.features.classes import firstorder, glcm, gldm, glrlm, glszm, ngtdm, shape2d, shape3d
from radpipe.features.own import FAMILIES, own_feature

DEFINITIONS = {
    (feature.feature_class, feature.name): feature.definition
    for feature_class in CLASS_NAMES
    for feature in features_of(feature_class, include_deprecated=True)
}
FEATURES = list(DEFINITIONS)
OWN = [(family, feature.name) for family, features in FAMILIES.items() for feature in features]

ALL_DEFINITIONS = {
    **DEFINITIONS,
    **{(family, name): own_feature(family, name).definition for family, name in OWN},
}

MODULES: dict[str, ModuleType] = {
    "firstorder": firstorder,
    "glcm": glcm,
    "gldm": gldm,
    "glrlm": glrlm,
    "glszm": glszm,
    "ngtdm": ngtdm,
    "shape": shape3d,
    "shape2D": shape2d,
}

# Context groups of DICOM PS3.16, as pydicom carries them.
DICOM_GROUPS = {
    "glcm": codes.cid7467,
    "glrlm": codes.cid7475,
    "glszm": codes.cid7476,
    "shape": codes.cid7477,
    "ngtdm": codes.cid7500,
    "gldm": codes.cid7501,
}

# PyRadiomics' repository, labs/pyradiomics-dcm/resources/ibsi_concepts.csv; DICOM codes these without IBSI.
FIRST_ORDER_CODES = {
    "Mean": "Q4LE", "Variance": "ECT3", "Skewness": "KE2A", "Kurtosis": "IPH6", "Median": "Y12H", "Minimum": "1GSF",
    "10Percentile": "QG58", "90Percentile": "8DWT", "Maximum": "84IY", "InterquartileRange": "SALO", "Range": "2OJQ",
    "MeanAbsoluteDeviation": "4FUA", "RobustMeanAbsoluteDeviation": "1128", "Energy": "N8CA", "RootMeanSquared": "5ZWQ",
    "Entropy": "TLU2", "Uniformity": "BJ5W", "StandardDeviation": "", "TotalEnergy": "",
}  # fmt: skip

CODE = re.compile(r"[A-Z0-9]{4}")
NOT_IN_IBSI = {
    ("firstorder", "StandardDeviation"),
    ("firstorder", "TotalEnergy"),
    ("glcm", "MCC"),
    ("shape", "Maximum2DDiameterColumn"),
    ("shape", "Maximum2DDiameterRow"),
    ("shape", "Maximum2DDiameterSlice"),
    *OWN,
    *((feature_class, name) for feature_class, name in FEATURES if feature_class == "shape2D"),
}
SAME_FEATURE = {("glcm", "Homogeneity1"): "Id", ("glcm", "Homogeneity2"): "Idm"}


def test_definitions_cannot_be_changed() -> None:
    contrast = features_of("glcm")[4]
    assert contrast.name == "Contrast"
    with pytest.raises(FrozenInstanceError):
        contrast.definition = features_of("glcm")[0].definition  # type: ignore[misc]


@pytest.mark.parametrize(("feature_class", "name"), [*FEATURES, *OWN])
def test_a_definition_is_whole_and_on_one_line(feature_class: str, name: str) -> None:
    told = ALL_DEFINITIONS[feature_class, name]
    assert told.formula
    assert all("\n" not in cell and cell == cell.strip() and cell.isascii() for cell in (told.formula, told.remark))
    assert not [cell for cell in (told.formula, told.ibsi_name, told.remark) if cell.startswith(("=", "+", "-", "@"))]
    assert bool(told.ibsi_name) == bool(told.ibsi_code) == ((feature_class, name) not in NOT_IN_IBSI)
    if told.ibsi_code:
        assert CODE.fullmatch(told.ibsi_code)
    else:
        assert told.remark


def test_a_code_belongs_to_one_feature_unless_two_are_the_same() -> None:
    seen: dict[str, tuple[str, str]] = {}
    for feature, told in ALL_DEFINITIONS.items():
        if told.ibsi_code and feature in SAME_FEATURE:
            assert told.ibsi_code == DEFINITIONS[feature[0], SAME_FEATURE[feature]].ibsi_code
        elif told.ibsi_code:
            assert told.ibsi_code not in seen, (feature, seen[told.ibsi_code])
            seen[told.ibsi_code] = feature


def words(name: str) -> set[str]:
    """Words of a name, in one spelling."""
    plain = name.lower().replace("gray", "grey").replace("normalized", "normalised").replace("non-", "non")
    return set(re.findall(r"[a-z0-9]+", plain))


@pytest.mark.parametrize("feature_class", DICOM_GROUPS)
def test_codes_and_names_are_those_of_dicoms_group_for_the_class(feature_class: str) -> None:
    meanings = {one.value: one.meaning for one in DICOM_GROUPS[feature_class].concepts.values()}
    for (own_class, name), told in DEFINITIONS.items():
        if own_class == feature_class and told.ibsi_code:
            extra = words(told.ibsi_name) - words(meanings[told.ibsi_code])
            assert extra <= {"1", "2", "counting"}, (name, told.ibsi_name, meanings[told.ibsi_code])


def test_codes_of_first_order_features_are_those_of_pyradiomics_authors() -> None:
    ours = {
        name: told.ibsi_code for (feature_class, name), told in DEFINITIONS.items() if feature_class == "firstorder"
    }
    assert ours == FIRST_ORDER_CODES


def told_codes() -> Iterator[tuple[str, str, str]]:
    """Class, feature and code, wherever a module of the classes tells one: in docstrings and in comments."""
    for feature_class, module in MODULES.items():
        for name, function in getattr(module, "FEATURES", {}).items():
            for code in re.findall(
                r"\bIBSI ([A-Z0-9]{4})\b", (function.__name__ != "<lambda>" and function.__doc__) or ""
            ):
                yield feature_class, name, code
        for name, code in re.findall(r'"(\w+)": .*# IBSI ([A-Z0-9]{4})', inspect.getsource(module)):
            yield feature_class, name, code
    returned = inspect.getdoc(ngtdm.gray_tone_differences) or ""
    for name, code in re.findall(r"\b([A-Z]\w+) \((?:IBSI )?([A-Z0-9]{4})\)", returned):
        yield "ngtdm", name, code


TOLD = list(told_codes())


def test_codes_are_told_beside_most_functions() -> None:
    assert {feature_class for feature_class, _, _ in TOLD} == set(MODULES) - {"shape2D"}
    assert len(TOLD) > 90


@pytest.mark.parametrize(("feature_class", "name", "code"), TOLD)
def test_the_code_beside_a_function_is_the_code_of_its_definition(feature_class: str, name: str, code: str) -> None:
    assert code == DEFINITIONS[feature_class, name].ibsi_code
