"""Plan, work, tables: several configurations stand side by side in one folder, and nothing is replaced in silence."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.errors import NothingUsableError, Policy, UsageError
from radpipe.features.params_file import parse_params
from radpipe.pipeline import extract, read_features, status
from radpipe.qc.flags import read_qc
from radpipe.steps import make_tables

PARAMS = parse_params({"featureClass": {"firstorder": ["Mean"]}}, name="plain")
OTHER = parse_params({"featureClass": {"firstorder": ["Median"]}, "setting": {"binWidth": 10}}, name="fine")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A manifest of three cases; each image has a value of its own."""
    folder = tmp_path / "source"
    folder.mkdir()
    lines = ["case_id,image,mask,roi,modality"]
    mask = np.zeros((6, 8, 8), np.uint8)
    mask[1:5, 2:6, 2:6] = 1
    sitk.WriteImage(sitk.GetImageFromArray(mask), folder / "mask.nrrd")
    for i in range(3):
        sitk.WriteImage(sitk.GetImageFromArray(np.full(mask.shape, i, np.int16)), folder / f"image{i}.nrrd")
        lines.append(f"p{i},image{i}.nrrd,mask.nrrd,GTV,CT")
    (folder / "cases.csv").write_text("\n".join(lines) + "\n")
    return folder / "cases.csv"


def run(source: Path, out: Path, **options: object):
    return extract(source, dataset="manifest", **{"params": PARAMS, "out": out, **options})


def rows(out: Path) -> list[tuple[str, str]]:
    frame = read_features(out)
    return list(zip(frame["case_id"], frame["config"], strict=True))


def test_two_configurations_stand_side_by_side(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(source, out)
    summary = run(source, out, params=OTHER)
    assert (summary.account.planned, summary.account.ok) == (6, 6)
    assert rows(out) == [(f"p{i}", name) for name in ("plain", "fine") for i in range(3)]
    frame = read_features(out).set_index(["config", "case_id"])
    assert frame.loc["plain", "original_firstorder_Mean"].tolist() == [0, 1, 2]
    assert frame.loc["fine", "original_firstorder_Mean"].isna().all()
    told = json.loads((out / "tables" / "provenance.json").read_text())
    assert [one["config"] for one in told["runs"]] == ["plain", "fine"]
    assert (told["counts"]["cases"], told["counts"]["planned"]) == (3, 6)
    assert str(status(out).account) == "6 planned = 6 ok + 0 failed + 0 skipped"


def test_the_order_of_two_configurations_is_that_of_their_first_run(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(source, out)
    run(source, out, params=OTHER)
    before = (out / "tables" / "features.csv").read_bytes()
    run(source, out)
    assert (out / "tables" / "features.csv").read_bytes() == before


def test_a_run_of_one_case_is_a_plan_of_its_own_and_takes_no_row_away(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(source, out)
    os.utime(source.parent / "image1.nrrd", (1, 1))
    run(source, out, cases=["p1"])
    assert sorted(rows(out)) == [(f"p{i}", "plain") for i in range(3)]
    run(source, out)
    assert rows(out) == [(f"p{i}", "plain") for i in range(3)]


def test_quality_control_has_a_row_per_measured_roi_and_its_numbers(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with (source.parent / "cases.csv").open("a") as file:
        file.write("p3,image0.nrrd,gone.nrrd,GTV,CT\n")
    run(source, out)
    run(source, out, params=OTHER)
    table = read_qc(out)
    assert table[["case_id", "config"]].to_numpy().tolist() == [
        [f"p{i}", name] for name in ("plain", "fine") for i in range(3)
    ]
    assert table["mean"].tolist() == [0, 1, 2] * 2
    assert (table["voxels"] == 64).all()
    assert set(table["verdict"]) == {"not reviewed"}
    assert table["mask_sha256"].nunique() == 1


def test_tables_are_made_again_where_that_of_quality_control_is_missing(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(source, out)
    (out / "tables" / "qc.csv").unlink()
    run(source, out)
    assert len(read_qc(out)) == 3


def test_other_settings_under_the_same_name_are_refused_with_both_values(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(source, out)
    before = (out / "tables" / "features.csv").read_bytes()
    changed = parse_params({"featureClass": {"firstorder": ["Mean"]}, "setting": {"binWidth": 10}}, name="plain")
    with pytest.raises(UsageError, match=r"other settings: setting.binWidth was 25.0, is 10"):
        run(source, out, params=changed)
    assert (out / "tables" / "features.csv").read_bytes() == before


def test_rows_of_the_same_name_from_another_source_are_refused(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(source, out)
    other = tmp_path / "other"
    shutil.copytree(source.parent, other)
    with pytest.raises(UsageError, match=r"holds p0, .*, GTV, plain already"):
        run(other / "cases.csv", out)
    assert len(rows(out)) == 3
    (other / "cases.csv").write_text("case_id,image,mask,roi\nq1,image1.nrrd,mask.nrrd,GTV\n")
    run(other / "cases.csv", out)
    assert [case for case, _ in rows(out)] == ["p0", "p1", "p2", "q1"]


def test_another_policy_for_the_whole_is_measured_again_and_for_a_part_refused(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(source, out)
    strict = Policy.parse(["W_SMALL_ROI=error"])
    with pytest.raises(UsageError, match="choose another output folder"):
        run(source, out, cases=["p1"], policy=strict)
    assert run(source, out, policy=strict).account.failed == 3


def test_an_output_folder_inside_the_source_is_refused(hn1_cohort: Path) -> None:
    with pytest.raises(UsageError, match="lies in the source"):
        extract(hn1_cohort, dataset="hn1", params=PARAMS, out=hn1_cohort / "out")
    assert not (hn1_cohort / "out").exists()


def test_a_run_of_an_older_radpipe_is_refused_and_left_alone(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "parts").mkdir(parents=True)
    (out / "plan.jsonl").write_text("[]\n")
    with pytest.raises(UsageError, match="holds a run of an older radpipe"):
        run(source, out)
    assert not (out / "tables").exists()


def test_tables_that_would_be_the_same_are_kept_and_those_that_someone_changed_are_not(
    source: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(source, out)
    path = out / "tables" / "features.csv"
    before, content = path.stat().st_ino, path.read_bytes()
    run(source, out)
    assert path.stat().st_ino == before
    path.write_bytes(content + b"mine\n")
    assert run(source, out).account.ok == 3
    assert path.read_bytes() == content


def test_tables_of_open_rows_are_not_made(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(NothingUsableError, match="holds no run"):
        make_tables(out)
    run(source, out)
    for path in (out / "packs").rglob("*.parquet"):
        path.unlink()
    assert make_tables(out) is None
    tables = make_tables(out, stopped_by="--partial")
    assert tables is not None
    assert str(tables.account) == "3 planned = 0 ok + 0 failed + 3 skipped"


def test_columns_and_rois_are_read_alone(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(source, out)
    frame = read_features(out, columns=["original_firstorder_Mean"], rois=["gtv"])
    assert frame.columns[-1] == "original_firstorder_Mean"
    assert frame.shape == (3, 10)
    assert read_features(out, rois=["none"]).empty
    with pytest.raises(UsageError, match="original_firstorder_Meen"):
        read_features(out, columns=["original_firstorder_Meen"])


def test_a_plan_in_whose_place_a_newer_one_stands_is_removed_after_a_week(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(source, out)
    (first,) = (out / "plans").glob("*.parquet")
    os.utime(source.parent / "image1.nrrd", (1, 1))
    run(source, out)
    assert len(list((out / "plans").glob("*.parquet"))) == 2  # a job of the first one may still wait
    for path in (out / "plans").iterdir():
        os.utime(path, (path.stat().st_mtime - 8 * 86_400,) * 2)
    (out / "plans" / "mine.parquet").write_bytes(b"")
    make_tables(out)
    assert not first.exists()
    assert not first.with_suffix(".cases.jsonl").exists()
    assert len(list((out / "plans").glob("plan-*"))) == 2
    assert (out / "plans" / "mine.parquet").exists()
    os.utime(out / "plans" / "mine.parquet", (1, 1))
    make_tables(out)
    assert (out / "plans" / "mine.parquet").exists()
