"""``radpipe tables``: 75 while rows are open, 0 when all are measured, 1 when some failed."""

from pathlib import Path

import pandas as pd


def test_tables_end_with_75_while_rows_are_open_unless_a_part_will_do(
    radpipe, planned_130: Path, tmp_path: Path
) -> None:
    assert radpipe("plan", planned_130, "-d", "manifest", "-p", "ct_native", "-o", tmp_path).code == 0
    ended = radpipe("tables", tmp_path)
    assert ended.code == 75
    assert "130 rows are not yet measured" in ended.out
    assert not (tmp_path / "tables").exists()
    partial = radpipe("tables", tmp_path, "--partial")
    assert partial.code == 0
    assert "130 x E_STOPPED" in partial.out


def test_failed_rows_end_with_1_and_the_table_is_there(radpipe, manifest_of, tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    manifest_of(source, 2)
    with (source / "cases.csv").open("a") as file:
        file.write("p9,image.nrrd,none.nrrd,GTV,CT\n")
    assert radpipe("plan", source / "cases.csv", "-d", "manifest", "-p", "ct_native", "-o", out).code == 0
    assert radpipe("work", out, "-j", "1").code == 0
    done = radpipe("tables", out)
    assert done.code == 1
    assert done.out.splitlines() == [
        "3 planned = 2 ok + 1 failed + 0 skipped",
        "  1 x E_MISSING_FILE",
        f"table: {out / 'tables' / 'features.csv'}",
    ]
    assert pd.read_csv(out / "tables" / "features.csv")["status"].tolist() == ["ok", "ok", "failed"]
