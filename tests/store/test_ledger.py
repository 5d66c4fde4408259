"""The ledger: no row twice, every row back as it was planned, in order, and the identity of the account."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from radpipe.errors import StorageError
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.store.index import scan
from radpipe.store.ledger import Account, read_outcomes, read_rows, read_statuses
from radpipe.store.packs import Measured
from radpipe.store.plans import PlanEntry, PlanFile, write_plan_file
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


def test_the_account_counts_each_status_and_tells_what_is_open() -> None:
    account = Account.of(Counter(["failed", "skipped", "skipped", "", ""]))
    assert (account.planned, account.ok, account.failed, account.skipped, account.open) == (5, 0, 1, 2, 2)
    assert str(account) == "5 planned = 0 ok + 1 failed + 2 skipped + 2 not yet measured"
