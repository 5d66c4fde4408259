"""The file of a plan is written once and read as it was written."""

from pathlib import Path

import numpy as np
import pytest

from radpipe.errors import AccountsError, NothingUsableError, UsageError
from radpipe.store.plans import PlanEntry, PlanFile, list_plans, read_plan_file, write_plan_file, write_plan_list

HEADER = {"config": "native", "engine": {"name": "native"}}


def entry(case: str = "HN1", image: str = "CT", rois: tuple[str, ...] = ("GTV",), **more: str) -> PlanEntry:
    return PlanEntry(case, image, "CT", more.pop("config", "native"), rois, **more)


def planned(out: Path, *entries: PlanEntry, scope: str = "made") -> PlanFile:
    return write_plan_file(out / "plans", entries, HEADER, scope)


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
