"""``radpipe extract``: the promised files, columns and exit codes; settings of each modality; bad cases are rows."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk  # noqa: N813
from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.errors import NothingUsableError, UsageError

FIRST = ["case_id", "image_id", "modality", "roi", "config", "status", "code", "message", "warnings"]


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """A patient with CT and PET, one mask each."""
    random = np.random.default_rng(7)
    rows = ["case_id,image,mask,roi,modality"]
    for modality, high in (("CT", 400), ("PT", 12)):
        array = random.uniform(0, high, (8, 12, 12)).astype(np.float32)
        mask = np.zeros(array.shape, np.uint8)
        mask[2:6, 3:9, 3:9] = 1
        for name, voxels in ((modality, array), (f"{modality}-mask", mask)):
            sitk.WriteImage(sitk.GetImageFromArray(voxels), tmp_path / f"{name}.nrrd")
        rows.append(f"p1,{modality}.nrrd,{modality}-mask.nrrd,GTV-1,{modality}")
    path = tmp_path / "cases.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def extract(manifest: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["extract", str(manifest), *words, "-o", str(manifest.parent / "out")])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def test_ct_and_pet_are_measured_in_one_run_with_their_own_settings(manifest: Path) -> None:
    code, said = extract(manifest, "-p", "CT=ct_native", "-p", "pet=pet")
    assert code == 0, said
    frame = pd.read_csv(manifest.parent / "out" / "tables" / "features.csv")
    assert frame[["modality", "config", "status"]].values.tolist() == [["CT", "ct_native", "ok"], ["PT", "pet", "ok"]]


def test_without_settings_each_modality_is_asked_for(manifest: Path) -> None:
    with pytest.raises(UsageError, match="say how CT, PT shall be measured, for instance -p CT=ct_head_neck -p PT=pet"):
        extract(manifest)
    with pytest.raises(UsageError, match="say how PT shall be measured, for instance -p PT=pet"):
        extract(manifest, "-p", "CT=ct_native")


def test_names_that_nothing_meets_are_refused_with_those_that_are_there(manifest: Path) -> None:
    with pytest.raises(NothingUsableError, match=r"--roi gtv1: nothing is measured; did you mean GTV-1\?"):
        extract(manifest, "-p", "CT=ct_native", "-p", "PT=pet", "-r", "gtv1")
    with pytest.raises(
        NothingUsableError, match=r"--modality MR: nothing is measured; 1 cases hold CT \(1\), PT \(1\)"
    ):
        extract(manifest, "-p", "mr_t1", "--modality", "mri")


def test_a_run_whose_rows_are_all_skipped_ends_with_3(manifest: Path) -> None:
    code, said = extract(manifest, "-p", "mr_t1", "--modality", "PET")
    assert (code, "nothing was measured" in said) == (3, True)


def test_extract_writes_the_promised_files_and_columns(radpipe, hn1_cohort: Path, tmp_path: Path) -> None:
    done = radpipe("extract", hn1_cohort, "-d", "hn1", "-r", "GTV-1", "-r", "GTV-2", "-p", "ct_native", "-o", tmp_path)
    assert done.code == 0, done.err
    frame = pd.read_csv(tmp_path / "tables" / "features.csv")
    assert frame.columns[:9].tolist() == FIRST
    assert frame["status"].value_counts().to_dict() == {"ok": 8, "skipped": 2}
    assert set(frame.loc[frame["status"] == "skipped", "code"]) == {"E_ROI_MISSING"}
    assert frame["warnings"].str.contains("W_AGREEMENT").sum() == 2
    told = json.loads((tmp_path / "tables" / "provenance.json").read_text())
    assert told["counts"] == {"cases": 5, "images": 5, "planned": 10, "ok": 8, "failed": 0, "skipped": 2}
    for name in ("features.parquet", "features_long.parquet", "failures.csv", "data_dictionary.csv"):
        assert (tmp_path / "tables" / name).is_file()
    assert "10 planned = 8 ok + 0 failed + 2 skipped" in done.out


def test_a_merge_is_one_row_of_the_union(radpipe, hn1_cohort: Path, tmp_path: Path) -> None:
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
    assert done.code == 0, done.err
    voxels = pd.read_csv(tmp_path / "tables" / "features.csv").set_index("roi")["diag_voxel_count"]
    assert voxels["GTV"] > voxels["GTV-1"]


def test_bad_cases_are_rows_and_the_others_are_done(radpipe, hn1_copy: Path, tmp_path: Path) -> None:
    home = "01-01-2010-synthetic"
    shutil.rmtree(hn1_copy / "HN1001" / home / "2.000000-CT")
    cut = next((hn1_copy / "HN1002" / home).rglob("1-007.dcm"))
    cut.write_bytes(cut.read_bytes()[:-2000])
    gone = next((hn1_copy / "HN1003" / home).rglob("1-009.dcm"))
    gone.unlink()
    header = next((hn1_copy / "HN1004" / home).rglob("1-030.dcm"))
    header.write_bytes(header.read_bytes()[:400])
    done = radpipe("extract", hn1_copy, "-d", "hn1", "-r", "GTV-1", "-p", "ct_native", "-o", tmp_path / "out")
    assert done.code == 1, done.err
    frame = pd.read_csv(tmp_path / "out" / "tables" / "features.csv").set_index("case_id")
    assert frame.loc["HN1001", "code"].tolist() == ["E_NO_IMAGE", "E_NO_IMAGE"]
    assert frame.loc["HN1002", "code"] == "E_TRUNCATED"
    assert frame.loc["HN1003", "code"] == "E_MISSING_SLICE"
    assert frame.loc["HN1004", "code"] in ("E_UNREADABLE", "E_REQUIRED_TAG")
    assert frame.loc["HN1005", "status"] == "ok"
    assert "1-007.dcm" in frame.loc["HN1002", "message"]
    assert "Traceback" not in done.err


def test_a_manifest_row_whose_file_is_missing_is_a_row(radpipe, tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("case_id,image,mask\np1,none.nii.gz,none_mask.nii.gz\n")
    done = radpipe("extract", tmp_path / "m.csv", "-d", "manifest", "-p", "ct_native", "-o", tmp_path / "out")
    assert done.code == 1
    assert pd.read_csv(tmp_path / "out" / "tables" / "failures.csv")["code"].tolist() == ["E_MISSING_FILE"]
