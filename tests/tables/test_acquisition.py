"""The acquisition table: one row an image, groups of scanners, and what the cohort shares."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest

from radpipe.datasets import open_cohort
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.pipeline import extract
from radpipe.tables.acquisition import ACQUISITION_COLUMNS, AcquisitionRows, grouped, pooled, summary

VECTOR = FeatureVector(("a",), np.array([1.0]))


def table(*images: dict[str, str], modality: str = "CT") -> pd.DataFrame:
    with TemporaryDirectory() as folder, AcquisitionRows.gathered_in(Path(folder)) as rows:
        for number, told in enumerate(images):
            key = (f"p{number}", "ct", modality, "GTV-1", "native")
            rows.add(Outcome(*key, Status.OK, vector=VECTOR, qc={"acquisition": told}))
            rows.add(Outcome(*key[:3], "GTV-2", "native", Status.OK, vector=VECTOR, qc={"parts": 1}))
        return rows.frame()


A = {"Manufacturer": "ACME", "ManufacturerModelName": "One", "SliceThickness": "3", "KVP": "120"}
B = A | {"ManufacturerModelName": "Two", "KVP": "100"}


def test_one_row_an_image_with_every_column():
    frame = table(A, B)
    assert tuple(frame.columns) == ACQUISITION_COLUMNS
    assert frame["ManufacturerModelName"].tolist() == ["One", "Two"]
    assert frame["EchoTime"].tolist() == ["", ""]


def test_the_largest_group_of_scanners_is_the_first():
    frame = grouped(table(B, A, A | {"SliceThickness": "2.99995"}, {}))
    assert frame["scanner_group"].tolist() == ["CT 2", "CT 1", "CT 1", ""]


def test_the_summary_tells_median_and_range_or_counts_and_what_is_missing():
    frame = summary(grouped(table(A, A, B, {"KVP": "140"})))
    told = {row.keyword: (row.images, row.missing, row.told) for row in frame.itertuples()}
    assert told["KVP"] == (4, 0, "median 120, 100 to 140")
    assert told["ManufacturerModelName"] == (4, 1, "One (2); Two (1)")
    assert told["scanner_group"] == (4, 1, "CT 1 (2); CT 2 (1)")
    assert "EchoTime" not in told


def test_a_private_run_pools_what_few_patients_have():
    frame = grouped(pooled(table(*[A] * 5, B)))
    assert frame["ManufacturerModelName"].tolist() == ["One"] * 5 + ["(fewer than 5 patients)"]
    assert frame["KVP"].tolist() == ["120"] * 5 + ["(fewer than 5 patients)"]
    assert frame["Manufacturer"].tolist() == ["ACME"] * 6


@pytest.mark.parametrize("private", [False, True])
def test_a_run_writes_both_tables(hn1_cohort: Path, tmp_path: Path, private: bool):
    options = {"private": tmp_path / "key"} if private else {}
    cases = [case.case_id for case in open_cohort(hn1_cohort, "hn1")][:1]
    out = tmp_path / "out"
    extract(
        hn1_cohort,
        dataset="hn1",
        params="ct_native",
        rois=["GTV-1"],
        modalities=["CT"],
        cases=cases,
        out=out,
        **options,
    )
    frame = pd.read_csv(out / "tables" / "acquisition.csv", dtype=str, keep_default_na=False)
    (row,) = frame.to_dict("records")
    assert tuple(frame.columns) == ACQUISITION_COLUMNS
    assert (row["case_id"] == cases[0]) != private
    assert float(row["SpacingBetweenSlices"]) == 3
    assert pd.read_csv(out / "tables" / "acquisition_summary.csv")["keyword"].tolist()[-1] == "SpacingBetweenSlices"
