"""What became of a task: rows of a process that died, and values that were measured before."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radpipe.errors import Note
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.rois import Target
from radpipe.run.executors.protocol import Crash
from radpipe.run.plan import Plan
from radpipe.run.results import crashed_outcomes, image_of
from radpipe.store.index import scan
from radpipe.store.packs import Measured
from radpipe.store.writer import PackWriter

PlanOf = Callable[[list[str]], Plan]


def test_each_roi_of_a_dead_process_is_a_failed_row_that_says_how_it_died(plan_of: PlanOf) -> None:
    task = plan_of(["p1"]).tasks[0]
    task = replace(task, targets=(*task.targets, Target("Brain", task.targets[0].rois)), notes=(Note("W_X", "said"),))
    rows = crashed_outcomes(Crash(task, "E_TIMEOUT", (("seconds", 6.0),), "in meet"))
    assert [(row.case_id, row.roi, row.status, row.code) for row in rows] == [
        ("p1", name, Status.FAILED, "E_TIMEOUT") for name in ("GTV", "Brain")
    ]
    assert [f"p1, {name}" in row.message for row, name in zip(rows, ("GTV", "Brain"), strict=True)] == [True, True]
    assert all("not done after 6 s" in row.message for row in rows)
    assert all((row.traceback, row.warnings) == ("in meet", task.notes) for row in rows)


def never_asked() -> Any:
    pytest.fail("the index was read")


def test_a_crash_has_no_content_lest_its_rows_be_taken_for_values(plan_of: PlanOf) -> None:
    task = plan_of(["p1"]).tasks[0]
    image = image_of(Crash(task, "E_CRASHED", (("how", "SIGSEGV"),)), never_asked)
    assert (image.key, image.content) == (task.key, "")
    assert image.outcomes is not None
    assert "SIGSEGV" in image.outcomes[0].message


def test_what_was_measured_is_given_on_as_it_is() -> None:
    measured = Measured("key", "content", ())
    assert image_of(measured, never_asked) is measured


def test_a_content_that_is_known_is_read_where_it_lies(tmp_path: Path) -> None:
    vector = FeatureVector(("a", "b"), np.array([1.5, -2.0]))
    kept = Outcome("p1", "CT", "CT", "GTV", "plain", Status.OK, vector=vector)
    writer = PackWriter(tmp_path)
    writer.add(0, Measured("old-key", "content-1", (kept,)))
    writer.flush()
    image = image_of(Measured("new-key", "content-1", None), lambda: scan(tmp_path))
    assert (image.key, image.content) == ("new-key", "content-1")
    assert image.outcomes is not None
    (outcome,) = image.outcomes
    assert (outcome.case_id, outcome.roi) == ("p1", "GTV")
    assert outcome.vector is not None
    assert outcome.vector.values.tolist() == [1.5, -2.0]
