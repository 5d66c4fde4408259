"""Rows of a plan: each once."""

from pathlib import Path

import pytest

from radpipe.errors import AccountsError

from .planned import entry, planned


def test_a_row_planned_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AccountsError, match=r"planned twice: .*HN1.*CT.*GTV.*native"):
        planned(tmp_path, entry(), entry(rois=("Lung",)), entry(key="k2"))
    assert list((tmp_path / "plans").iterdir()) == []


@pytest.mark.parametrize(
    "other", [{"case": "HN2"}, {"image": "PT"}, {"rois": ("Lung",)}, {"config": "pet"}], ids=str
)  # fmt: skip
def test_rows_that_differ_anywhere_are_two(tmp_path: Path, other: dict[str, str]) -> None:
    assert planned(tmp_path, entry(), entry(**other)).rows == 2
