"""A look at the cache of compiled kernels without numba, whose import takes half a second."""

import os
import re
import sys
from pathlib import Path

__all__ = ["all_cached"]

_KERNEL = re.compile(r"^@njit\ndef (\w+)", re.MULTILINE)


def all_cached(folder: Path | None = None) -> bool:
    """Tell whether every kernel has an entry in the folder beside its source that is newer than the source.

    Parameters
    ----------
    folder
        Of the kernels' sources; this package's own without it.

    Returns
    -------
    bool
        False also where another folder is asked for or no cache is wanted: then numba itself has to say.
    """
    if os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("RADPIPE_KERNEL_CACHE") == "0":
        return False
    source = folder or Path(__file__).parent
    tag = f".py{sys.version_info.major}{sys.version_info.minor}.nbi"
    newest: dict[str, float] = {}
    for entry in (source / "__pycache__").glob(f"*{tag}"):
        name = entry.name.rsplit("-", 1)[0]
        newest[name] = max(newest.get(name, 0.0), entry.stat().st_mtime)
    return all(
        newest.get(f"{file.stem}.{kernel}", 0.0) >= file.stat().st_mtime
        for file in source.glob("[!_]*.py")
        for kernel in _KERNEL.findall(file.read_text(encoding="utf-8"))
    )
