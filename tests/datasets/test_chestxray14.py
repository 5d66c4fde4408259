"""ChestX-ray14: labels discovered and named, quality as a column and a rule, PNGs of every kind."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from radpipe.datasets import DatasetOptions, open_cohort
from radpipe.errors import NothingUsableError
from radpipe.features.params_file import load_params
from radpipe.imaging.open import open_image, open_mask
from radpipe.run.plan import Selection, plan

Layout = Callable[[str], Path]


def test_labels_are_discovered_and_told(layout: Layout) -> None:
    cohort = open_cohort(layout("chestxray14"), "chestxray14")
    assert (
        "7 of the 7 masks were opened to see which labels they hold: 1 = Lung_L, 2 = Lung_R, 3 = Heart"
        in cohort.problems[0].sentence
    )
    assert [roi.name for roi in cohort.cases[0].rois] == ["Lung_L", "Lung_R", "Heart"]


def test_the_label_table_can_be_replaced(layout: Layout) -> None:
    options = DatasetOptions(labels=DatasetOptions.parse_labels(["2=Right"]))
    cohort = open_cohort(layout("chestxray14"), "chestxray14", options=options)
    assert [(roi.name, roi.selector) for roi in cohort.cases[0].rois] == [("Right", 2)]
    assert "1 not used, 2 = Right, 3 not used" in cohort.problems[0].sentence


def test_the_estimated_dice_is_a_fact_of_each_case_also_with_a_comma_in_its_name(layout: Layout) -> None:
    cases = {case.case_id: case for case in open_cohort(layout("chestxray14"), "chestxray14")}
    assert cases["00000004_000,b"].facts == {"rca_dice": "0.95"}
    assert cases["00000005_000"].facts == {"rca_dice": "0.62"}
    assert cases["00000004_000,b"].clinical_key == "00000004"


def test_min_dice_skips_with_the_reason(layout: Layout) -> None:
    cohort = open_cohort(layout("chestxray14"), "chestxray14", options=DatasetOptions(min_dice=0.9))
    rows = plan(cohort, Selection(), load_params("xray_2d"), engine="native").rows
    skipped = [row for row in rows if row.code == "E_LOW_DICE"]
    assert {row.case_id for row in skipped} == {"00000005_000"}
    assert "estimated Dice 0.620 is below --min-dice 0.900" in skipped[0].message
    assert len(skipped) == 3


@pytest.mark.parametrize(("wanted", "skipped"), [(0.95, 3), (0.9500001, 18)])
def test_a_mask_exactly_at_min_dice_is_measured(layout: Layout, wanted: float, skipped: int) -> None:
    # Five radiographs have 0.95, one 0.62; three organs each.
    cohort = open_cohort(layout("chestxray14"), "chestxray14", options=DatasetOptions(min_dice=wanted))
    rows = plan(cohort, Selection(), load_params("xray_2d"), engine="native").rows
    assert sum(row.code == "E_LOW_DICE" for row in rows) == skipped


def test_masks_without_their_radiograph_are_left_out_and_counted(layout: Layout) -> None:
    cohort = open_cohort(layout("chestxray14"), "chestxray14")
    assert [case.case_id for case in cohort if case.case_id.startswith("9")] == []
    assert [note.sentence for note in cohort.problems][1:] == [
        "1 of 7 masks were left out: their radiographs are not in the folder (first 99999999_000.png)"
    ]


def test_masks_without_any_radiograph_are_nothing_to_measure(layout: Layout, tmp_path: Path) -> None:
    shutil.copytree(layout("chestxray14") / "segmentations", tmp_path / "masks")
    with pytest.raises(NothingUsableError, match="holds 7 masks and none of their radiographs"):
        open_cohort(tmp_path, "chestxray14")


def test_every_kind_of_png_gives_the_same_organs(layout: Layout) -> None:
    areas = []
    for case in open_cohort(layout("chestxray14"), "chestxray14").cases[:6]:
        volume = open_image(case.images[0])
        assert volume.array.shape == (1, 128, 128)
        masks = [open_mask(roi, volume.geometry) for roi in case.rois]
        areas.append([mask.voxel_count for mask in masks])
        resized = "W_MASK_RESIZED" in {note.code for note in masks[0].notes}
        assert resized == (case.case_id == "00000003_000")
    np.testing.assert_array_equal(areas[0], areas[3])
    np.testing.assert_allclose(areas[0], areas[2], rtol=0.1)


def test_a_folder_without_masks_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NothingUsableError, match=r"join and unpack segmentations\.tar\.gz"):
        open_cohort(tmp_path, "chestxray14")
