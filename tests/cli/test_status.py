"""``radpipe status``: the account, the pace, and the shards that must be submitted again."""

from pathlib import Path

import pytest

from radpipe.batch import RunStatus
from radpipe.store.ledger import Account


def test_a_finished_run_is_its_account(radpipe, manifest_of, tmp_path: Path) -> None:
    words = (manifest_of(tmp_path, 2), "-d", "manifest", "-p", "ct_native", "-o", tmp_path / "out")
    assert radpipe("extract", *words).code == 0
    done = radpipe("status", tmp_path / "out")
    assert (done.code, done.out.splitlines()[0]) == (0, "2 planned = 2 ok + 0 failed + 0 skipped")


def test_open_shards_are_named_as_a_scheduler_takes_them(radpipe, planned_130: Path, tmp_path: Path) -> None:
    words = ("-d", "manifest", "-p", "ct_native", "--shards", "3", "-o", tmp_path)
    assert radpipe("plan", planned_130, *words).code == 0
    done = radpipe("status", tmp_path)
    assert done.code == 1
    assert "0 of 130 images measured, none in the last ten minutes" in done.out
    assert "open shards of ct_native: 0-2" in done.out
    assert "submit them again, for instance sbatch --array=0-2" in done.out


@pytest.mark.parametrize(("still", "told"), [(119, "119 min left"), (180, "3.0 h left")])
def test_the_pace_is_told_in_minutes_then_in_hours(
    radpipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, still: int, told: str
) -> None:
    found = RunStatus(Account(200, 200 - still, 0, 0), (), images=200, images_open=still, per_minute=1.0)
    monkeypatch.setattr("radpipe.batch.status", lambda _out: found)
    done = radpipe("status", tmp_path)
    assert f"{200 - still} of 200 images measured, 1.0 a minute, {told}" in done.out
    assert done.out.splitlines()[-1] == "not finished: start the same command again to go on"
