"""The command line: the contract of commands, files, columns and exit codes."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from radpipe.problems import PROBLEMS

FIRST = ["case_id", "image_id", "modality", "roi", "config", "status", "code", "message", "warnings"]
COMMANDS = (
    "extract",
    "perturb",
    "check",
    "plan",
    "work",
    "tables",
    "status",
    "verify",
    "survival",
    "signature",
    "demo",
    "params",
    "datasets",
    "codes",
)


def radpipe(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "radpipe", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_and_stands_in_the_readme(command: str, checkout: Path) -> None:
    done = radpipe(command, "--help")
    assert done.returncode == 0
    assert f"`radpipe {command}" in (checkout / "README.md").read_text()


def test_extract_writes_the_promised_files_and_columns(hn1_cohort: Path, tmp_path: Path) -> None:
    done = radpipe("extract", hn1_cohort, "-d", "hn1", "-r", "GTV-1", "-r", "GTV-2", "-p", "ct_native", "-o", tmp_path)
    assert done.returncode == 0, done.stderr
    frame = pd.read_csv(tmp_path / "tables" / "features.csv")
    assert frame.columns[:9].tolist() == FIRST
    assert frame["status"].value_counts().to_dict() == {"ok": 8, "skipped": 2}
    assert set(frame.loc[frame["status"] == "skipped", "code"]) == {"E_ROI_MISSING"}
    assert frame["warnings"].str.contains("W_AGREEMENT").sum() == 2
    told = json.loads((tmp_path / "tables" / "provenance.json").read_text())
    assert told["counts"] == {"cases": 5, "images": 5, "planned": 10, "ok": 8, "failed": 0, "skipped": 2}
    for name in ("features.parquet", "features_long.parquet", "failures.csv", "data_dictionary.csv"):
        assert (tmp_path / "tables" / name).is_file()
    assert "10 planned = 8 ok + 0 failed + 2 skipped" in done.stdout
    status = radpipe("status", tmp_path)
    assert (status.returncode, status.stdout.splitlines()[0]) == (0, "10 planned = 8 ok + 0 failed + 2 skipped")


def test_a_merge_is_one_row_of_the_union(hn1_cohort: Path, tmp_path: Path) -> None:
    done = radpipe(
        "extract",
        hn1_cohort,
        "-d",
        "hn1",
        "--merge",
        "GTV=GTV-*",
        "-r",
        "GTV-1",
        "--case",
        "HN1001",
        "-p",
        "ct_native",
        "-o",
        tmp_path,
    )
    assert done.returncode == 0, done.stderr
    voxels = pd.read_csv(tmp_path / "tables" / "features.csv").set_index("roi")["diag_voxel_count"]
    assert voxels["GTV"] > voxels["GTV-1"]


def test_bad_cases_are_rows_and_the_others_are_done(hn1_copy: Path, tmp_path: Path) -> None:
    home = "01-01-2010-synthetic"
    shutil.rmtree(hn1_copy / "HN1001" / home / "2.000000-CT")
    cut = next((hn1_copy / "HN1002" / home).rglob("1-007.dcm"))
    cut.write_bytes(cut.read_bytes()[:-2000])
    gone = next((hn1_copy / "HN1003" / home).rglob("1-009.dcm"))
    gone.unlink()
    header = next((hn1_copy / "HN1004" / home).rglob("1-030.dcm"))
    header.write_bytes(header.read_bytes()[:400])
    done = radpipe("extract", hn1_copy, "-d", "hn1", "-r", "GTV-1", "-p", "ct_native", "-o", tmp_path / "out")
    assert done.returncode == 1, done.stderr
    frame = pd.read_csv(tmp_path / "out" / "tables" / "features.csv").set_index("case_id")
    assert frame.loc["HN1001", "code"].tolist() == ["E_NO_IMAGE", "E_NO_IMAGE"]
    assert frame.loc["HN1002", "code"] == "E_TRUNCATED"
    assert frame.loc["HN1003", "code"] == "E_MISSING_SLICE"
    assert frame.loc["HN1004", "code"] in ("E_UNREADABLE", "E_REQUIRED_TAG")
    assert frame.loc["HN1005", "status"] == "ok"
    assert "1-007.dcm" in frame.loc["HN1002", "message"]
    assert "Traceback" not in done.stderr


def test_a_manifest_row_whose_file_is_missing_is_a_row(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("case_id,image,mask\np1,none.nii.gz,none_mask.nii.gz\n")
    done = radpipe("extract", tmp_path / "m.csv", "-d", "manifest", "-p", "ct_native", "-o", tmp_path / "out")
    assert done.returncode == 1
    assert pd.read_csv(tmp_path / "out" / "tables" / "failures.csv")["code"].tolist() == ["E_MISSING_FILE"]


def test_check_writes_one_row_per_roi_and_the_coverage(hn1_cohort: Path, tmp_path: Path) -> None:
    done = radpipe("check", hn1_cohort, "-d", "hn1", "-o", tmp_path)
    assert done.returncode == 0, done.stderr
    frame = pd.read_csv(tmp_path / "check.csv")
    assert frame.columns.tolist() == ["case_id", "image_id", "modality", "roi", "status", "code", "message"]
    assert len(frame) == 5 * 5 + 3
    assert "    5  GTV-1" in done.stdout
    assert "    3  GTV-2" in done.stdout
    assert not (tmp_path / "tables").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("extract", "{tmp}/in", "-o", "{tmp}/in/out"), 2, "lies in the source"),
        (("check", "{tmp}/in", "-o", "{tmp}/in"), 2, "lies in the source"),
        (("extract", "{tmp}/in", "-o", "{tmp}/out"), 3, "holds no DICOM image"),
        (("extract", "{tmp}/in", "-p", "ct_natve", "-o", "{tmp}/out"), 2, "did you mean ct_native"),
        (("extract", "{tmp}/in", "-d", "nope", "-o", "{tmp}/out"), 2, "data set 'nope' is unknown"),
        (("extract", "{tmp}/in", "--engine", "nope", "-o", "{tmp}/out"), 2, "engine 'nope' is unknown"),
        (("extract", "{tmp}/in", "--policy", "E_FOO=warn", "-o", "{tmp}/out"), 2, "E_FOO is not a known code"),
        (("extract", "{tmp}/in", "-r", "re:(", "-o", "{tmp}/out"), 2, "not a regular expression"),
        (("extract", "{tmp}/in"), 2, "Missing option"),
        (("status", "{tmp}"), 3, "holds no run"),
        (("codes", "E_FOO"), 2, "E_FOO is not a known code"),
    ],
)
def test_a_command_that_cannot_be_carried_out(words: tuple[str, ...], code: int, said: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    done = radpipe(*(word.format(tmp=tmp_path) for word in words))
    assert done.returncode == code
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [("--debug", "status", "{tmp}"), ("status", "{tmp}", "--debug")])
def test_debug_shows_the_traceback_wherever_it_stands(words: tuple[str, ...], tmp_path: Path) -> None:
    done = radpipe(*(word.format(tmp=tmp_path) for word in words))
    assert done.returncode == 1
    assert "NothingUsableError" in done.stderr
    assert "Traceback" in done.stderr


def test_params_lists_and_shows_presets() -> None:
    listed = radpipe("params").stdout
    for name in ("aerts2014", "ct_head_neck", "ct_native", "pet", "mr_t1", "xray_2d"):
        assert name in listed
    assert "binWidth: 25" in radpipe("params", "ct_native").stdout


def test_an_invalid_file_is_refused_with_all_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_text("setting: {binWith: 25, force2D: maybe}\nimageType: {Wavlet: {}}\n")
    done = radpipe("params", path)
    assert done.returncode == 2
    assert "setting.binWith is unknown; did you mean binWidth?" in done.stderr
    assert "setting.force2D is 'maybe'; allowed: true or false" in done.stderr
    assert "imageType.Wavlet is unknown; did you mean Wavelet?" in done.stderr


def test_datasets_and_codes_list_everything() -> None:
    assert "--dataset hn1" in radpipe("datasets").stdout
    listed = radpipe("codes").stdout
    assert all(code in listed for code in PROBLEMS)


def test_the_demo_goes_the_whole_way(tmp_path: Path) -> None:
    done = radpipe("demo", tmp_path / "demo", "--patients", "3", "-j", "1")
    assert done.returncode == 0, done.stderr
    frame = pd.read_csv(tmp_path / "demo" / "out" / "tables" / "features.csv")
    assert len(frame) == 3
    assert {"original_shape_MeshVolume", "original_gldm_DependenceEntropy"} <= set(frame.columns)
    assert "are too few for any model" in " ".join(done.stdout.split())
    assert "feature table" in done.stdout


def test_lists_are_also_json_and_names_are_understood_in_any_case() -> None:
    from typer.testing import CliRunner

    from radpipe.cli.app import app

    def said(*words: str) -> str:
        done = CliRunner().invoke(app, list(words))
        assert done.exit_code == 0, done.output
        return done.output

    (code,) = json.loads(said("codes", "e_suv", "--format", "json"))
    assert (code["code"], code["default"]) == ("E_SUV", "error")
    assert "hn1" in [entry["name"] for entry in json.loads(said("datasets", "--format", "json"))]
    assert said("params", "CT_Native") == said("params", "ct_native")


def test_check_with_settings_foresees_what_the_run_then_says(hn1_cohort: Path, tmp_path: Path) -> None:
    words = (
        "-d",
        "hn1",
        "-r",
        "GTV-1",
        "--modality",
        "CT",
        "-p",
        "ct_native",
        "--setting",
        "resegmentRange=[-200,200]",
    )
    done = radpipe("check", hn1_cohort, *words, "-o", tmp_path / "check")
    assert done.returncode == 0, done.stderr
    assert re.search(r"expected with ct_native\S*: 5 images, about \d", done.stdout)
    seen = pd.read_csv(tmp_path / "check" / "check.csv").set_index("case_id")
    assert seen.columns.tolist()[-3:] == ["config", "measured_voxels", "bins"]
    assert radpipe("extract", hn1_cohort, *words, "-o", tmp_path / "out").returncode == 0
    rows = pd.read_csv(tmp_path / "out" / "tables" / "features.csv").set_index("case_id")
    assert seen["bins"].tolist() == rows["diag_bins"].tolist()
    assert (seen["measured_voxels"] <= rows["diag_measured_voxel_count"]).all()
    pet = radpipe(
        "check", hn1_cohort, "-d", "hn1", "-r", "GTV-1", "--modality", "CT", "-p", "CT=pet", "-o", tmp_path / "pet"
    )
    assert pet.returncode == 3
    assert "nothing would be measured: every row is skipped" in pet.stdout
    assert set(pd.read_csv(tmp_path / "pet" / "check.csv")["code"]) == {"E_PRESET_MODALITY"}
