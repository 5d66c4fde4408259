"""Where organs lie relative to each other: what is said of one that lies elsewhere, and of one that few images have."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from radpipe.qc.places import placed

CENTRES = {"Brainstem": (0, 10, 30), "SpinalCord": (0, 30, -20), "Parotid_L": (50, 0, 0), "GTV-1": (12, -15, -12)}


def frame(odd: Mapping[tuple[int, str], tuple[float, float, float]], images: int = 24) -> pd.DataFrame:
    """Centres of organs in some images, scattered by 2 mm; some lie elsewhere."""
    draw, rows = np.random.default_rng(4), []
    for image in range(images):
        for name, centre in CENTRES.items():
            where = np.array(odd.get((image, name), centre)) + draw.normal(0, 2, 3)
            rows.append((name, "CT", "native", image, *where))
    return pd.DataFrame(rows, columns=["name", "modality", "config", "image",
                                       "centre_x_mm", "centre_y_mm", "centre_z_mm"])  # fmt: skip


def told(rows: pd.DataFrame) -> dict[int, str]:
    return {row: sentence for organ in placed(rows) for row, sentence in organ.odd}


def test_an_organ_24_mm_too_low_is_named_with_the_way_and_nothing_else():
    rows = frame({(5, "Parotid_L"): (50, 0, -24)})
    (row,) = told(rows)
    assert (rows["image"][row], rows["name"][row]) == (5, "Parotid_L")
    assert told(rows)[row].startswith("centre 2")  # 24 mm and scatter of 2 mm in both organs
    assert "mm from where 24 others lie relative to " in told(rows)[row]


def test_a_target_is_not_compared_and_nothing_is_said_of_fewer_than_20():
    assert told(frame({(5, "GTV-1"): (90, 90, 90)})) == {}
    rows = frame({(5, "Parotid_L"): (50, 0, -90)}, images=19)
    assert told(rows) == {}
    assert [organ.judged.any() for organ in placed(rows)] == [False] * 3
    assert all(np.isfinite(organ.distances).all() for organ in placed(rows))
    assert list(placed(frame({}, images=9))) == []


def test_images_without_the_organ_or_its_centre_are_left_out():
    rows = frame({(13, "Parotid_L"): (50, 0, -60)})
    rows.loc[rows["name"].eq("Brainstem") & (rows["image"] < 12), "centre_x_mm"] = np.nan
    rows = rows[~(rows["name"].eq("SpinalCord") & (rows["image"] >= 20))].reset_index(drop=True)
    organs = {rows["name"][organ.rows[0]]: organ for organ in placed(rows)}
    assert [len(organs[name].rows) for name in ("Brainstem", "SpinalCord", "Parotid_L")] == [12, 20, 24]
    # Of the parotid 12 images have a brainstem and 20 a cord: only the cord is enough to judge by.
    parotid = organs["Parotid_L"]
    assert parotid.judged.tolist() == [True] * 20 + [False] * 4
    assert np.isfinite(parotid.distances).all()
    ((row, sentence),) = parotid.odd
    assert (rows["image"][row], "20 others lie relative to SpinalCord" in sentence) == (13, True)


def test_the_distance_is_the_median_over_the_organs_it_is_compared_with():
    rows = frame({}, images=20)
    organs = {rows["name"][organ.rows[0]]: organ for organ in placed(rows)}
    alone = {}
    for other in ("Brainstem", "SpinalCord"):
        part = rows[rows["name"].isin([other, "Parotid_L"])].reset_index(drop=True)
        alone[other] = next(organ for organ in placed(part) if part["name"][organ.rows[0]] == "Parotid_L").distances
    middle = (alone["Brainstem"] + alone["SpinalCord"]) / 2
    assert organs["Parotid_L"].distances == pytest.approx(middle, rel=1e-12)
