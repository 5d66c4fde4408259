"""Flags of a ROI alone and beside its neighbours: planted faults, each found by its flag; what is usual is told."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from radpipe.errors import Note

Patient = Any  # of conftest.py, as the fixture ``heads`` gives it

Spoil = Callable[..., Mapping[str, Any]]


def shifted(array: np.ndarray, x_mm: float = 0, y_mm: float = 0, z_mm: float = 0) -> np.ndarray:
    return np.roll(array, [round(way / 3) for way in (z_mm, y_mm, x_mm)], axis=(0, 1, 2))


def flags_of(row: Mapping[str, Any]) -> set[str]:
    return set(filter(None, row["flags"].split(";")))


def test_the_outline_of_one_slice_elsewhere_is_found(spoiled: Spoil):
    def fault(one: Patient) -> None:
        z = int(np.flatnonzero(one.masks["Parotid_L"].any(axis=(1, 2)))[5])
        one.masks["Parotid_L"][z] = np.roll(one.masks["Parotid_L"][z], -8, axis=1)

    rows = spoiled(fault)
    assert {"slice"} <= flags_of(rows["Parotid_L"])
    assert "lies 24 mm beside its neighbours'" in rows["Parotid_L"]["flag_sentences"]


def test_swapped_sides_are_found(spoiled: Spoil):
    def fault(one: Patient) -> None:
        one.masks["Parotid_L"], one.masks["Parotid_R"] = one.masks["Parotid_R"], one.masks["Parotid_L"]

    rows = spoiled(fault)
    assert {"side", "place"} <= flags_of(rows["Parotid_L"]) & flags_of(rows["Parotid_R"])
    assert "to the patient's right of Parotid_R" in rows["Parotid_L"]["flag_sentences"]
    assert "side" not in flags_of(rows["Eye_L"])


def test_a_side_without_its_partner_is_told_from_the_cord(spoiled: Spoil):
    def fault(one: Patient) -> None:
        one.masks["Parotid_L"] = one.masks.pop("Parotid_R")

    assert "to the patient's right of SpinalCord" in spoiled(fault)["Parotid_L"]["flag_sentences"]


def test_a_mirrored_set_of_outlines_is_found(spoiled: Spoil):
    def fault(one: Patient) -> None:
        one.masks = {name: array[:, :, ::-1].copy() for name, array in one.masks.items()}

    rows = spoiled(fault)
    assert all("side" in flags_of(rows[name]) for name in ("Parotid_L", "Parotid_R", "Eye_L", "Eye_R"))


def test_a_missing_slice_is_found(spoiled: Spoil):
    def fault(one: Patient) -> None:
        for name in ("Parotid_L", "GTV-1"):
            z = int(np.flatnonzero(one.masks[name].any(axis=(1, 2)))[3])
            one.masks[name][z] = False

    rows = spoiled(fault)
    assert "gaps" in flags_of(rows["Parotid_L"])
    assert "gaps" in flags_of(rows["GTV-1"])
    assert len(rows["Parotid_L"]["flag_sentences"].split("; ")) == len(rows["Parotid_L"]["flags"].split(";"))
    assert "1 empty slice between its first and last, from slice" in rows["GTV-1"]["flag_sentences"]


def test_a_stray_voxel_5_cm_away_is_found_in_organ_and_target(spoiled: Spoil):
    def fault(one: Patient) -> None:
        for name in ("Parotid_L", "GTV-1"):
            z, y, x = (int(np.mean(axis)) for axis in np.nonzero(one.masks[name]))
            one.masks[name][z + 2, y + 23, x] = True

    rows = spoiled(fault)
    for name in ("Parotid_L", "GTV-1"):
        assert flags_of(rows[name]) == {"parts"}
        assert "2 parts, the largest holds" in rows[name]["flag_sentences"]
        assert "one of 0.027 mL lies" in rows[name]["flag_sentences"]


def test_the_parts_of_a_target_are_told_and_no_flag(heads: Any, spoiled: Spoil):
    def fault(one: Patient) -> None:
        one.masks["GTV-1"] = one.masks["GTV-1"] | heads.ellipsoid((45, 5, -40), (7, 7, 7))

    row = spoiled(fault)["GTV-1"]
    assert (flags_of(row), row["remarks"]) == (set(), "2 parts")


def test_a_hole_is_found(spoiled: Spoil):
    def fault(one: Patient) -> None:
        z, y, x = (int(np.mean(axis)) for axis in np.nonzero(one.masks["Parotid_L"]))
        one.masks["Parotid_L"][z, y - 1 : y + 2, x - 1 : x + 2] = False

    row = spoiled(fault)["Parotid_L"]
    assert flags_of(row) == {"holes"}
    assert "holes of 0.24 mL" in row["flag_sentences"]


def test_an_organ_cut_at_the_border_is_found(heads: Any, spoiled: Spoil):
    def fault(one: Patient) -> None:
        one.masks["GTV-1"] = heads.ellipsoid((12, -15, -60), (11, 11, 12))
        one.masks["Eye_L"] = heads.ellipsoid((31, -50, 35), (12, 12, 12)) | heads.ellipsoid((31, -90, 35), (12, 12, 12))

    rows = spoiled(fault)
    assert "reaches the first slice of the image" in rows["GTV-1"]["flag_sentences"]
    assert "reaches the edge of the image" in rows["Eye_L"]["flag_sentences"]


def test_what_every_scan_cuts_is_told_and_no_flag(heads: Any, healthy: tuple[Patient, ...]):
    patients = [
        heads.Patient(one.case_id, one.image, one.masks | {"SpinalCord": heads.ellipsoid((0, 30, -35), (7, 7, 40))})
        for one in healthy[:12]
    ]
    table = heads.judged(patients)
    row = table[table["roi"] == "SpinalCord"].iloc[0]
    assert "cut" not in row["flags"]
    assert "reaches the first slice of the image: the volume is a lower bound, so have 12 of 12" in row["remarks"]


def test_one_outline_under_two_names_and_an_organ_inside_another_are_found(heads: Any, spoiled: Spoil):
    def fault(one: Patient) -> None:
        one.masks["Parotid_R"] = one.masks["Parotid_L"].copy()
        one.masks["Eye_R"] = one.masks["Eye_R"] & heads.ellipsoid((-31, -50, 35), (9, 9, 9))
        one.masks["OpticNrv_R"] = heads.ellipsoid((-31, -50, 35), (4, 4, 4))
        one.masks["Heart"] = heads.ellipsoid((0, 10, 30), (5, 5, 5))

    rows = spoiled(fault)
    assert "the same voxels as Parotid_L (Dice 1.000)" in rows["Parotid_R"]["flag_sentences"]
    assert "the same voxels as Parotid_R (Dice 1.000)" in rows["Parotid_L"]["flag_sentences"]
    assert "100% of it lie inside Brainstem" in rows["Heart"]["flag_sentences"]
    assert "twins" not in flags_of(rows["OpticNrv_R"]), "an eye may hold others"


def test_half_a_gland_is_found_beside_the_other(heads: Any, spoiled: Spoil):
    def fault(one: Patient) -> None:
        half = np.indices(heads.GRID.size_zyx)[0] * 3.0 - 60 > 3
        one.masks["Parotid_L"] = one.masks["Parotid_L"] & half

    row = spoiled(fault)["Parotid_L"]
    assert {"pair", "volume"} <= flags_of(row)


def test_warnings_of_the_row_are_flags_unless_the_whole_cohort_has_them(heads: Any, healthy: tuple[Patient, ...]):
    odd, usual = Note("W_HU_RANGE", "up to 30000 HU"), Note("W_OPEN_CONTOURS", "two open contours")
    names = Note("W_ROI_TRANSLATED", "was Parotis links")
    patients = [
        heads.Patient(
            one.case_id, one.image, {"Eye_L": one.masks["Eye_L"]}, {"Eye_L": (usual, names, *([odd] * (i == 3)))}
        )
        for i, one in enumerate(healthy[:12])
    ]
    table = heads.judged(patients)
    assert table["flags"].tolist() == [""] * 3 + ["run"] + [""] * 8
    assert table["flag_sentences"][3] == "W_HU_RANGE: up to 30000 HU"
    assert set(table["remarks"]) == {"W_OPEN_CONTOURS: two open contours, so have 12 of 12 Eye_L"}


def test_one_outline_in_half_of_the_cohort_is_an_atlas_and_no_flag(heads: Any, healthy: tuple[Patient, ...]):
    shared = healthy[0].masks["Eye_L"]
    patients = [
        heads.Patient(one.case_id, one.image, {"Eye_L": shared if number < 6 else one.masks["Eye_L"]})
        for number, one in enumerate(healthy[:12])
    ]
    assert not any("twins" in flags for flags in heads.judged(patients)["flags"])
    patients[5] = heads.Patient("P05", healthy[5].image, {"Eye_L": healthy[5].masks["Eye_L"]})
    assert sum("twins" in flags for flags in heads.judged(patients)["flags"]) == 5
