"""The plan: an image on which nothing was drawn is a row, not a gap."""

from pathlib import Path

from radpipe.cohort import Case, Cohort, ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.features.params_file import load_params
from radpipe.rois import RoiRule
from radpipe.run.plan import Plan, Selection, plan


def planned(cohort: Cohort, *patterns: str) -> Plan:
    return plan(cohort, Selection(RoiRule.parse(patterns)), load_params("ct_native"), engine="native")


def cohort(folder: Path) -> Cohort:
    """Two patients with a CT each; only the first has a ROI."""
    for name in ("image.nrrd", "mask.nrrd"):
        (folder / name).write_bytes(name.encode())  # a plan reads digests, not pixels
    images = [
        ImageRef(name, "CT", "CT", ImageKind.ITK_FILE, (str(folder / "image.nrrd"),)) for name in ("drawn", "bare")
    ]
    roi = RoiRef("GTV", "GTV", MaskKind.ITK_FILE, str(folder / "mask.nrrd"), 1, ("CT",))
    return Cohort("made", str(folder), (Case("drawn", images[:1], (roi,)), Case("bare", images[1:], ())))


def test_an_image_without_any_roi_is_a_skipped_row(tmp_path: Path) -> None:
    found = planned(cohort(tmp_path))
    assert [task.image.case_id for task in found.tasks] == ["drawn"]
    told = {row.case_id: (row.image_id, row.roi, row.status, row.code) for row in found.rows}
    assert told == {"drawn": ("CT", "GTV", "", ""), "bare": ("CT", "", "skipped", "E_NO_MASK")}
    assert next(row.message for row in found.rows if row.code).startswith("bare: the image has no ROI. Do: add")


def test_where_a_roi_was_asked_for_its_name_is_told_instead(tmp_path: Path) -> None:
    found = {row.case_id: row for row in planned(cohort(tmp_path), "GTV*").rows}
    assert (found["bare"].code, found["bare"].roi) == ("E_ROI_MISSING", "GTV*")
