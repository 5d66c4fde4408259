"""Reading one DICOM file: what damage looks like to the libraries, and required tags."""

import io
import os
import struct
import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pydicom
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.pixels.decoders.base import get_decoder

from radpipe.errors import InputError

__all__ = ["DAMAGE", "BoundedFile", "read_dicom", "reading", "require", "require_decoder"]

DAMAGE = (
    InvalidDicomError,
    BytesLengthException,
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
"""What pydicom and highdicom raise on files with flipped, cut or inserted bytes; ``LookupError`` is also a text
encoding that Python does not know, ``ValueError`` also ``UnicodeDecodeError``; ``RuntimeError``
comes from decoders, and as ``NotImplementedError`` and ``RecursionError`` from parsing."""


class BoundedFile(io.BufferedReader):
    """A file of which no more is asked than it has.

    A damaged length of 4 GB would otherwise have Python allocate as much before it reads the few bytes that are there.

    Parameters
    ----------
    path
        The file.
    """

    def __init__(self, path: str) -> None:
        super().__init__(io.FileIO(path))
        self._bytes = os.fstat(self.fileno()).st_size

    def read(self, size: int | None = -1) -> bytes:
        """Read as :class:`io.BufferedReader` does."""
        if size is not None and size > io.DEFAULT_BUFFER_SIZE:
            size = min(size, max(self._bytes - self.tell(), 0))
        return super().read(size)


@contextmanager
def reading(path: str) -> Iterator[None]:
    """Turn what libraries raise on a damaged file into ``E_UNREADABLE``, and keep their warnings quiet.

    Raises
    ------
    InputError
        ``E_MISSING_FILE`` or ``E_UNREADABLE``; an InputError from within passes, its path filled in.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except InputError as known:
        raise known.located(path=path) from None
    except FileNotFoundError:
        raise InputError("E_MISSING_FILE", path=path) from None
    except DAMAGE as fault:
        reason = " ".join(f"{type(fault).__name__}: {fault}".split())[:300]
        raise InputError("E_UNREADABLE", path=path, reason=reason) from fault


def read_dicom(path: str, *, stop_before_pixels: bool = False) -> Dataset:
    """Read a DICOM file.

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_UNREADABLE``.
    """
    with reading(path), BoundedFile(path) as file:
        return pydicom.dcmread(file, stop_before_pixels=stop_before_pixels)


def require(dataset: Dataset, keywords: Sequence[str], path: str) -> None:
    """Refuse a data set that lacks one of the keywords, or holds it empty.

    Raises
    ------
    InputError
        ``E_REQUIRED_TAG`` with all that are missing.
    """
    with reading(path):
        missing = [keyword for keyword in keywords if keyword not in dataset or dataset[keyword].is_empty]
    if missing:
        raise InputError("E_REQUIRED_TAG", path=path, tags=", ".join(missing))


def require_decoder(dataset: Dataset, path: str) -> None:
    """Refuse compressed pixels that no installed library decodes.

    Raises
    ------
    InputError
        ``E_NO_DECODER``.
    """
    syntax = dataset.file_meta.TransferSyntaxUID
    if not syntax.is_compressed or syntax.is_deflated:
        return
    try:
        available = get_decoder(syntax).is_available
    except NotImplementedError:
        available = False
    if not available:
        raise InputError("E_NO_DECODER", path=path, syntax=syntax.name)
