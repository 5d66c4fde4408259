"""The index that a page wrote."""

from pathlib import Path

from radpipe.run.draw import script_content


def index(out: Path) -> dict:
    return script_content((out / "qc" / "index.js").read_text())
