"""The ledger: no row twice, every row back as it was planned, in order, and the identity of the account."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from radpipe.errors import AccountsError, NothingUsableError, StorageError, UsageError
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.store.index import scan
from radpipe.store.ledger import Account, read_outcomes, read_rows, read_statuses
from radpipe.store.packs import Measured
from radpipe.store.plans import PlanEntry, PlanFile, list_plans, read_plan_file, write_plan_file, write_plan_list
from radpipe.store.writer import PackWriter

HEADER = {"config": "native", "engine": {"name": "native"}}


def entry(case: str = "HN1", image: str = "CT", rois: tuple[str, ...] = ("GTV",), **more: str) -> PlanEntry:
    return PlanEntry(case, image, "CT", more.pop("config", "native"), rois, **more)


def planned(out: Path, *entries: PlanEntry, scope: str = "made") -> PlanFile:
    return write_plan_file(out / "plans", entries, HEADER, scope)


def measured(out: Path, plan: PlanFile, *keys: str) -> None:
    """Put an outcome for each ROI of some tasks into one pack, in the order in which the keys are told."""
    writer = PackWriter(out)
    for key in keys:
        (own,) = [one for some in plan.entries() for one in some if one.key == key]
        outcomes = tuple(
            Outcome(own.case_id, own.image_id, "CT", roi, own.config, Status.OK,
                    vector=FeatureVector(("a",), np.array([float(own.position)])))
            for roi in own.rois
        )  # fmt: skip
        writer.add(own.position, Measured(key, "", outcomes))
    writer.flush()


def test_a_row_planned_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AccountsError, match=r"planned twice: .*HN1.*CT.*GTV.*native"):
        planned(tmp_path, entry(), entry(rois=("Lung",)), entry(key="k2"))
    assert list((tmp_path / "plans").iterdir()) == []


@pytest.mark.parametrize(
    "other", [{"case": "HN2"}, {"image": "PT"}, {"rois": ("Lung",)}, {"config": "pet"}], ids=str
)  # fmt: skip
def test_rows_that_differ_anywhere_are_two(tmp_path: Path, other: dict[str, str]) -> None:
    assert planned(tmp_path, entry(), entry(**other)).rows == 2


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    entries = [
        entry(key="k1", rois=("GTV", "Lung"), task='{"a": 1}'),
        entry("HN2", status="skipped", code="E_NO_MASK", message='said "so"\nand, so: ä'),
        entry("HN3", "", ("",), status="failed", code="E_NO_IMAGE", message="none"),
        *(entry(f"c{i}", key=f"key{i}") for i in range(700)),
    ]
    plan = planned(tmp_path, *entries)
    read = [one for some in plan.entries() for one in some]
    positions = [0, -1, -1, *range(1, 701)]
    assert [(one.case_id, one.rois, one.key, one.status, one.message, one.task, one.position) for one in read] == [
        (one.case_id, one.rois, one.key, one.status, one.message, one.task, position)
        for one, position in zip(entries, positions, strict=True)
    ]
    assert (plan.tasks, plan.rows) == (701, 704)
    assert plan.keys().to_pylist() == ["k1", *(f"key{i}" for i in range(700))]


def test_only_the_groups_of_wanted_tasks_are_read(tmp_path: Path) -> None:
    plan = planned(tmp_path, *(entry(f"c{i}", key=f"k{i}") for i in range(1000)), entry("x", code="E_NO_MASK"))
    wanted = np.zeros(1000, dtype=bool)
    wanted[[3, 700]] = True
    assert [[one.key for one in some] for some in plan.entries(wanted)] == [["k3"], ["k700"]]


def test_a_plan_that_is_there_already_is_not_replaced(tmp_path: Path) -> None:
    first = planned(tmp_path, entry(key="k1"))
    told = first.path.stat()
    second = planned(tmp_path, entry(key="k1"))
    assert (second.path, second.path.stat().st_ino) == (first.path, told.st_ino)
    assert planned(tmp_path, entry(key="k2")).path != first.path
    first.path.write_bytes(b"damaged")
    assert planned(tmp_path, entry(key="k1")).keys().to_pylist() == ["k1"]


def test_rows_that_planning_ended_have_their_outcome_and_others_are_open(tmp_path: Path) -> None:
    plan = planned(
        tmp_path, entry(key="k1"), entry("HN2", status="skipped", code="E_NO_MASK", message="no ROI")
    )  # fmt: skip
    first, second = read_outcomes(tmp_path, [plan])
    assert first is None
    assert second is not None
    assert (second.case_id, second.status, second.code, second.message) == (
        "HN2", Status.SKIPPED, "E_NO_MASK", "no ROI",
    )  # fmt: skip


def test_rows_come_in_the_order_of_the_plan_whatever_the_order_of_the_packs(tmp_path: Path) -> None:
    plan = planned(tmp_path, *(entry(f"c{i}", key=f"k{i}", rois=("b", "a")) for i in range(200)))
    rng = np.random.default_rng(3)
    for some in np.array_split(rng.permutation(200), 7):
        measured(tmp_path, plan, *(f"k{i}" for i in some))
    rows = list(read_rows([plan], scan(tmp_path)))
    assert [(row.key.case_id, row.roi) for row in rows] == [(f"c{i}", roi) for i in range(200) for roi in ("b", "a")]
    assert [row.outcome.vector.values[0] for row in rows] == [i for i in range(200) for _ in range(2)]


def test_a_row_that_a_newer_plan_has_too_stands_there_only(tmp_path: Path) -> None:
    old = planned(tmp_path, entry("p1", key="k1"), entry("p2", key="k2"))
    new = planned(tmp_path, entry("p2", key="k3"), scope="case")
    measured(tmp_path, old, "k1", "k2")
    told = [(one.case_id, one.key, status) for _, one, _, status, _ in read_statuses([old, new], scan(tmp_path))]
    assert told == [("p1", "k1", "ok"), ("p2", "k3", "")]


def test_a_pack_that_goes_while_tables_are_made_is_an_error_not_an_open_row(tmp_path: Path) -> None:
    plan = planned(tmp_path, entry(key="k1"))
    measured(tmp_path, plan, "k1")
    index = scan(tmp_path)
    index.packs[0].path.unlink()
    with pytest.raises(StorageError, match="damaged or removed while it was read"):
        list(read_rows([plan], index))


def test_a_folder_without_a_run_is_told_and_one_of_an_older_radpipe_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingUsableError, match="holds no run"):
        read_plan_file(tmp_path)
    (tmp_path / "plan.jsonl").touch()
    with pytest.raises(UsageError, match="a run of an older radpipe"):
        list_plans(tmp_path)


def test_the_list_of_plans_is_read_as_it_was_written(tmp_path: Path) -> None:
    plans = [planned(tmp_path, entry(key=key), scope=key) for key in ("k1", "k2")]
    write_plan_list(tmp_path, plans)
    assert list_plans(tmp_path) == plans
    assert read_plan_file(tmp_path) == plans[1]
    with pytest.raises(UsageError, match="is no plan of"):
        read_plan_file(tmp_path, tmp_path / "plan-other.parquet")


def test_the_account_counts_each_status_and_tells_what_is_open() -> None:
    account = Account.of(Counter(["failed", "skipped", "skipped", "", ""]))
    assert (account.planned, account.ok, account.failed, account.skipped, account.open) == (5, 0, 1, 2, 2)
    assert str(account) == "5 planned = 0 ok + 1 failed + 2 skipped + 2 not yet measured"
