"""The list of plans of an output folder."""

from pathlib import Path

import pytest

from radpipe.errors import NothingUsableError, UsageError
from radpipe.store.plans import list_plans, read_plan_file, write_plan_list

from .planned import entry, planned


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
