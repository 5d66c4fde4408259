"""A plan is written once."""

from pathlib import Path

from .planned import entry, planned


def test_a_plan_that_is_there_already_is_not_replaced(tmp_path: Path) -> None:
    first = planned(tmp_path, entry(key="k1"))
    told = first.path.stat()
    second = planned(tmp_path, entry(key="k1"))
    assert (second.path, second.path.stat().st_ino) == (first.path, told.st_ino)
    assert planned(tmp_path, entry(key="k2")).path != first.path
    first.path.write_bytes(b"damaged")
    assert planned(tmp_path, entry(key="k1")).keys().to_pylist() == ["k1"]
