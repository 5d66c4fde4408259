"""Rows of quality control: what the worker left, what it did not, and the mean of a normalised image."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radpipe.features.params_file import parse_params
from radpipe.geometry import Geometry
from radpipe.imaging.mask_metrics import mask_metrics
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.qc.flags import NOT_REVIEWED
from radpipe.qc.metrics import QcRows
from radpipe.volume import Mask, Volume


def test_a_row_without_numbers_says_so_and_keeps_its_place(heads: Any):
    vector = FeatureVector(("a",), np.array([1.0]))
    measured = Outcome("p1", "ct", "CT", "GTV-1", "native", Status.OK, vector=vector)
    failed = Outcome("p1", "ct", "CT", "GTV-2", "native", Status.FAILED, "E_EMPTY_ROI", "no voxel")
    table = heads.qc_table([(measured, "k1"), (failed, "k1")])
    (row,) = table.to_dict("records")
    assert (row["roi"], row["mask_sha256"], row["flags"], row["verdict"]) == ("GTV-1", "", "", NOT_REVIEWED)
    assert row["remarks"] == "numbers of the mask: not recorded: measured by an earlier version"


def test_numbers_of_another_version_are_told_and_not_guessed(heads: Any):
    vector = FeatureVector(("a",), np.array([1.0]))
    row = Outcome("p1", "ct", "CT", "GTV-1", "native", Status.OK, vector=vector, qc={"overlaps": [], "parts": 1})
    assert heads.qc_table([(row, "k")])["remarks"].tolist() == ["numbers of the mask: recorded by another version"]


def test_the_mean_of_a_normalised_image_is_in_standard_deviations(tmp_path: Path):
    params = parse_params({"setting": {"normalize": True, "normalizeScale": 100}}, name="mr")
    plain = parse_params({}, name="plain")
    grid = Geometry((3, 3, 3), (1.0, 1.0, 1.0))
    numbers = mask_metrics(Volume(np.zeros((3, 3, 3)), grid), {"a": Mask.of(np.ones((3, 3, 3), dtype=bool), grid)})
    vector = FeatureVector(("original_firstorder_Mean", "original_shape_Sphericity"), np.array([150.0, 0.7]))
    with QcRows.gathered_in(tmp_path, [params, plain]) as rows:
        for config in ("mr", "plain"):
            rows.add(Outcome("p1", "mr", "MR", "a", config, Status.OK, vector=vector, qc=numbers["a"].to_json()), "k")
        (frame,) = rows.blocks()
    assert frame["normalised_mean"].tolist() == pytest.approx([1.5, np.nan], nan_ok=True)
    assert frame["sphericity"].tolist() == [0.7, 0.7]
