"""Tables: first columns, order, round-trip numbers, guarded text, a description of every column."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radpipe.errors import Note
from radpipe.features.params_file import load_params
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.parquet import parquet_file, parquet_frame
from radpipe.store.index import scan
from radpipe.store.packs import Measured
from radpipe.store.plans import PlanEntry, write_plan_file
from radpipe.store.writer import PackWriter
from radpipe.tables import export
from radpipe.tables.features import FIRST_COLUMNS, guarded, long, wide

NAMES = ("original_shape_MeshVolume", "log-sigma-1-0-mm-3D_glcm_JointEntropy")
THIRD = 1 / 3


def outcome(case: str, roi: str = "GTV-1") -> Outcome:
    vector = FeatureVector(NAMES, np.array([THIRD, np.nan]), {"voxel_count": 3})
    return Outcome(case, "ct", "CT", roi, "native", Status.OK, warnings=(Note("W_CASE", "odd"),), vector=vector)


SKIPPED = Outcome("p2", "ct", "CT", "GTV-9", "native", Status.SKIPPED, "E_ROI_MISSING", "no ROI matches GTV-9")


def write_tables(out: Path, outcomes: list[Outcome]) -> Path:
    """Publish outcomes as one image each, and write their tables."""
    entries = [
        PlanEntry(one.case_id, one.image_id, one.modality, one.config, (one.roi,), f"k{i}")
        for i, one in enumerate(outcomes)
    ]
    plan = write_plan_file(out / "plans", entries, {"config": "native"}, "made")
    writer = PackWriter(out)
    for i, one in enumerate(outcomes):
        writer.add(i, Measured(f"k{i}", f"c{i}", (one,)))
    writer.flush()
    export.write_feature_tables(out, [plan], scan(out), params=[load_params("ct_native")], ended=lambda row: SKIPPED)
    return out / "tables" / "features.csv"


def test_the_numbers_of_a_mask_are_no_columns(tmp_path: Path) -> None:
    path = write_tables(tmp_path, [replace(outcome("p1"), qc={"mask_sha256": "ab", "parts": 1})])
    assert tuple(pd.read_csv(path).columns) == (*FIRST_COLUMNS, "diag_voxel_count", *NAMES)


def test_numbers_survive_the_csv(tmp_path: Path) -> None:
    path = write_tables(tmp_path, [outcome("p1")])
    assert pd.read_csv(path)[NAMES[0]].iloc[0] == THIRD
    assert pd.read_csv(path)["diag_voxel_count"].iloc[0] == 3


def test_text_that_a_spreadsheet_would_run_is_guarded(tmp_path: Path) -> None:
    names = ["=cmd()", "+1", "-1", "@x", "\tx", "GTV-1"]
    frame = guarded(pd.DataFrame({"roi": names, "value": [-1.0] * 6}))
    assert [cell[0] for cell in frame["roi"]] == ["'"] * 5 + ["G"]
    assert frame["value"].tolist() == [-1.0] * 6
    path = write_tables(tmp_path, [outcome("p1", roi="=cmd()")])
    assert ",'=cmd()," in path.read_text()


def test_features_are_described_by_formula_and_ibsi_code(tmp_path: Path) -> None:
    path = write_tables(tmp_path, [outcome("p1")])
    told = pd.read_csv(path.parent / "data_dictionary.csv", keep_default_na=False, dtype=str)
    assert told.columns.tolist() == [
        "column", "feature_class", "image_type", "parameters", "unit", "description",
        "formula", "ibsi_code", "ibsi_name", "remark",
    ]  # fmt: skip
    told = told.set_index("column")
    volume, entropy = told.loc[NAMES[0]], told.loc[NAMES[1]]
    assert (volume["ibsi_code"], volume["ibsi_name"]) == ("RNU0", "Volume (mesh)")
    assert (entropy["ibsi_code"], entropy["ibsi_name"]) == ("TU9B", "Joint entropy")
    assert entropy["formula"].startswith("H = -sum_ij p(i,j) log2(p(i,j) + eps); ")
    assert "symmetric matrix" in entropy["remark"]
    assert not "".join(told.loc["case_id", ["formula", "ibsi_code", "ibsi_name", "remark"]])


def test_the_tables_are_the_same_in_groups_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [outcome(f"p{i}") if i % 3 else replace(SKIPPED, case_id=f"p{i}") for i in range(11)]
    write_tables(tmp_path / "whole", rows)
    monkeypatch.setattr(export, "GROUP_ROWS", 4)
    monkeypatch.setattr(export, "STEP_ROWS", 3)
    monkeypatch.setattr(export, "LONG_STEP", 3)
    write_tables(tmp_path / "groups", rows)
    for name in ("features.csv", "failures.csv", "data_dictionary.csv"):
        assert (tmp_path / "whole/tables" / name).read_bytes() == (tmp_path / "groups/tables" / name).read_bytes()
    for name, frame in (("features", wide(rows)), ("features_long", long(rows))):
        for folder in ("whole", "groups"):
            pd.testing.assert_frame_equal(parquet_frame(tmp_path / folder / "tables" / f"{name}.parquet"), frame)


def test_a_row_group_does_not_depend_on_how_many_rows_are_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    rows = [outcome(f"p{i}") for i in range(11)]
    monkeypatch.setattr(export, "GROUP_ROWS", 4)
    for step in (1, 3, 4, 11):
        monkeypatch.setattr(export, "STEP_ROWS", step)
        write_tables(tmp_path / str(step), rows)
        with parquet_file(tmp_path / str(step) / "tables" / "features.parquet") as file:
            assert [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)] == [4, 4, 3]
    files = [(tmp_path / str(step) / "tables" / "features.parquet").read_bytes() for step in (1, 3, 4, 11)]
    assert files[1:] == files[:1] * 3


@pytest.mark.parametrize("rows", [0, 1, 5, 6, 11])
def test_a_csv_file_in_parts_is_that_of_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int):
    frame = pd.DataFrame({"case_id": [f"p{i}" for i in range(rows)], "=odd": ["-1"] * rows, "value": [THIRD] * rows})
    monkeypatch.setattr(export, "CSV_ROWS", 5)
    export.write_csv(tmp_path / "table.csv", frame)
    assert (tmp_path / "table.csv").read_text() == export.csv_text(frame)
    assert (tmp_path / "table.csv").read_text().splitlines()[1:] == [f"p{i},'-1,{THIRD!r}" for i in range(rows)]


def test_a_large_long_table_is_written_only_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tables(tmp_path, [outcome("p1"), outcome("p2")])
    assert (tmp_path / "tables" / "features_long.parquet").is_file()
    monkeypatch.setattr(export, "LONG_ROWS", 2)
    write_tables(tmp_path, [outcome("p1"), outcome("p2")])
    assert not (tmp_path / "tables" / "features_long.parquet").exists()
