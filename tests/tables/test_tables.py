"""Tables: first columns, order, round-trip numbers, guarded text, a description of every column."""

from pathlib import Path

import numpy as np
import pandas as pd

from radpipe.errors import Note
from radpipe.features.catalogue import CLASS_NAMES, features_of
from radpipe.features.params_file import load_params, parse_params
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.tables.dictionary import data_dictionary
from radpipe.tables.export import write_tables
from radpipe.tables.features import FIRST_COLUMNS, guarded, long, wide

NAMES = ("original_shape_MeshVolume", "log-sigma-1-0-mm-3D_glcm_JointEntropy")
THIRD = 1 / 3


def outcome(case: str, roi: str = "GTV-1") -> Outcome:
    vector = FeatureVector(NAMES, np.array([THIRD, np.nan]), {"voxel_count": 3})
    return Outcome(case, "ct", "CT", roi, "native", Status.OK, warnings=(Note("W_CASE", "odd"),), vector=vector)


SKIPPED = Outcome("p2", "ct", "CT", "GTV-9", "native", Status.SKIPPED, "E_ROI_MISSING", "no ROI matches GTV-9")


def test_the_wide_table_keeps_the_plans_order_and_the_skipped_row() -> None:
    frame = wide([outcome("p3"), SKIPPED, outcome("p1")])
    assert tuple(frame.columns) == (*FIRST_COLUMNS, "diag_voxel_count", *NAMES)
    assert frame["case_id"].tolist() == ["p3", "p2", "p1"]
    assert frame.loc[1, ["diag_voxel_count", *NAMES]].isna().all()
    assert frame.loc[0, "warnings"] == "W_CASE: odd"


def test_a_run_without_any_value_still_has_its_rows() -> None:
    assert wide([SKIPPED])["code"].tolist() == ["E_ROI_MISSING"]
    assert long([SKIPPED]).empty


def test_the_long_table_has_a_row_per_value() -> None:
    frame = long([outcome("p1"), SKIPPED])
    assert frame["feature"].tolist() == list(NAMES)
    assert frame["value"].iloc[0] == THIRD


def test_numbers_survive_the_csv(tmp_path: Path) -> None:
    path = write_tables(tmp_path, [outcome("p1")], load_params("ct_native"), {"counts": {}})
    assert pd.read_csv(path)[NAMES[0]].iloc[0] == THIRD
    assert pd.read_csv(path)["diag_voxel_count"].iloc[0] == 3


def test_text_that_a_spreadsheet_would_run_is_guarded(tmp_path: Path) -> None:
    names = ["=cmd()", "+1", "-1", "@x", "\tx", "GTV-1"]
    frame = guarded(pd.DataFrame({"roi": names, "value": [-1.0] * 6}))
    assert [cell[0] for cell in frame["roi"]] == ["'"] * 5 + ["G"]
    assert frame["value"].tolist() == [-1.0] * 6
    path = write_tables(tmp_path, [outcome("p1", roi="=cmd()")], load_params("ct_native"), {"counts": {}})
    assert ",'=cmd()," in path.read_text()


def test_every_column_is_described() -> None:
    frame = wide([outcome("p1")])
    told = data_dictionary(list(frame.columns), load_params("ct_head_neck")).set_index("column")
    assert told["description"].str.len().min() > 0
    entropy = told.loc[NAMES[1]]
    assert (entropy["feature_class"], entropy["unit"]) == ("glcm", "bit")
    assert "sigma=1.0,2.0,3.0,4.0,5.0" in entropy["parameters"]
    assert told.loc[NAMES[0], "unit"] == "mm3"


def test_a_column_tells_the_settings_of_its_own_image_type() -> None:
    params = parse_params(
        {
            "setting": {"binWidth": 25, "force2D": False},
            "imageType": {"Original": {}, "LoG": {"sigma": [1.0], "binWidth": 5}, "Wavelet": {"binWidth": 10}},
            "featureClass": {"glcm": None},
        }
    )
    names = [f"{image}_glcm_JointEntropy" for image in ("original", "log-sigma-1-0-mm-3D", "wavelet-HLH")]
    told = data_dictionary(names, params).set_index("column")["parameters"]
    settings = [dict(part.split("=") for part in told[name].split("; ")) for name in names]
    assert [float(one["binWidth"]) for one in settings] == [25, 5, 10]
    assert [one.get("sigma") for one in settings] == [None, "1.0", None]


def test_features_are_described_by_formula_and_ibsi_code(tmp_path: Path) -> None:
    path = write_tables(tmp_path, [outcome("p1")], load_params("ct_native"), {"counts": {}})
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


def test_no_cell_of_the_dictionary_needs_a_guard() -> None:
    features = [f"original_{kind}_{one.name}" for kind in CLASS_NAMES for one in features_of(kind)]
    features.append("radpipe_shape_CompactnessA")
    told = data_dictionary([*FIRST_COLUMNS, "diag_bins", *features], load_params("ct_head_neck"))
    assert guarded(told).equals(told)
    assert told.loc[told["formula"] != "", "column"].tolist() == features


def test_the_name_of_a_column_cannot_be_a_formula() -> None:
    # A data set's own table gives columns of cases.csv their names.
    frame = guarded(pd.DataFrame({"=cmd()": [1], "@x": ["a"], "case_id": ["=1"]}))
    assert list(frame.columns) == ["'=cmd()", "'@x", "case_id"]
    assert frame.loc[0].tolist() == [1, "a", "'=1"]
