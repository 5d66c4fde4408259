"""The notebooks are written for the user, without outputs, and never over what stands there."""

import json
from pathlib import Path

from radpipe.examples import notebook_paths, write_notebooks


def test_all_notebooks_are_written_without_outputs(tmp_path: Path) -> None:
    written, kept = write_notebooks(tmp_path / "mine")
    assert [path.name for path, _ in written] == [path.name for path in notebook_paths()]
    assert not kept
    for path, title in written:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
        assert "".join(cells[0]["source"]).startswith(f"# {title}\n")
