"""A locked model by hand: transforms, floors, missing values, batches, competing events."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from radpipe.errors import UsageError
from radpipe.survival.design.clinical_model import ClinicalColumn, ClinicalModel, Kind, Missing
from radpipe.survival.design.measuring import Measuring
from radpipe.survival.signatures.locked import Baseline, LockedModel, LockedTerm, Origin, from_signature
from radpipe.survival.signatures.published import SIGNATURES
from radpipe.survival.statistics.combat import ComBat

SITE = ClinicalModel((ClinicalColumn("site", Kind.CATEGORICAL, Missing.CATEGORY, ("oral", "larynx")),), "hand")
TERMS = (
    LockedTerm("site: larynx", "site", True, 0.5),
    LockedTerm("volume", "volume", False, 0.4, log=True, missing=np.e**2, centre=1.0, scale=2.0),
    LockedTerm("texture", "texture", False, -1.0, log=True, floor=0.5, centre=0.1, scale=0.5),
)
HAND = LockedModel("hand", "by hand", TERMS, Measuring(), Origin("nobody"), SITE,
                   Baseline(np.array([100.0, 200.0]), np.array([0.1, 0.3])))  # fmt: skip
FEATURES = pd.DataFrame({"volume": [np.e, np.nan], "texture": [0.1, 1.0]}, index=["a", "b"])
CLINICAL = pd.DataFrame({"site": ["larynx", None]}, index=["a", "b"])


def test_the_linear_predictor_by_hand():
    # a: 0.5 + 0.4 (1 - 1) / 2 - (ln 0.5 - 0.1) / 0.5;  b: 0 + 0.4 (2 - 1) / 2 - (0 - 0.1) / 0.5
    design = HAND.design(FEATURES, CLINICAL, {})
    assert HAND.index(design) == pytest.approx([0.5 - (np.log(0.5) - 0.1) / 0.5, 0.2 + 0.2])
    hazard = 0.1 * np.exp(HAND.index(design))
    assert HAND.probability(design, 150.0) == pytest.approx(1 - np.exp(-hazard))
    assert HAND.probability(design, 200.0) == pytest.approx(1 - np.exp(-3 * hazard))
    assert replace(HAND, baseline=Baseline()).probability(design, 150.0) is None


def test_a_patients_own_batch_is_taken_off_and_an_unknown_one_is_not():
    combat = ComBat(("A", "B"), np.array([0.2]), np.zeros((0, 1)), np.array([2.0]), np.array([[-1.0], [1.0]]),
                    np.array([[1.0], [4.0]]))  # fmt: skip
    model = replace(HAND, combat=combat, harmonised=("texture",), batch_column="scanner")
    plain = HAND.design(FEATURES, CLINICAL, {})
    # b: ln 1 = 0; in B ((0 - 0.2) / 2 - 1) / 2 * 2 + 0.2 = -0.9
    found = model.design(FEATURES, CLINICAL, {"a": "C", "b": "B"})
    assert found[0].tolist() == plain[0].tolist()
    assert found[1, 2] == pytest.approx((-0.9 - 0.1) / 0.5)


def test_a_covariate_stays_in_and_its_gap_is_refused():
    stage = ClinicalModel((ClinicalColumn("stage", Kind.NUMERIC, Missing.MEDIAN),), "hand")
    combat = ComBat(("A", "B"), np.array([0.0]), np.array([[0.5]]), np.array([1.0]), np.array([[1.0], [0.0]]),
                    np.array([[1.0], [1.0]]))  # fmt: skip
    term = LockedTerm("texture", "texture", False, 1.0)
    model = LockedModel("m", "", (term,), Measuring(), Origin(""), stage, Baseline(), (), "scanner", combat,
                        ("texture",), ("stage",))  # fmt: skip
    clinical = pd.DataFrame({"stage": [2.0, 4.0]}, index=["a", "b"])
    found = model.design(FEATURES[["texture"]], clinical, {"a": "A", "b": "B"})
    assert found.ravel() == pytest.approx([0.1 - 1.0, 1.0])
    clinical.iloc[1] = np.nan
    with pytest.raises(UsageError, match="covariate of its harmonisation is missing in patient b"):
        model.design(FEATURES[["texture"]], clinical, {})


def test_columns_values_and_levels_that_are_not_there_are_refused_by_name():
    with pytest.raises(UsageError, match="model hand does not fit this table: column volume is missing"):
        HAND.design(FEATURES.drop(columns="volume"), CLINICAL, {})
    with pytest.raises(UsageError, match="model hand: texture is missing in patient b"):
        HAND.design(FEATURES.assign(texture=[1.0, np.nan]), CLINICAL, {})
    with pytest.raises(UsageError, match="allows oral, larynx; patient a: 'nose'"):
        HAND.design(FEATURES, CLINICAL.assign(site=["nose", "oral"]), {})


def test_a_competing_event_takes_patients_away():
    base = Baseline(np.array([100.0, 200.0]), np.array([0.1, 0.3]), np.array([150.0]), np.array([0.5]), np.array([2.0]))
    model = replace(HAND, terms=TERMS[:1], baseline=base)
    design = np.array([[1.0]])
    own, other = np.exp(0.5), np.exp(2.0)
    # (1 - e^-0.1r) of all, then (1 - e^-0.2r) of those left by both hazards
    expected = 1 - np.exp(-0.1 * own) + np.exp(-0.1 * own - 0.5 * other) * (1 - np.exp(-0.2 * own))
    assert model.probability(design, 250.0) == pytest.approx([expected])


def test_a_signature_is_a_locked_model_of_raw_values():
    aerts = from_signature(SIGNATURES["aerts2014-locked"])
    features = pd.DataFrame({term.column: [2.0, 3.0] for term in aerts.terms}, index=["a", "b"])
    design = aerts.design(features, features[[]], {})
    assert aerts.index(design).tolist() == SIGNATURES["aerts2014-locked"].index(features).tolist()
    assert aerts.thresholds == (-0.1191567,)
    assert aerts.measuring.config == "aerts2014"
    assert aerts.measuring.spacing_mm["measured_spacing_z_mm"] == 3.0
    assert aerts.probability(design, 100.0) is None
