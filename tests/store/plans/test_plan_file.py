"""The file of a plan is read as it was written, and no more of it than is wanted."""

from pathlib import Path

import numpy as np

from .planned import entry, planned


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
