"""Refitting by the recipe of Aerts 2014: the best of each group, stable features only, a file that travels."""

from pathlib import Path

import pytest

from radpipe.errors import UsageError
from radpipe.survival.signatures.applied import apply
from radpipe.survival.signatures.files import find_signature, save_signature
from radpipe.survival.signatures.refitting import read_stability, refit

from .sixty import N, patients


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
