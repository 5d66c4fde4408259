"""``radpipe check``: a row for each ROI, what a run would take, and the exit code that the run would have."""

import re
from pathlib import Path

import pandas as pd


def test_check_writes_one_row_per_roi_and_the_coverage(radpipe, hn1_cohort: Path, tmp_path: Path) -> None:
    done = radpipe("check", hn1_cohort, "-d", "hn1", "-o", tmp_path)
    assert done.code == 0, done.err
    frame = pd.read_csv(tmp_path / "check.csv")
    assert frame.columns.tolist() == ["case_id", "image_id", "modality", "roi", "status", "code", "message"]
    assert len(frame) == 5 * 5 + 3
    assert "    5  GTV-1" in done.out
    assert "    3  GTV-2" in done.out
    assert not (tmp_path / "tables").exists()


def test_check_with_settings_foresees_what_the_run_then_says(radpipe, hn1_cohort: Path, tmp_path: Path) -> None:
    words = (hn1_cohort, "-d", "hn1", "-r", "GTV-1", "--modality", "CT")
    plain = (*words, "-p", "ct_native", "--setting", "resegmentRange=[-200,200]")
    done = radpipe("check", *plain, "-o", tmp_path / "check")
    assert done.code == 0, done.err
    assert re.search(r"expected with ct_native\S*: 5 images, about \d", done.out)
    seen = pd.read_csv(tmp_path / "check" / "check.csv").set_index("case_id")
    assert seen.columns.tolist()[-3:] == ["config", "measured_voxels", "bins"]
    assert radpipe("extract", *plain, "-o", tmp_path / "out").code == 0
    rows = pd.read_csv(tmp_path / "out" / "tables" / "features.csv").set_index("case_id")
    assert seen["bins"].tolist() == rows["diag_bins"].tolist()
    assert (seen["measured_voxels"] <= rows["diag_measured_voxel_count"]).all()


def test_check_ends_with_3_where_settings_are_of_another_modality(radpipe, hn1_cohort: Path, tmp_path: Path) -> None:
    done = radpipe("check", hn1_cohort, "-d", "hn1", "-r", "GTV-1", "--modality", "CT", "-p", "CT=pet", "-o", tmp_path)
    assert done.code == 3
    assert "nothing would be measured: every row is skipped" in done.out
    assert set(pd.read_csv(tmp_path / "check.csv")["code"]) == {"E_PRESET_MODALITY"}


def test_a_mask_that_is_not_there_is_counted_with_its_meaning(radpipe, manifest_of, tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    manifest_of(source, 2)
    with (source / "cases.csv").open("a") as file:
        file.write("p9,image.nrrd,none.nrrd,GTV,CT\n")
    done = radpipe("check", source / "cases.csv", "-d", "manifest", "-o", tmp_path / "out")
    assert done.code == 1
    assert "3 planned = 2 ok + 1 failed + 0 skipped" in done.out
    assert "  1 x E_MISSING_FILE: " in done.out
