"""The ledger: no row twice, every row back as it was planned, and the identity of the account."""

from pathlib import Path

import pytest

from radpipe.errors import AccountsError, NothingUsableError
from radpipe.outcome import Status
from radpipe.store.ledger import Account, PlannedRow, read_outcomes, read_plan, write_plan


def row(case: str = "HN1", image: str = "CT", roi: str = "GTV", config: str = "native", **more: str) -> PlannedRow:
    return PlannedRow(case, image, "CT", roi, config, **more)


def test_a_row_planned_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AccountsError, match=r"planned twice: .*HN1.*CT.*GTV.*native"):
        write_plan(tmp_path, [row(), row(roi="Lung"), row(key="k2")])


@pytest.mark.parametrize("other", [{"case": "HN2"}, {"image": "PT"}, {"roi": "Lung"}, {"config": "pet"}], ids=str)
def test_rows_that_differ_anywhere_are_two(tmp_path: Path, other: dict[str, str]) -> None:
    write_plan(tmp_path, [row(), row(**other)])
    assert len(list(read_plan(tmp_path))) == 2


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    rows = (
        row(key="k1"),
        row("HN2", status="skipped", code="E_NO_MASK", message='said "so"\nand, so: ä'),
        row("HN3", "", "", status="failed", code="E_NO_IMAGE", message="none"),
    )
    write_plan(tmp_path, rows)
    assert tuple(read_plan(tmp_path)) == rows


def test_rows_that_planning_ended_have_their_outcome_and_others_are_open(tmp_path: Path) -> None:
    ended = row("HN2", status="skipped", code="E_NO_MASK", message="no ROI")
    write_plan(tmp_path, [row(key="k1"), ended])
    first, second = read_outcomes(tmp_path, read_plan(tmp_path))
    assert first is None
    assert second is not None
    assert (second.case_id, second.status, second.code, second.message) == (
        "HN2", Status.SKIPPED, "E_NO_MASK", "no ROI",
    )  # fmt: skip


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(NothingUsableError, match="holds no run"):
        read_plan(tmp_path)


def test_the_account_counts_each_status_and_tells_what_is_open() -> None:
    ended = [
        row(str(i), status=status, code="E_NO_IMAGE").ended()
        for i, status in enumerate(["failed", "skipped", "skipped"])
    ]
    account = Account.of(5, ended)
    assert (account.planned, account.ok, account.failed, account.skipped, account.open) == (5, 0, 1, 2, 2)
    assert str(account) == "5 planned = 0 ok + 1 failed + 2 skipped + 2 not yet measured"
