"""What libraries raise on damaged files, turned into an InputError; no library is imported for it."""

import errno
import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from radpipe.errors import InputError

__all__ = ["FAULTS", "reading"]

FAULTS: tuple[type[Exception], ...] = (
    EOFError,
    OSError,
    struct.error,
    zlib.error,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    OverflowError,
    RuntimeError,
    AssertionError,
)
"""What readers raise on files with flipped, cut or inserted bytes; ``LookupError`` is also a text encoding that Python
does not know, ``ValueError`` also ``UnicodeDecodeError``; ``RuntimeError`` comes from decoders, and as
``NotImplementedError`` and ``RecursionError`` from parsing."""

OUT_OF_MEMORY = re.compile(r"out of memory|bad_?alloc|allocate (?:memory|\d)|unable to allocate|memoryerror", re.I)


@contextmanager
def reading(path: str, damage: tuple[type[Exception], ...] = FAULTS) -> Iterator[None]:
    """Turn what libraries raise on a damaged file into ``E_UNREADABLE``, and keep their warnings quiet.

    Parameters
    ----------
    path
        Of the file that is read.
    damage
        What its reader raises.

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_UNREADABLE``, or ``E_MEMORY`` where a library tells a lack of memory in words of its
        own; an InputError from within passes, its path filled in.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except InputError as known:
        raise known.located(path=path) from None
    except FileNotFoundError:
        raise InputError("E_MISSING_FILE", path=path) from None
    except damage as fault:
        if _is_shortage(fault):
            raise InputError("E_MEMORY", path=path, what=" ".join(str(fault).split())[:300]) from fault
        reason = " ".join(f"{type(fault).__name__}: {fault}".split())[:300]
        raise InputError("E_UNREADABLE", path=path, reason=reason) from fault


def _is_shortage(fault: BaseException) -> bool:
    """Tell whether a library ran out of memory, though it does not say so by MemoryError."""
    return getattr(fault, "errno", None) == errno.ENOMEM or OUT_OF_MEMORY.search(str(fault)) is not None
