"""From a source to plans: what a run would do is counted without a trace, remarks on the source are told before it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.cohort import Cohort
from radpipe.datasets import open_cohort
from radpipe.demo.layouts import make_layout
from radpipe.errors import Note, NothingUsableError
from radpipe.features.params_file import parse_params
from radpipe.pipeline import extract
from radpipe.planning import MOST_TOLD, dry_run, open_source, planned_source
from radpipe.request import Request

ALONE = "1 of 7 masks were left out: their radiographs are not in the folder (first 99999999_000.png)"


@pytest.fixture
def radiographs(made_once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    return made_once("layout_chestxray14", lambda folder: make_layout("chestxray14", folder, seed=3))


def words(command: str, source: Path, out: Path, *more: str) -> list[str]:
    return [command, str(source), "-d", "chestxray14", "-r", "Heart", "-p", "xray_2d", *more, "-o", str(out)]


@pytest.mark.parametrize("command", ["extract", "plan"])
def test_masks_without_a_radiograph_are_told_before_anything_is_measured(
    radiographs: Path, tmp_path: Path, command: str
) -> None:
    told = CliRunner().invoke(app, words(command, radiographs, tmp_path / "out")).output
    assert told.count(ALONE) == 1
    assert told.index(ALONE) < told.index("planned")
    quiet = CliRunner().invoke(app, ["-q", *words(command, radiographs, tmp_path / "quiet")]).output
    assert "left out" not in quiet


def test_a_private_run_tells_how_many_remarks_there_are_and_no_name(radiographs: Path, tmp_path: Path) -> None:
    more = ("--private", str(tmp_path / "key"))
    told = CliRunner().invoke(app, words("plan", radiographs, tmp_path / "out", *more)).output
    assert "2 remarks on the source: radpipe check tells them" in told
    assert "99999999" not in told


def test_of_many_remarks_the_first_are_told(radiographs: Path, tmp_path: Path) -> None:
    notes = tuple(Note.of("W_DATASET", what=f"remark {number}") for number in range(MOST_TOLD + 3))
    cohort = replace(open_cohort(radiographs, "chestxray14"), problems=notes)
    told: list[str] = []
    planned_source(Request(cohort, tmp_path / "out", params="xray_2d", rois=["Heart"]), say=told.append)
    assert len(told) == MOST_TOLD + 1
    assert told[-1] == "  3 more remarks on the source: radpipe check tells them"


PLAIN = parse_params({"featureClass": {"firstorder": ["Mean"]}}, name="plain")


@pytest.fixture
def source(manifest_of: Callable[[Path, int], Path], tmp_path: Path) -> Path:
    """Three rows, of which the last lacks its mask, so that it fails when it is measured."""
    path = manifest_of(tmp_path, 2)
    with path.open("a") as file:
        file.write("p9,image.nrrd,none.nrrd,Brain,CT\n")
    return path


def asked(source: Path | Cohort, tmp_path: Path, **more: object) -> Request:
    return Request(source, tmp_path / "out", **{"dataset": "manifest", "params": PLAIN, **more})


def test_a_dry_run_counts_images_rows_and_rois_and_leaves_no_trace(source: Path, tmp_path: Path) -> None:
    told = dry_run(asked(source, tmp_path))
    (config,) = told.configs
    assert (told.cases, config.name, config.images, config.rows, config.modalities) == (3, "plain", 3, 3, "3 CT")
    assert config.rois == (("GTV", 2), ("Brain", 1))
    assert config.measured == 0
    assert not (tmp_path / "out").exists()


def test_what_lies_there_already_is_told(source: Path, tmp_path: Path) -> None:
    extract(source, dataset="manifest", params=PLAIN, out=tmp_path / "out", cases=["p000"])
    assert dry_run(asked(source, tmp_path)).configs[0].measured == 1


def test_rois_that_a_case_lacks_are_rows_that_end_at_planning(source: Path, tmp_path: Path) -> None:
    (config,) = dry_run(asked(source, tmp_path, rois=["GTV"])).configs
    assert config.codes == (("E_ROI_MISSING", 1),)
    assert (config.rows, config.images) == (3, 2)


def test_controls_are_configurations_of_their_own(source: Path, tmp_path: Path) -> None:
    configs = dry_run(asked(source, tmp_path, controls=["shuffled_roi"])).configs
    assert [config.name for config in configs] == ["plain", "plain~shuffled_roi"]


def test_each_configuration_has_a_plan_of_its_shards(source: Path, tmp_path: Path) -> None:
    plans = planned_source(asked(source, tmp_path, controls=["shuffled_roi"]), shards=2)
    assert [(plan.config, plan.rows, plan.shards) for plan in plans] == [("plain", 3, 2), ("plain~shuffled_roi", 3, 2)]
    assert all(plan.path.parent == tmp_path / "out" / "plans" for plan in plans)


def test_plans_of_a_private_run_lie_beside_its_key_and_name_nobody(source: Path, tmp_path: Path) -> None:
    (plan,) = planned_source(asked(source, tmp_path, private=tmp_path / "key", cases=["p000"]))
    assert plan.path.parent == tmp_path / "key.plans"
    assert plan.cases == 3
    assert plan.tasks == 1


def test_a_cohort_is_its_own_source_and_the_index_of_a_folder_is_kept(hn1_cohort: Path, tmp_path: Path) -> None:
    request = asked(hn1_cohort, tmp_path, dataset="hn1")
    cohort = open_source(request)
    assert len(list((tmp_path / "out" / "cache").glob("index-*.parquet"))) == 1
    assert open_source(asked(cohort, tmp_path, dataset="dicom")) is cohort
    assert open_source(request, keep_index=False).cases == cohort.cases


def test_a_source_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingUsableError, match="does not exist"):
        planned_source(asked(tmp_path / "none.csv", tmp_path))
