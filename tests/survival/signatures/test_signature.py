"""Signatures: a table measured otherwise is refused with the difference, values by hand, refit and round trip."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from radpipe.errors import UsageError
from radpipe.survival.signatures.applied import apply
from radpipe.survival.signatures.published import SIGNATURES
from radpipe.survival.signatures.signature import Signature, Term

from .sixty import N, patients


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


def test_a_signature_is_a_plain_sum() -> None:
    signature = Signature("s", "t", "hand", (Term("a", 2.0), Term("b", -1.0)))
    assert signature.index(pd.DataFrame({"a": [1.0, 3.0], "b": [4.0, 0.0]})).tolist() == [-2, 6]
