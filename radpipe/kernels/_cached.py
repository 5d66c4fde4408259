"""Where compiled kernels lie: a folder for each kind of CPU and each set of versions, filled whole or not at all.

numba's own cache writes an index before the data that it names, and by itself asks neither which processor a folder was
filled on nor whether a kernel of another file changed. On a disk that nodes share, one node's machine code can so stand
under another's key. Here a folder's name is the digest of all that the machine code depends on; it is filled under
another name and renamed, and then it is only read. numba is not imported: that takes half a second.
"""

import hashlib
import os
import platform
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["FILL", "SHARED", "SWITCH", "all_cached", "fill", "folder_to_fill", "kernel_folder"]

SHARED = "RADPIPE_KERNELS"
"""Environment variable: the folder in which the folders of kernels lie, for instance on a disk that nodes share."""

SWITCH = "RADPIPE_KERNEL_CACHE"
"""Environment variable; ``0`` keeps compiled kernels in memory only."""

FILL = "RADPIPE_KERNELS_FILL"
"""Environment variable of the process that fills a folder: that folder, under its name in the making."""

UNUSED_S = 90 * 86_400.0
"""Folders of older versions are removed when they were filled so long ago."""

ABANDONED_S = 86_400.0
"""A folder in the making that is older belonged to a process that was killed."""


@cache
def _folder_name() -> str:
    """Name what the machine code depends on: kernels, versions, processor."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    own = {name: _version(name) for name in ("radpipe", "numba", "llvmlite", "numpy")}
    target = [os.environ.get(name, "") for name in ("NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES")]
    for text in (*own.values(), sys.implementation.cache_tag or sys.version, platform.system(), *target, *_processor()):
        digest.update(f"{text}\n".encode())
    return f"{own['radpipe']}-{platform.machine()}-{digest.hexdigest()[:16]}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _processor() -> list[str]:
    """Tell what the processor is and can do, from the first one that Linux lists."""
    try:
        first = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").partition("\n\n")[0]
    except OSError:
        return [platform.machine(), platform.processor()]
    kept = ("vendor_id", "cpu family", "model", "stepping", "flags", "CPU implementer", "CPU part", "Features", "isa")
    lines = [line.partition(":") for line in first.splitlines()]
    return [f"{name.strip()}:{value.strip()}" for name, _, value in lines if name.strip() in kept]


def _bases() -> list[Path]:
    """List where folders of kernels may lie, the first choice first."""
    told = os.environ.get(SHARED) or os.environ.get("NUMBA_CACHE_DIR")
    user = getattr(os, "getuid", lambda: 0)()
    fallback = Path(tempfile.gettempdir()) / f"radpipe-kernels-{user}"
    if told:
        return [Path(told), fallback]
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA", "")
    else:
        home = os.environ.get("XDG_CACHE_HOME") or str(Path(os.environ.get("HOME", "")) / ".cache")
    return [*([Path(home) / "radpipe" / "kernels"] if Path(home).is_absolute() else []), fallback]


def _is_safe(base: Path) -> bool:
    """Tell whether machine code from a folder may be run: nobody else could put it where everybody may write."""
    if not hasattr(os, "getuid") or base.parent != Path(tempfile.gettempdir()):
        return True
    try:
        told = base.lstat()
    except OSError:
        return True  # it is not there
    return base.is_dir() and not base.is_symlink() and told.st_uid == os.getuid() and not told.st_mode & 0o022


def kernel_folder() -> Path | None:
    """Return the folder that holds this machine's kernels; None where it is not filled yet, or none is wanted."""
    if os.environ.get(SWITCH) == "0":
        return None
    folders = [base / _folder_name() for base in _bases() if _is_safe(base)]
    return next((folder for folder in folders if folder.is_dir()), None)


def folder_to_fill() -> Path | None:
    """Return the folder that this process was started to fill, None in all others."""
    return Path(os.environ[FILL]) if os.environ.get(FILL) else None


def all_cached() -> bool:
    """Tell whether nothing has to be compiled before workers start, also because no cache is wanted."""
    return os.environ.get(SWITCH) == "0" or kernel_folder() is not None


def fill(compile_into: Callable[[Path], bool]) -> Path | None:
    """Fill the folder of this machine's kernels, unless another process was faster.

    Parameters
    ----------
    compile_into
        Is given a new folder, compiles all kernels into it, and tells whether it did.

    Returns
    -------
    Path or None
        The folder; None where no folder can be written, or the kernels were not compiled.
    """
    for base in _bases():
        making = base / f".{_folder_name()}.{secrets.token_hex(6)}.tmp"
        try:
            base.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_safe(base):
                continue
            making.mkdir()
        except OSError:  # read only, or no disk at all: the next one
            continue
        try:
            _tidy(base)
            if not compile_into(making) or not any(making.glob("*.nbc")):
                return None
            with suppress(OSError):  # another process was faster: its folder holds the same
                making.rename(base / _folder_name())
            return kernel_folder()
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return None


def _tidy(base: Path) -> None:
    """Remove folders of killed processes and of versions that were left long ago."""
    now = time.time()
    with suppress(OSError):
        for folder in base.iterdir():
            age = now - folder.stat().st_mtime
            abandoned = folder.name.startswith(".") and folder.name.endswith(".tmp") and age > ABANDONED_S
            if abandoned or (_is_ours(folder) and age > UNUSED_S):
                shutil.rmtree(folder, ignore_errors=True)


def _is_ours(folder: Path) -> bool:
    return folder.name != _folder_name() and f"-{platform.machine()}-" in folder.name and any(folder.glob("*.nbi"))
