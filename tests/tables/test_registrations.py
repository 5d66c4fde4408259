"""``registrations.csv`` and ``coverage.csv`` hold what lies beside the transforms, and go when nothing does."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from radpipe.tables.registrations import COVERAGE_COLUMNS, REGISTRATION_COLUMNS, write_coverage, write_registrations


def record(out: Path, folder: str, name: str, **content: Any) -> None:
    (out / folder).mkdir(parents=True, exist_ok=True)
    (out / folder / f"{name}.json").write_text(json.dumps(content))


def registered(out: Path, case: str, **figures: float) -> None:
    record(out, "transforms", case, case_id=case, image_id="MR", modality="MR", drawn_on="CT", method="rigid",
           status="ok", message="", transform=f"transforms/{case}.tfm", figures=figures)  # fmt: skip


def read(out: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(out / "tables" / name)


def test_each_registration_is_a_row_in_the_order_of_cases(tmp_path: Path) -> None:
    registered(tmp_path, "p2", motion_mm=12.5, overlap=0.9)
    registered(tmp_path, "p1", motion_mm=3.25)
    assert write_registrations(tmp_path) == 2
    frame = read(tmp_path, "registrations.csv")
    assert tuple(frame.columns) == REGISTRATION_COLUMNS
    assert frame["case_id"].tolist() == ["p1", "p2"]
    assert frame["motion_mm"].tolist() == [3.25, 12.5]
    assert frame["overlap"].isna().tolist() == [True, False]  # what a transform of the user does not tell is empty


def test_the_table_goes_with_the_last_registration(tmp_path: Path) -> None:
    registered(tmp_path, "p1")
    write_registrations(tmp_path)
    (tmp_path / "transforms" / "p1.json").unlink()
    assert write_registrations(tmp_path) == 0
    assert not (tmp_path / "tables" / "registrations.csv").exists()


def test_each_roi_that_was_carried_is_a_row(tmp_path: Path) -> None:
    rois = [{"roi": name, "outside_percent": share, "drawn_mm3": 100.0, "carried_mm3": 100.0 - share, "code": code}
            for name, share, code in (("GTV", 0.0, ""), ("Brain", 40.0, "W_OUTSIDE"))]  # fmt: skip
    record(tmp_path, "coverage", "p1_MR", case_id="p1", image_id="MR", drawn_on="CT", rois=rois)
    assert write_coverage(tmp_path) == 2
    frame = read(tmp_path, "coverage.csv")
    assert tuple(frame.columns) == COVERAGE_COLUMNS
    assert frame["roi"].tolist() == ["Brain", "GTV"]
    assert frame["carried_mm3"].tolist() == [60.0, 100.0]
    (tmp_path / "coverage" / "p1_MR.json").unlink()
    assert write_coverage(tmp_path) == 0
    assert not (tmp_path / "tables" / "coverage.csv").exists()
