"""Several ROIs of a patient: the largest, the primary, or their sum."""

import pandas as pd
import pytest

from radpipe.errors import UsageError
from radpipe.survival.design.lesions import Lesions, one_row_each, rows_of_roi

VOLUME = "original_shape_MeshVolume"
ROWS = pd.DataFrame(
    [
        ("A", "GTV-1", 10.0, 4.0, 100.0),
        ("A", "GTV-2", 30.0, 8.0, 50.0),
        ("B", "GTV-1", 20.0, 5.0, 70.0),
        ("B", "Lung", 900.0, 1.0, 1.0),
    ],
    columns=["case_id", "roi", VOLUME, "original_firstorder_Mean", "original_firstorder_Energy"],
)


def test_a_glob_takes_several_rois_and_wants_to_know_what_they_become() -> None:
    with pytest.raises(UsageError, match=r"3 ROIs \(GTV-1, GTV-2, Lung\); choose one with --roi, or tell"):
        rows_of_roi(ROWS, None, None)
    rows, name = rows_of_roi(ROWS, "gtv-*", Lesions.LARGEST)
    assert (len(rows), name) == (3, "gtv-* (largest)")
    assert rows_of_roi(ROWS, "gtv-1", None)[1] == "GTV-1"
    with pytest.raises(UsageError, match="no row of ROI 'PTV'"):
        rows_of_roi(ROWS, "PTV", None)


def test_the_largest_and_the_primary_are_one_row_each() -> None:
    rows, name = rows_of_roi(ROWS, "GTV-*", Lesions.LARGEST)
    assert one_row_each(rows, name, Lesions.LARGEST)["roi"].to_dict() == {"A": "GTV-2", "B": "GTV-1"}
    assert one_row_each(ROWS, "", Lesions.PRIMARY)["roi"].to_dict() == {"A": "GTV-1", "B": "GTV-1"}
    names = ROWS.assign(roi=["GTV-T", "GTVp", "GTV-T", "Lung"])
    with pytest.raises(UsageError, match=r"patient A has several such ROIs \(GTV-T, GTVp\); name one with --roi"):
        one_row_each(names, "", Lesions.PRIMARY)
    with pytest.raises(UsageError, match="no ROI is named as a primary tumour; there are node"):
        one_row_each(ROWS.assign(roi=["node 1", "node 2", "node 1", "node 2"]), "", Lesions.PRIMARY)


# By hand: volumes 10 + 30; means (10 * 4 + 30 * 8) / 40 = 7; energies 100 + 50.
def test_the_sum_adds_volumes_and_energies_and_weights_the_rest() -> None:
    rows, name = rows_of_roi(ROWS, "GTV-*", Lesions.SUM)
    found = one_row_each(rows, name, Lesions.SUM).loc["A"]
    assert (found[VOLUME], found["original_firstorder_Mean"], found["original_firstorder_Energy"]) == (40, 7, 150)
    lacking = rows.copy()
    lacking.loc[1, "original_firstorder_Mean"] = float("nan")
    assert pd.isna(one_row_each(lacking, name, Lesions.SUM).loc["A", "original_firstorder_Mean"])


def test_lesions_without_volumes_and_twice_measured_ones_are_refused() -> None:
    rows, name = rows_of_roi(ROWS, "GTV-*", Lesions.SUM)
    with pytest.raises(UsageError, match="--lesions sum needs volumes: no column of volume"):
        one_row_each(rows.drop(columns=VOLUME), name, Lesions.SUM)
    with pytest.raises(UsageError, match="patient A, B has more than one row"):
        one_row_each(pd.concat([rows, rows]), name, Lesions.LARGEST)
