"""Signatures: a table measured otherwise is refused with the difference, values by hand, refit and round trip."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radpipe.clinical import ClinicalTable
from radpipe.errors import UsageError
from radpipe.survival.design.endpoints import EndpointRule
from radpipe.survival.design.patients import Patients, join
from radpipe.survival.signatures.applied import apply
from radpipe.survival.signatures.files import find_signature, save_signature
from radpipe.survival.signatures.published import SIGNATURES
from radpipe.survival.signatures.refitting import read_stability, refit
from radpipe.survival.signatures.signature import Signature, Term

N = 60


def patients(**extraction: object) -> Patients:
    random = np.random.default_rng(3)
    x = random.normal(size=N)
    death, censored = random.exponential(900, N) * np.exp(-x), random.uniform(500, 4000, N)
    ids = [f"P{number:02d}" for number in range(N)]
    told: dict[str, object] = {
        "config": "aerts2014",
        "modality": "CT",
        "diag_measured_spacing_x_mm": 1.0,
        "diag_measured_spacing_y_mm": 1.0,
        "diag_measured_spacing_z_mm": 3.0,
        **extraction,
    }
    frame = pd.DataFrame(
        {
            "case_id": ids,
            "roi": "GTV-1",
            "status": "ok",
            **told,
            "original_firstorder_Energy": np.exp(x + 20 + random.normal(0, 0.5, N)),
            "radpipe_shape_CompactnessA": random.normal(100, 5, N),
            "original_shape_MeshVolume": np.exp(x + 9),
            "original_glrlm_GrayLevelNonUniformity": random.normal(900, 50, N),
            "wavelet-LHH_glrlm_GrayLevelNonUniformity": random.normal(900, 50, N),
        }
    )
    clinical = pd.DataFrame({"died": (death <= censored).astype(int), "days": np.minimum(death, censored)}, index=ids)
    return join(frame, ClinicalTable(clinical, "c.csv"), EndpointRule("death", "died", "days"))


def test_the_locked_signature_is_the_published_sum() -> None:
    found = apply(SIGNATURES["aerts2014-locked"], patients())
    row = patients().features.iloc[0]
    by_hand = (
        2.42e-11 * row["original_firstorder_Energy"]
        - 5.38e-03 * row["radpipe_shape_CompactnessA"]
        - 1.47e-04 * row["original_glrlm_GrayLevelNonUniformity"]
        + 9.39e-06 * row["wavelet-LHH_glrlm_GrayLevelNonUniformity"]
    )
    assert found.index[0] == pytest.approx(by_hand)
    assert found.high is not None
    assert found.high[0] == (by_hand > -0.1191567)
    assert found.c_index.low < found.c_index.value < found.c_index.high


@pytest.mark.parametrize(
    ("extraction", "match"),
    [
        ({"config": "ct_native"}, "config is ct_native, aerts2014 is required"),
        ({"diag_measured_spacing_z_mm": 2.5}, "measured_spacing_z_mm is 2.5, 3 is required"),
        ({"modality": "PT"}, "modality is PT, CT is required"),
        ({"config": ["aerts2014", "mine"] * (N // 2)}, "does not tell one config for all patients"),
    ],
)
def test_a_table_measured_otherwise_is_refused_with_the_difference(extraction: dict[str, object], match: str) -> None:
    with pytest.raises(UsageError, match=f"aerts2014-locked does not fit this table: .*{match}"):
        apply(SIGNATURES["aerts2014-locked"], patients(**extraction))


def test_another_reading_of_compactness_is_missing_not_replaced() -> None:
    with pytest.raises(UsageError, match="column original_shape_Compactness1 is missing"):
        apply(SIGNATURES["aerts2014-uhn"], patients())


def test_a_missing_value_is_named() -> None:
    table = patients()
    features = table.features.copy()
    features.iloc[3, 0] = np.nan
    with pytest.raises(UsageError, match="a feature is missing in patient P03"):
        apply(SIGNATURES["aerts2014-locked"], replace(table, features=features))


def test_volume_ranks_like_volume() -> None:
    found = apply(SIGNATURES["volume"], patients())
    assert found.c_index == found.volume_c
    assert found.high is None
    assert np.isnan(found.log_rank_p)


def test_refit_takes_the_best_of_each_group_and_travels(tmp_path: Path) -> None:
    made = refit(patients(), name="mine", volume="original_shape_MeshVolume")
    assert {term.column.split("_")[1] for term in made.terms} == {"firstorder", "shape", "glrlm"}
    assert made.requires["measured_spacing_z_mm"] == 3.0
    path = save_signature(made, tmp_path / "mine.yaml")
    again = find_signature(path)
    assert again == made
    applied = apply(again, patients())
    assert applied.c_index.value > 0.6
    assert applied.high is not None
    assert applied.high.sum() == N // 2
    with pytest.raises(UsageError, match="is not overwritten"):
        save_signature(made, path)


def test_unstable_features_are_no_candidates(tmp_path: Path) -> None:
    path = tmp_path / "icc.csv"
    path.write_text("feature,icc\nradpipe_shape_CompactnessA,0.99\noriginal_firstorder_Energy,0.2\n")
    made = refit(patients(), name="stable", volume="original_shape_MeshVolume", stable=read_stability(path), keep=1)
    assert {term.column for term in made.terms} <= {"radpipe_shape_CompactnessA", "original_shape_MeshVolume"}
    path.write_text("name,value\n")
    with pytest.raises(UsageError, match="needs the columns feature and icc"):
        read_stability(path)


def test_a_signature_is_a_plain_sum() -> None:
    signature = Signature("s", "t", "hand", (Term("a", 2.0), Term("b", -1.0)))
    assert signature.index(pd.DataFrame({"a": [1.0, 3.0], "b": [4.0, 0.0]})).tolist() == [-2, 6]
