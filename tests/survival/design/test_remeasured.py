"""Controls and perturbed states found in tables, and put into the order of the cohort."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from radpipe.clinical import Endpoint
from radpipe.errors import NothingUsableError, UsageError
from radpipe.survival.design.lesions import Lesions
from radpipe.survival.design.patients import Patients
from radpipe.survival.design.remeasured import (
    RowChoice,
    in_order,
    plain_and_controls,
    read_states,
    split_controls,
    states_of,
)

IDS = ("a", "b", "c")


def rows_of(config, values, *, cases=IDS, status="ok", roi="GTV-1"):
    return pd.DataFrame({"case_id": list(cases), "roi": roi, "modality": "CT", "config": config, "status": status,
                         "diag_x": "word", "f": values})  # fmt: skip


@pytest.fixture
def patients():
    features = pd.DataFrame({"f": [1.0, 2.0, 3.0]}, index=list(IDS))
    endpoint = Endpoint("os", IDS, np.array([True, False, True]), np.array([1.0, 2, 3]))
    flow = pd.DataFrame(columns=["step", "reason", "patients", "events"])
    return Patients(IDS, features[[]], features, endpoint, "GTV-1", flow, (), {"config": "ct", "modality": "CT"})


def test_controls_are_taken_out_of_a_table_by_the_name_of_their_configuration():
    frame = pd.concat([rows_of("ct", [1.0, 2, 3]), rows_of("ct~shuffled_non_roi", [4.0, 5, 6]),
                       rows_of("ct~sampled_roi", [7.0, 8, 9]), rows_of("ct~N-1-of-2", [0.0, 0, 0])])  # fmt: skip
    plain, controls = split_controls(frame)
    assert plain["config"].unique().tolist() == ["ct", "ct~N-1-of-2"]
    assert {name: rows["f"].tolist() for name, rows in controls.items()} == {
        "sampled_roi": [7.0, 8, 9], "shuffled_non_roi": [4.0, 5, 6],
    }  # fmt: skip
    assert {one for rows in controls.values() for one in rows["config"]} == {"ct"}
    assert split_controls(frame[["case_id", "f"]])[1] == {}


def test_a_table_without_controls_is_not_read_and_one_with_them_is_split(tmp_path):
    plain, both = tmp_path / "plain.parquet", tmp_path / "both.parquet"
    rows_of("ct", [1.0, 2, 3]).to_parquet(plain)
    pd.concat([rows_of("ct", [1.0, 2, 3]), rows_of("ct~sampled_roi", [7.0, 8, 9])]).to_parquet(both)
    assert plain_and_controls(plain) == (plain, {})
    frame, controls = plain_and_controls(both)
    assert frame["f"].tolist() == [1.0, 2, 3]
    assert controls["sampled_roi"]["f"].tolist() == [7.0, 8, 9]


def test_rows_are_put_into_the_order_of_the_cohort_and_failed_ones_are_missing(patients):
    rows = pd.concat([rows_of("ct", [3.0, 1.0], cases=("c", "a")), rows_of("ct", [9.0], cases="b", status="failed")])
    assert in_order(rows, patients, RowChoice())["f"].tolist()[::2] == [1.0, 3.0]
    assert np.isnan(in_order(rows, patients, RowChoice())["f"].iloc[1])
    loose = rows_of("ct", [1.0, 2.0, 3.0], cases=("A", "B", "C"))
    assert in_order(loose, patients, RowChoice(loose_ids=True))["f"].tolist() == [1.0, 2.0, 3.0]
    assert in_order(loose, patients, RowChoice())["f"].isna().all()
    with pytest.raises(UsageError, match="more than one row"):
        in_order(pd.concat([rows, rows]), patients, RowChoice())


def test_states_come_in_their_order_and_are_chosen_as_the_cohort_was(patients):
    table = pd.concat([rows_of(f"ct~NT-{state}-of-11", [state + 0.1, state, state]) for state in (10, 2, 1)])
    found = states_of(table, patients, RowChoice("GTV-1"))
    assert [state["f"].tolist() for state in found] == [[1.1, 1, 1], [2.1, 2, 2], [10.1, 10, 10]]
    both = pd.concat([table, rows_of("ct~NT-1-of-11", [0.0, 0, 0], roi="GTV-2")])
    with pytest.raises(UsageError, match="choose one with --roi"):
        states_of(both, patients, RowChoice())
    volumes = both.assign(original_shape_MeshVolume=np.where(both["roi"] == "GTV-1", 2.0, 1.0))
    largest = states_of(volumes, patients, RowChoice("GTV-*", Lesions.LARGEST))
    assert largest[0]["f"].tolist() == [1.1, 1, 1]


def test_states_that_do_not_fit_are_refused_by_name(patients, tmp_path):
    table = pd.concat([rows_of(f"ct~NT-{state}-of-2", [1.0, 2, 3]) for state in (1, 2)])
    other = replace(patients, extraction={"config": "pet", "modality": "CT"})
    with pytest.raises(UsageError, match="no perturbed state of the settings pet; there are states of ct"):
        states_of(table, other, RowChoice())
    with pytest.raises(UsageError, match="there are states of ct"):
        states_of(table.assign(modality="PT"), patients, RowChoice())
    with pytest.raises(UsageError, match=r"several sets of perturbed states \(NT of 2, V of 2\)"):
        states_of(pd.concat([table, rows_of("ct~V-1-of-2", [1.0, 2, 3])]), patients, RowChoice())
    with pytest.raises(UsageError, match="lack 1 features of the table, such as f"):
        states_of(table.drop(columns="f"), patients, RowChoice())
    with pytest.raises(UsageError, match=r"no patient of the cohort \(a, b, c ...\)"):
        states_of(table.assign(case_id="z" + table["case_id"]), patients, RowChoice())
    with pytest.raises(NothingUsableError, match=r"perturbed.parquet does not exist; radpipe perturb makes one"):
        read_states(tmp_path)
