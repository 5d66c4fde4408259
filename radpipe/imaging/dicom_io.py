"""Reading one DICOM file: what damage looks like to the libraries, required tags, and what a file may unpack to."""

import errno
import io
import os
import re
import stat
import struct
import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pydicom
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from radpipe.errors import InputError

__all__ = [
    "DAMAGE",
    "BoundedFile",
    "Header",
    "open_header",
    "pixel_bytes",
    "read_dicom",
    "reading",
    "require",
    "require_decoder",
]

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


DEFLATED = b"1.2.840.10008.1.2.1.99"
"""Transfer syntax Deflated Explicit VR Little Endian, as it stands in a file's meta information."""

MEGABYTE = 1 << 20
HEADER_LIMIT = 64 * MEGABYTE
"""A deflated file may unpack to this much beside the pixels that its header promises."""

IN_MEMORY = 64 * MEGABYTE
"""A file up to this size whose pixels are wanted is read at once."""

META_START = 144
"""Where the group of meta information goes on after its own length: preamble 128, DICM 4, (0002,0000) 12 bytes."""

OUT_OF_MEMORY = re.compile(r"out of memory|bad_?alloc|allocate (?:memory|\d)|unable to allocate|memoryerror", re.I)


class BoundedFile(io.BufferedReader):
    """A regular file of which no more is asked than it has.

    A damaged length of 4 GB would otherwise have Python allocate as much before it reads the few bytes that are there;
    and a pipe or device in the place of a file would be waited for without end.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    OSError
        The file cannot be opened, or is a pipe, device or socket.
    """

    def __init__(self, path: str) -> None:
        super().__init__(io.FileIO(path, opener=_open_without_waiting))
        status = os.fstat(self.fileno())
        if not stat.S_ISREG(status.st_mode):
            self.close()
            message = "it is a pipe, device or socket, no regular file"
            raise OSError(message)
        self._bytes = status.st_size

    def read(self, size: int | None = -1) -> bytes:
        """Read as :class:`io.BufferedReader` does."""
        if size is not None and size > io.DEFAULT_BUFFER_SIZE:
            size = min(size, max(self._bytes - self.tell(), 0))
        return super().read(size)


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


@dataclass(frozen=True, slots=True)
class Header:
    """An open DICOM file, ready for pydicom.

    Parameters
    ----------
    file
        At its start; of a deflated file, its content unpacked.
    first_bytes
        The first 1,024 bytes as they lie on the disk.
    is_marked
        It has a preamble and the letters DICM.
    is_dicom
        It is marked, or begins as a bare data set does.
    """

    file: io.BufferedIOBase
    first_bytes: bytes
    is_marked: bool
    is_dicom: bool


@contextmanager
def open_header(path: str, *, whole: bool = False) -> Iterator[Header]:
    """Open a file and tell whether it is DICOM.

    Parameters
    ----------
    path
        The file.
    whole
        The pixels of a deflated file are wanted too, not only what stands before them.

    Raises
    ------
    OSError, zlib.error
        The file cannot be opened, is none, or its deflated content is damaged.
    ValueError
        A deflated file goes on beyond what its header promises.
    """
    with BoundedFile(path) as file:
        first = file.read(1024)
        marked = first[128:132] == b"DICM"
        file.seek(0)
        content: io.BufferedIOBase = file
        if marked and DEFLATED in first:
            content = _inflated(file, first, whole=whole)
        elif whole and os.fstat(file.fileno()).st_size <= IN_MEMORY:
            content = io.BytesIO(file.read())  # a hundred small reads from memory cost a third of those from a file
        yield Header(content, first, marked, marked or _looks_bare(first))


def _looks_bare(first: bytes) -> bool:
    """Tell whether bytes without a preamble begin with an element of group 0002 or 0008, in any byte order."""
    if len(first) < 8:
        return False
    little = first[:2] in (b"\x02\x00", b"\x08\x00")
    big = first[:2] in (b"\x00\x02", b"\x00\x08")
    spelt = first[4:6].isalpha() and first[4:6].isupper()
    length = int.from_bytes(first[4:8], "little")
    return ((little or big) and spelt) or (little and length <= 64 and length % 2 == 0)


def _inflated(file: BoundedFile, first: bytes, *, whole: bool) -> io.BytesIO:
    """Unpack a deflated file into memory, no further than its header promises."""
    start = META_START + int.from_bytes(first[META_START - 4 : META_START], "little")
    meta = file.read(start).replace(DEFLATED, b"1.2.840.10008.1.2.1\0\0\0", 1)
    packed = file.read()
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    content = unpacker.decompress(packed, HEADER_LIMIT)
    if whole and not unpacker.eof:
        head = pydicom.dcmread(io.BytesIO(meta + content), stop_before_pixels=True)
        promised = pixel_bytes(head)
        content += unpacker.decompress(unpacker.unconsumed_tail, promised + HEADER_LIMIT)
        if unpacker.unconsumed_tail:
            message = f"the deflated file goes on beyond the {promised} bytes of pixels that its header promises"
            raise ValueError(message)
    return io.BytesIO(meta + content)


def pixel_bytes(dataset: Dataset) -> int:
    """Return the bytes of all pixels that a header promises, uncompressed.

    Parameters
    ----------
    dataset
        A header with Rows, Columns and BitsAllocated; absent ones count 0.
    """
    rows, columns, bits = (int(dataset.get(tag) or 0) for tag in ("Rows", "Columns", "BitsAllocated"))
    samples, frames = int(dataset.get("SamplesPerPixel") or 1), int(dataset.get("NumberOfFrames") or 1)
    return (rows * columns * bits * samples * frames + 7) // 8


@contextmanager
def reading(path: str) -> Iterator[None]:
    """Turn what libraries raise on a damaged file into ``E_UNREADABLE``, and keep their warnings quiet.

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
    except DAMAGE as fault:
        if _is_shortage(fault):
            raise InputError("E_MEMORY", path=path, what=" ".join(str(fault).split())[:300]) from fault
        reason = " ".join(f"{type(fault).__name__}: {fault}".split())[:300]
        raise InputError("E_UNREADABLE", path=path, reason=reason) from fault


def _is_shortage(fault: BaseException) -> bool:
    """Tell whether a library ran out of memory, though it does not say so by MemoryError."""
    return getattr(fault, "errno", None) == errno.ENOMEM or OUT_OF_MEMORY.search(str(fault)) is not None


def read_dicom(path: str, *, stop_before_pixels: bool = False) -> Dataset:
    """Read a DICOM file, with or without preamble and meta information.

    Parameters
    ----------
    path
        The file.
    stop_before_pixels
        Read the header only.

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_UNREADABLE``, ``E_MEMORY``.
    """
    with reading(path), open_header(path, whole=not stop_before_pixels) as header:
        force = header.is_dicom and not header.is_marked
        dataset = pydicom.dcmread(header.file, stop_before_pixels=stop_before_pixels, force=force)
        if "TransferSyntaxUID" not in dataset.file_meta:
            dataset.file_meta.TransferSyntaxUID = _encoding(dataset)
        return dataset


def _encoding(dataset: Dataset) -> UID:
    """Return the transfer syntax that a data set without meta information was seen to have."""
    implicit, little = dataset.original_encoding
    if implicit:
        return ImplicitVRLittleEndian
    return ExplicitVRLittleEndian if little else ExplicitVRBigEndian


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
