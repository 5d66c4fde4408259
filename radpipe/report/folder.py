"""An output folder that holds all of its new files or none of them."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from radpipe.errors import StorageError

__all__ = ["staged"]


@contextmanager
def staged(out: Path) -> Iterator[Path]:
    """Give a temporary folder beside ``out``; what was written there stands in ``out`` when the block ends well.

    Parameters
    ----------
    out
        The output folder; made if absent. Files of the same names are replaced, others stay.

    Yields
    ------
    Path
        Where to write, on the same disk; gone afterwards. After an error ``out`` is as it was.

    Raises
    ------
    StorageError
        The folder cannot be made or written, or is a file.
    """
    if out.exists() and not out.is_dir():
        message = f"{out} is a file; choose another output folder"
        raise StorageError(message)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as fault:
        message = f"{out} cannot be written: {fault.strerror}"
        raise StorageError(message) from fault
    try:
        yield folder
        _move(folder, out)
    except OSError as fault:
        message = f"{out} cannot be written: {fault.strerror}"
        raise StorageError(message) from fault
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _move(folder: Path, out: Path) -> None:
    """Rename each file to its place: nothing is copied, so a full disk cannot stop it half-way."""
    for source in sorted(path for path in folder.rglob("*") if path.is_file()):
        target = out / source.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
