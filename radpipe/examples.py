"""The notebooks that come with radpipe."""

import json
from importlib.resources import files
from pathlib import Path

from radpipe.files import whole_file

__all__ = ["notebook_paths", "write_notebooks"]


def notebook_paths() -> tuple[Path, ...]:
    """List the notebooks: ``radpipe/notebooks`` in the wheel, ``notebooks`` beside the package in a checkout."""
    package = Path(str(files("radpipe")))
    shipped = package / "notebooks"
    return tuple(sorted((shipped if shipped.is_dir() else package.parent / "notebooks").glob("*.ipynb")))


def write_notebooks(folder: Path) -> tuple[list[tuple[Path, str]], list[Path]]:
    """Write the notebooks without their outputs.

    Parameters
    ----------
    folder
        Is made; a file that stands there is not overwritten.

    Returns
    -------
    written, kept
        Path and title of each that was written, and the paths that were left alone.

    Raises
    ------
    StorageError
        They cannot be written.
    """
    written, kept = [], []
    for path in notebook_paths():
        target = folder / path.name
        if target.exists():
            kept.append(target)
            continue
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell |= {"outputs": [], "execution_count": None}
        with whole_file(folder, path.name) as file:
            file.write((json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode())
        first = "".join(notebook["cells"][0]["source"]).splitlines()[0]
        written.append((target, first.lstrip("# ")))
    return written, kept
