"""HaN-Seg: usability, an unregistered MR, side tables, and organs on a turned grid."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from radpipe.cohort import Case, Cohort
from radpipe.datasets import DatasetOptions, open_cohort
from radpipe.errors import NothingUsableError
from radpipe.features.params_file import load_params
from radpipe.imaging.open import open_image, open_mask
from radpipe.rois import RoiRule
from radpipe.run.plan import Plan, Selection, plan

Layout = Callable[[str], Path]

PRESETS = {"CT": "ct_native", "MR": "mr_t1"}


def planned(cohort: Cohort, *rois: str, modality: str = "CT") -> Plan:
    return plan(cohort, Selection(RoiRule(rois), (modality,)), load_params(PRESETS[modality]), engine="native")


def usable(case: Case) -> list[str]:
    return [roi.name for roi in case.rois if roi.refusal is None]


def test_cases_sort_by_number_and_organs_are_those_of_the_files(layout: Layout) -> None:
    cohort = open_cohort(layout("hanseg"), "hanseg")
    assert [case.case_id for case in cohort] == ["case_01", "case_02", "case_10"]
    assert usable(cohort.cases[1]) == ["Cavity_Oral", "Eye_AL", "Parotid_L", "SpinalCord"]
    assert [image.modality for image in cohort.cases[2].images] == ["CT"]
    assert cohort.problems == ()


def test_a_partly_usable_organ_is_a_skipped_row_with_its_value(layout: Layout) -> None:
    rows = planned(open_cohort(layout("hanseg"), "hanseg"), "Parotid_L").rows
    assert [(row.case_id, row.status, row.code) for row in rows if row.status] == [("case_01", "skipped", "E_PARTIAL")]
    assert "the organ's usability is 0.5, below 1" in rows[0].message


def test_include_partial_measures_it_all_the_same(layout: Layout) -> None:
    cohort = open_cohort(layout("hanseg"), "hanseg", options=DatasetOptions(include_partial=True))
    assert not any(row.status for row in planned(cohort, "Parotid_L").rows)


def test_a_missing_organ_is_a_skipped_row_that_tells_what_was_found(layout: Layout) -> None:
    (row,) = [row for row in planned(open_cohort(layout("hanseg"), "hanseg"), "Parotid_R").rows if row.status]
    assert (row.case_id, row.code) == ("case_02", "E_ROI_MISSING")
    assert "Eye_AL, Parotid_L, SpinalCord" in row.message


def test_organs_of_the_ct_on_the_mr_are_refused_with_the_distance(layout: Layout) -> None:
    cohort = open_cohort(layout("hanseg"), "hanseg")
    ct, mr = (image.geometry for image in cohort.cases[0].images)
    assert ct is not None
    assert mr is not None
    distance = np.linalg.norm(ct.corners_mm().mean(axis=0) - mr.corners_mm().mean(axis=0))
    rows = [row for row in planned(cohort, "SpinalCord", modality="MR").rows if row.image_id]
    assert {row.code for row in rows} == {"E_UNREGISTERED"}
    assert f"MR_T1 and CT are not registered: their centres are {distance:.1f} mm apart" in rows[0].message


def test_an_mr_on_the_grid_of_the_ct_may_be_measured(layout_copy: Layout) -> None:
    folder = layout_copy("hanseg")
    home = folder / "HaN-Seg" / "set_1" / "case_01"
    (home / "case_01_IMG_MR_T1.nrrd").write_bytes((home / "case_01_IMG_CT.nrrd").read_bytes())
    case = open_cohort(folder, "hanseg").cases[0]
    assert {roi.image_ids for roi in case.rois} == {("CT", "MR_T1")}


def test_patient_data_is_carried_as_it_is(layout: Layout) -> None:
    cases = open_cohort(layout("hanseg"), "hanseg").cases
    assert dict(cases[0].facts) == {"sex": "F", "age": "61", "site": "larynx, left"}
    assert cases[1].facts["site"] == "=oral"


def test_the_column_of_an_eye_is_found_under_its_other_name(layout: Layout) -> None:
    (eye,) = [r for r in open_cohort(layout("hanseg"), "hanseg").cases[0].rois if r.roi_id == "Eye_AL"]
    assert eye.refusal is None


def test_organs_on_a_turned_grid_have_the_voxels_that_were_written(layout: Layout) -> None:
    case = open_cohort(layout("hanseg"), "hanseg").cases[0]
    volume = open_image(case.images[0])
    assert volume.geometry.same_grid(case.images[0].geometry or volume.geometry)
    assert not np.allclose(volume.geometry.direction_matrix, np.eye(3))
    (eye,) = [roi for roi in case.rois if roi.roi_id == "Eye_AL"]
    mask = open_mask(eye, volume.geometry)
    expected = np.zeros(mask.full_array().shape, dtype=bool)
    expected[20:23, 15:19, 50:54] = True
    np.testing.assert_array_equal(mask.full_array(), expected)


def test_a_missing_table_is_a_problem_not_a_crash(layout_copy: Layout) -> None:
    folder = layout_copy("hanseg")
    (folder / "HaN-Seg" / "set_1" / "OAR_data.csv").unlink()
    cohort = open_cohort(folder, "hanseg")
    assert [str(note) for note in cohort.problems] == ["W_DATASET: OAR_data.csv is not in the folder"]
    assert "every organ was taken as usable" in cohort.cases[0].problems[0].sentence


def test_a_case_without_its_ct_keeps_its_organs_as_failed_rows(layout_copy: Layout) -> None:
    folder = layout_copy("hanseg")
    (folder / "HaN-Seg" / "set_1" / "case_10" / "case_10_IMG_CT.nrrd").unlink()
    rows = [row for row in planned(open_cohort(folder, "hanseg"), "Eye_AL").rows if row.case_id == "case_10"]
    assert [(row.roi, row.status, row.code) for row in rows] == [("Eye_AL", "failed", "E_NO_IMAGE")]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingUsableError, match=r"holds no case_NN_IMG_CT\.nrrd"):
        open_cohort(tmp_path, "hanseg")
