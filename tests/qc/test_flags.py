"""Flags: eleven planted faults, each found by its flag; three cases that must stay silent; the table they stand in."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from radpipe.errors import Note
from radpipe.qc.flags import QC_COLUMNS, read_qc, write_qc

Patient = Any  # of conftest.py, as the fixture ``heads`` gives it

Spoil = Callable[..., Mapping[str, Any]]


def shifted(array: np.ndarray, x_mm: float = 0, y_mm: float = 0, z_mm: float = 0) -> np.ndarray:
    return np.roll(array, [round(way / 3) for way in (z_mm, y_mm, x_mm)], axis=(0, 1, 2))


def flags_of(row: Mapping[str, Any]) -> set[str]:
    return set(filter(None, row["flags"].split(";")))


def test_a_sound_cohort_has_no_flag(heads: Any, healthy: tuple[Patient, ...]):
    table = heads.judged(list(healthy))
    assert len(table) == 24 * 8
    assert table.loc[table["flags"] != "", ["case_id", "roi", "flag_sentences"]].to_numpy().tolist() == []


def test_all_rois_shifted_by_30_mm_are_found_by_content_and_the_case_rule(spoiled: Spoil):
    def fault(one: Patient) -> None:
        one.masks = {name: shifted(array, x_mm=30) for name, array in one.masks.items()}

    rows = spoiled(fault)
    assert all("case" in flags_of(row) for row in rows.values())
    assert sum("content" in flags_of(row) for row in rows.values()) >= 4
    assert "of 8 ROIs of this image are odd in content or place" in rows["Parotid_L"]["flag_sentences"]
    # Muscle for vitreous: the sentence names number, median and fence.
    assert "of 24 Eye_L median 1" in rows["Eye_L"]["flag_sentences"]


def test_seven_structures_off_the_anatomy_are_found_wherever_they_are_shifted(spoiled: Spoil):
    """A structure set in another frame: seven organs, shifted along each axis in turn."""
    for way in ({"x_mm": -30}, {"y_mm": 30}, {"y_mm": -24}, {"z_mm": 30}, {"x_mm": 21, "z_mm": -21}):

        def fault(one: Patient, way: Mapping[str, float] = way) -> None:
            one.masks = {name: shifted(array, **way) for name, array in one.masks.items() if name != "GTV-1"}

        rows = spoiled(fault)
        assert len(rows) == 7
        assert all("case" in flags_of(row) for row in rows.values()), way


def test_an_organ_that_alone_is_shifted_is_found_by_its_place(spoiled: Spoil):
    def fault(one: Patient) -> None:
        one.masks["Eye_R"] = shifted(one.masks["Eye_R"], z_mm=-24)

    rows = spoiled(fault)
    assert "place" in flags_of(rows["Eye_R"])
    assert "mm from where 24 others lie relative to" in rows["Eye_R"]["flag_sentences"]
    assert all(flags_of(row) == set() for name, row in rows.items() if name != "Eye_R")


def test_an_image_upside_down_is_found_by_the_case_rule(spoiled: Spoil):
    def fault(one: Patient) -> None:
        one.image = one.image[::-1].copy()

    assert all("case" in flags_of(row) for row in spoiled(fault).values())


def test_the_outlines_of_another_patient_are_found(heads: Any, healthy: tuple[Patient, ...]):
    def lopsided(mask: np.ndarray) -> np.ndarray:
        z, y, x = (int(np.median(axis)) for axis in np.nonzero(mask))
        cut = mask.copy()
        cut[z:, y:, x:] = False  # an ellipsoid is its own mirror image, which no organ is
        return cut

    other = {name: lopsided(mask) for name, mask in healthy[9].masks.items()}
    patients = list(healthy)
    patients[5], patients[9] = (heads.Patient(healthy[i].case_id, healthy[i].image, other) for i in (5, 9))
    table = heads.judged(patients)
    rows = {row["roi"]: row for row in table[table["case_id"] == "P05"].to_dict("records")}
    assert all("twins" in flags_of(row) for row in rows.values())
    assert "voxel for voxel the outline of Eye_L of case P09" in rows["Eye_L"]["flag_sentences"]


def test_an_outline_on_the_couch_is_found(heads: Any, spoiled: Spoil):
    def fault(one: Patient) -> None:
        one.masks["GTV-1"] = heads.ellipsoid((12, 92, -12), (11, 6, 12))

    row = spoiled(fault)["GTV-1"]
    assert {"air", "content"} <= flags_of(row)


def test_an_outline_in_the_air_needs_no_cohort(heads: Any, healthy: tuple[Patient, ...]):
    one = healthy[0]
    table = heads.judged([heads.Patient("P00", np.full_like(one.image, -990), dict(one.masks))])
    assert all("100% air (below -300 HU), no part of a body has so much" in told for told in table["flag_sentences"])


def test_a_ragged_outline_is_found_by_its_form_and_a_small_one_is_not_judged(heads: Any, spoiled: Spoil):
    def fault(one: Patient) -> None:
        one.sphericity |= {"Parotid_L": 0.5, "Eye_L": 0.5}
        one.masks["Eye_L"] = one.masks["Eye_L"] & heads.ellipsoid((31, -50, 35), (7, 7, 7))

    rows = spoiled(fault)
    assert (
        "sphericity 0.5, of 24 Parotid_L median 0.787, 5th to 95th percentile 0.77 to 0.824 (robust z -9.6, fence 3.5)"
        in rows["Parotid_L"]["flag_sentences"]
    )
    assert "shape" not in flags_of(rows["Eye_L"])


# What must stay silent.


def test_a_dilation_by_half_a_voxel_stays_silent(heads: Any, spoiled: Spoil):
    def fault(one: Patient) -> None:
        for name, array in one.masks.items():
            rim = np.zeros_like(array)
            for axis in (1, 2):
                rim |= np.roll(array, 1, axis=axis)  # one voxel to one side: half a voxel to both
            one.masks[name] = array | rim

    assert {name: flags_of(row) for name, row in spoiled(fault).items()} == {name: set() for name in heads.ORGANS}


def test_a_large_tumour_stays_silent(heads: Any, spoiled: Spoil):
    def fault(one: Patient) -> None:
        large = heads.ellipsoid((12, -15, -12), (23, 21, 24))
        for name in ("Bone_Mandible", "SpinalCord"):
            large &= ~one.masks[name]
        one.masks["GTV-1"] = large
        one.image[large] = np.random.default_rng(3).normal(60, 12, int(large.sum()))

    rows = spoiled(fault)
    assert rows["GTV-1"]["volume_ml"] > 30
    assert flags_of(rows["GTV-1"]) == set()


def test_streaks_of_a_filling_stay_silent(heads: Any, spoiled: Spoil):
    def fault(one: Patient) -> None:
        x, y, z = (np.indices(heads.GRID.size_zyx)[i] for i in (2, 1, 0))
        streaks = np.isin(z, (15, 16)) & ((x + y) % 5 == 0)
        one.image[streaks] += 700
        one.image[streaks & (x % 2 == 0)] -= 1300

    assert {name: flags_of(row) for name, row in spoiled(fault).items()} == {name: set() for name in heads.ORGANS}


# The table.


def test_between_10_and_19_rois_the_score_is_shown_and_no_flag_comes_of_it(heads: Any, healthy: tuple[Patient, ...]):
    def cohort(count: int) -> Any:
        odd = heads.patient(50)
        odd.masks = {"Eye_L": shifted(odd.masks["Eye_L"], z_mm=-24)}
        table = heads.judged(
            [
                *(heads.Patient(one.case_id, one.image, {"Eye_L": one.masks["Eye_L"]}) for one in healthy[: count - 1]),
                odd,
            ]
        )
        return table.iloc[-1]

    assert np.isnan(cohort(9)["content_z"])
    assert (cohort(19)["content_z"] > 2.5, cohort(19)["flags"]) == (True, "")
    assert cohort(19)["compared_with"] == 19


def test_a_run_without_measured_rows_has_an_empty_table(heads: Any):
    table = heads.qc_table([])
    assert (len(table), tuple(table.columns)) == (0, QC_COLUMNS)


def test_the_table_is_the_same_in_blocks_of_any_size(heads: Any, healthy: tuple[Patient, ...], monkeypatch):
    """With twins, an organ elsewhere, a warning that is usual and one that is not, across borders of blocks."""
    patients = [
        heads.Patient(one.case_id, one.image, dict(one.masks), {"Eye_L": (Note("W_OPEN_CONTOURS", "two"),)})
        for one in healthy
    ]
    patients[5].masks["Eye_R"] = shifted(patients[5].masks["Eye_R"], z_mm=-24)
    patients[6].masks["Parotid_R"] = patients[6].masks["Parotid_L"].copy()
    patients[7].warnings["Eye_L"] = (Note("W_HU_RANGE", "up to 30000 HU"),)
    rows = [(outcome, f"task-{one.case_id}") for one in patients for outcome in one.outcomes]
    rows[20] = (replace(rows[20][0], qc={}), "task")
    whole = heads.qc_table(rows)
    assert {"place", "twins", "run"} <= {flag for flags in whole["flags"] for flag in flags.split(";")}
    assert whole["remarks"].str.contains("so have 23 of 24 Eye_L").sum() == 23
    assert whole["remarks"][20].startswith("numbers of the mask: not recorded")
    for block in (1, 7, 20):
        monkeypatch.setattr("radpipe.store.spool.BLOCK_ROWS", block)
        pd.testing.assert_frame_equal(heads.qc_table(rows), whole)


def test_the_table_comes_back_as_it_was_written(heads: Any, healthy: tuple[Patient, ...], tmp_path):
    one = healthy[0]
    table = heads.judged([heads.Patient("=P00", one.image, {"-GTV": one.masks["GTV-1"], "Eye_L": one.masks["Eye_L"]})])
    write_qc(tmp_path, [table])
    back = read_qc(tmp_path)
    assert tuple(back.columns) == QC_COLUMNS
    assert back["case_id"].tolist() == ["=P00", "=P00"]
    assert back["roi"].tolist() == ["-GTV", "Eye_L"]
    assert back["mask_sha256"].tolist() == table["mask_sha256"].tolist()
    np.testing.assert_array_equal(back["mean"], table["mean"])


@pytest.mark.parametrize("name", ["qc.csv"])
def test_a_folder_without_the_table_is_refused(tmp_path, name):
    from radpipe.errors import NothingUsableError

    with pytest.raises(NothingUsableError, match=f"holds no {name}; radpipe extract or radpipe tables writes it"):
        read_qc(tmp_path)
