"""Coverage of ROIs: kept beside the transform it belongs to, forgotten with it."""

import json
from pathlib import Path

from radpipe.run.coverage import COVERAGE, TRANSFORMS, Carried, keep_coverage

NAMES = {"image": "MR_T1", "other": "CT"}
CORD = Carried("SpinalCord", 900.0, 450.0, 50.0)
LIPS = Carried("Lips", 300.0, 0.0, 100.0, "E_OUTSIDE")


def kept(out: Path, *carried: Carried, transform: str = "one") -> dict[str, float]:
    (out / TRANSFORMS).mkdir(exist_ok=True)
    (out / TRANSFORMS / "case_01_MR_T1.json").write_text(transform)
    keep_coverage(out, "case_01_MR_T1", "case_01", NAMES, carried)
    record = json.loads((out / COVERAGE / "case_01_MR_T1.json").read_text())
    assert (record["case_id"], record["image_id"], record["drawn_on"]) == ("case_01", "MR_T1", "CT")
    return {roi["roi"]: roi["outside_percent"] for roi in record["rois"]}


def test_rois_of_two_runs_stand_together_and_the_newer_figure_counts(tmp_path: Path) -> None:
    kept(tmp_path, CORD)
    assert kept(tmp_path, LIPS) == {"Lips": 100.0, "SpinalCord": 50.0}
    assert kept(tmp_path, Carried("Lips", 300.0, 150.0, 49.0)) == {"Lips": 49.0, "SpinalCord": 50.0}


def test_another_transform_forgets_what_the_older_one_carried(tmp_path: Path) -> None:
    kept(tmp_path, CORD)
    assert kept(tmp_path, LIPS, transform="another") == {"Lips": 100.0}


def test_a_damaged_record_is_written_anew(tmp_path: Path) -> None:
    kept(tmp_path, CORD)
    (tmp_path / COVERAGE / "case_01_MR_T1.json").write_text("{")
    assert kept(tmp_path, LIPS) == {"Lips": 100.0}
