"""A ROI beside others: copies from other patients, and sides told from what lies in the middle."""

import pandas as pd

from radpipe.qc.neighbours import copies, sides, twins


def outlines(forms: str, cases: str, voxels: int = 500) -> pd.DataFrame:
    """Rows of one name, a letter each for form and case."""
    return pd.DataFrame(
        {
            "name": "Eye_L", "roi": [f"eye {number}" for number in range(len(forms))], "modality": "CT",
            "config": "native", "case_id": list(cases), "form": ["abcdefg".find(form) for form in forms],
            "voxels": voxels,
        }
    )  # fmt: skip


def told(rows: pd.DataFrame) -> dict[int, str]:
    return {finding.row: finding.sentence.removeprefix("voxel for voxel the outline of ") for finding in copies(rows)}


def test_each_copy_names_the_first_outline_of_another_patient():
    # Form a: twice of case p, then q and r. The rows of p name that of q, the others the first of p.
    rows = outlines("aabaacdef", "ppqqrstuv")
    assert told(rows) == {0: "eye 3 of case q", 1: "eye 3 of case q", 3: "eye 0 of case p", 4: "eye 0 of case p"}


def test_two_outlines_of_one_patient_and_small_ones_are_no_copies():
    assert told(outlines("aabc", "ppqr")) == {}
    assert told(outlines("abca", "pqrs", voxels=99)) == {}
    assert told(outlines("    ", "pqrs")) == {}


def test_where_half_of_ten_have_one_it_is_an_atlas():
    assert len(told(outlines("aaaabcdefg", "pqrstuvwxy"))) == 4
    assert told(outlines("aaaaabcdef", "pqrstuvwxy")) == {}


def test_a_side_is_told_from_the_cord_before_the_body_and_not_in_one_slice():
    rows = pd.DataFrame(
        {
            "roi": ["Parotid_L", "cord"], "name": ["Parotid_L", "SpinalCord"], "image": 0, "config": "native",
            "volume_ml": 10.0, "slices": 40, "centre_x_mm": [-30.0, 10.0], "body_x_mm": -40.0,
        }
    )  # fmt: skip
    (finding,) = sides(rows)
    assert (finding.row, finding.sentence) == (0, "lies 40 mm to the patient's right of cord")
    assert sides(rows.assign(image=[0, 1])) == [], "10 mm left of the body's middle"
    assert sides(rows.assign(slices=1)) == []


def test_twins_are_read_from_the_list_of_the_row():
    block = pd.DataFrame({"roi": ["a", "b", "GTV"], "overlaps": ['[["b", 0.99, 1.0]]', "", '[["Body", 0.1, 1.0]]']})
    assert [(finding.row, finding.sentence) for finding in twins(block)] == [(0, "the same voxels as b (Dice 0.990)")]
