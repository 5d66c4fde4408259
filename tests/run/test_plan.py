"""The plan: nothing is a gap, and a task's key changes with whatever can change its rows."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from radpipe.cohort import Case, Cohort, ImageKind, ImageRef, MaskKind, Refusal, RoiRef
from radpipe.errors import Note, Policy
from radpipe.features.params_file import load_params, parse_params
from radpipe.geometry import Geometry
from radpipe.rois import RoiRule
from radpipe.run.keys import content_digest
from radpipe.run.plan import Plan, Selection, plan
from radpipe.run.tasks import ImageTask

CT_NATIVE = load_params("ct_native")
GRID = Geometry((2, 3, 4), (3.0, 1.0, 1.0))


def planned(cohort: Cohort, *patterns: str) -> Plan:
    return plan(cohort, Selection(RoiRule.parse(patterns)), CT_NATIVE, engine="native")


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


IMAGE = ImageRef("HN1", "CT", "CT", ImageKind.ITK_FILE, ("image",))
TWIN = RoiRef("s", "GTV", MaskKind.DICOM_SEG, "seg", 1, ("CT",))
ROI = RoiRef("r", "GTV", MaskKind.ITK_FILE, "mask", 1, ("CT",), GRID, "gtv", "1.2", TWIN)


def task_of(
    folder: Path,
    image: ImageRef = IMAGE,
    roi: RoiRef = ROI,
    *,
    problems: tuple[Note, ...] = (),
    rule: RoiRule | None = None,
    preset: str = "ct_native",
    policy: tuple[str, ...] = (),
) -> ImageTask:
    """Plan one image with one ROI; paths are names in the folder."""
    assert roi.twin is not None
    placed = replace(roi, path=str(folder / roi.path), twin=replace(roi.twin, path=str(folder / roi.twin.path)))
    case = Case(
        image.case_id, (replace(image, paths=tuple(str(folder / path) for path in image.paths)),), (placed,), problems
    )
    made = Cohort("made", str(folder), (case,))
    (task,) = plan(
        made, Selection(rule or RoiRule()), load_params(preset), engine="native", policy=Policy.parse(policy)
    ).tasks
    return task


def key_of(folder: Path, *changed: Any, **changes: Any) -> str:
    return task_of(folder, *changed, **changes).key


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name in ("image", "mask", "seg", "other"):
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


@pytest.mark.parametrize(
    "change",
    [
        {"image": replace(IMAGE, case_id="HN2")},
        {"image": replace(IMAGE, modality="OT")},
        {"image": replace(IMAGE, kind=ImageKind.PLANAR)},
        {"image": replace(IMAGE, paths=("other",))},
        {"image": replace(IMAGE, paths=("image", "other"))},
        {"image": replace(IMAGE, columns={"rca_dice": "0.9"})},
        {"image": replace(IMAGE, image_id="MR"), "roi": replace(ROI, image_ids=("MR",))},
        {"roi": replace(ROI, selector=2)},
        {"roi": replace(ROI, selector=None)},
        {"roi": replace(ROI, name="GTV-1")},
        {"roi": replace(ROI, kind=MaskKind.PLANAR)},
        {"roi": replace(ROI, path="other")},
        {"roi": replace(ROI, drawn_on=None)},
        {"roi": replace(ROI, drawn_on=replace(GRID, spacing_zyx_mm=(3.0, 1.0, 2.0)))},
        {"roi": replace(ROI, found_name="Gtv")},
        {"roi": replace(ROI, reference="1.3")},
        {"roi": replace(ROI, twin=replace(TWIN, selector=2))},
        {"roi": replace(ROI, twin=replace(TWIN, path="other"))},
        {"rule": RoiRule(merges=(("Tumour", "GTV"),))},
        {"problems": (Note("W_CASE", "odd"),)},
        {"preset": "ct_head_neck"},
        {"policy": ("E_MISSING_SLICE=warn",)},
    ],
    ids=str,
)
def test_the_key_changes_with_whatever_can_change_a_row(files: Path, change: dict[str, Any]) -> None:
    assert key_of(files, **change) != key_of(files)


@pytest.mark.parametrize("name", ["image", "mask", "seg"])
def test_the_key_changes_with_the_bytes_of_each_file(files: Path, name: str) -> None:
    before = key_of(files)
    (files / name).write_bytes(b"other bytes")
    assert key_of(files) != before


def test_the_content_does_not_depend_on_where_the_files_lie_nor_the_key_on_our_own_names(
    files: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("image", "mask", "seg"):
        (moved / name).write_bytes(name.encode())
    assert key_of(moved) != key_of(files)
    assert content_digest(task_of(moved)) == content_digest(task_of(files)) != ""
    (moved / "mask").write_bytes(b"kasm")
    assert content_digest(task_of(moved)) != content_digest(task_of(files))
    (moved / "mask").unlink()
    assert content_digest(task_of(moved)) == ""
    assert key_of(files, roi=replace(ROI, roi_id="r9", image_ids=("CT", "PT"))) == key_of(files)


def test_a_refused_roi_is_a_skipped_row_and_so_is_a_union_with_it(files: Path) -> None:
    good = RoiRef("1", "Parotid_L", MaskKind.ITK_FILE, str(files / "mask"), 1, ("CT",))
    partial = replace(good, roi_id="2", name="Parotid_R", refusal=Refusal("E_PARTIAL", {"value": "0.5"}))
    image = replace(IMAGE, paths=(str(files / "image"),))
    made = Cohort("made", str(files), (Case("HN1", (image,), (good, partial)),))
    rule = RoiRule.parse(["*"], ["Parotids=Parotid_*"])
    rows = {row.roi: (row.status, row.code) for row in plan(made, Selection(rule), CT_NATIVE, engine="native").rows}
    refused = ("skipped", "E_PARTIAL")
    assert rows == {"Parotid_L": ("", ""), "Parotid_R": refused, "Parotids": refused}


def test_a_file_of_the_same_size_and_another_time_is_read_again(tmp_path: Path) -> None:
    made = cohort(tmp_path)
    image = tmp_path / "image.nrrd"

    def key() -> str:
        return plan(made, Selection(), CT_NATIVE, engine="native").tasks[0].key

    before, size = key(), image.stat().st_size
    assert key() == before
    raw = bytearray(image.read_bytes())
    raw[-1] ^= 1
    image.write_bytes(bytes(raw))
    os.utime(image, ns=(0, image.stat().st_mtime_ns + 1_000_000))
    assert image.stat().st_size == size
    assert key() != before


def test_a_file_that_was_not_touched_is_not_read_again(tmp_path: Path) -> None:
    # Or a plan of a large cohort would take as long as reading it.
    made = cohort(tmp_path)
    image = tmp_path / "image.nrrd"

    def key() -> str:
        return plan(made, Selection(), CT_NATIVE, engine="native").tasks[0].key

    before, told = key(), image.stat()
    image.write_bytes(bytes(told.st_size))
    os.utime(image, ns=(told.st_atime_ns, told.st_mtime_ns))
    assert key() == before


def test_correct_mask_resamples_masks_unless_the_policy_speaks_of_them(files: Path) -> None:
    image = replace(IMAGE, paths=(str(files / "image"),))
    roi = RoiRef("1", "GTV", MaskKind.ITK_FILE, str(files / "mask"), None, ("CT",))
    made = Cohort("made", str(files), (Case("HN1", (image,), (roi,)),))
    params = parse_params({"setting": {"correctMask": True}})
    for policy, wanted in ((Policy(), "fix"), (Policy.parse(["E_GRID_MISMATCH=error"]), "error")):
        (task,) = plan(made, Selection(), params, engine="native", policy=policy).tasks
        assert task.policy.action("E_GRID_MISMATCH") == wanted


@pytest.mark.parametrize(
    ("kind", "selector", "asked", "taken"),
    [
        (MaskKind.ITK_FILE, None, 2, 2),
        (MaskKind.PLANAR, None, 2, 2),
        (MaskKind.ITK_FILE, 3, 2, 3),  # a mask that names its label keeps it
        (MaskKind.RTSTRUCT, None, 2, None),
        (MaskKind.ITK_FILE, None, 1, None),
    ],
)
def test_the_label_of_the_settings_is_for_masks_that_name_none(
    files: Path, kind: MaskKind, selector: int | None, asked: int, taken: int | None
) -> None:
    image = replace(IMAGE, paths=(str(files / "image"),))
    roi = RoiRef("1", "GTV", kind, str(files / "mask"), selector, ("CT",))
    made = Cohort("made", str(files), (Case("HN1", (image,), (roi,)),))
    (task,) = plan(made, Selection(), parse_params({"setting": {"label": asked}}), engine="native").tasks
    assert task.targets[0].rois[0].selector == taken


@pytest.mark.parametrize("part", ["image.hdr", "image.img", "mask.mhd", "mask.raw"])
def test_a_key_changes_with_every_file_of_a_header(tmp_path: Path, part: str) -> None:
    image, mask = replace(IMAGE, paths=("image.hdr",)), replace(ROI, path="mask.mhd")
    (tmp_path / "image.hdr").write_bytes(b"header")
    (tmp_path / "image.img").write_bytes(b"voxels")
    (tmp_path / "mask.mhd").write_text("NDims = 3\nElementDataFile = mask.raw\n")
    (tmp_path / "mask.raw").write_bytes(b"labels")
    before = key_of(tmp_path, image, mask)
    assert key_of(tmp_path, image, mask) == before
    (tmp_path / part).write_bytes((tmp_path / part).read_bytes() + b" ")
    assert key_of(tmp_path, image, mask) != before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_planned_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "image")
    os.mkfifo(tmp_path / "mask")
    assert key_of(tmp_path)


def test_a_roi_without_its_image_is_a_failed_row_without_an_image(tmp_path: Path) -> None:
    roi = RoiRef("GTV", "GTV", MaskKind.RTSTRUCT, str(tmp_path / "rs.dcm"), 1, ())
    found = planned(Cohort("made", str(tmp_path), (Case("alone", (), (roi,)),)))
    (row,) = found.rows
    assert (row.case_id, row.image_id, row.modality, row.roi) == ("alone", "", "", "GTV")
    assert (row.status, row.code, row.key) == ("failed", "E_NO_IMAGE", "")
    assert found.tasks == ()


def test_the_key_does_not_depend_on_the_order_of_columns(files: Path) -> None:
    columns = {"age": "61", "centre": "B"}
    forward, back = columns, dict(reversed(columns.items()))
    assert key_of(files, replace(IMAGE, columns=forward)) == key_of(files, replace(IMAGE, columns=back))
