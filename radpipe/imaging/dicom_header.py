"""The beginning of a DICOM file: told by its first bytes, and unpacked no further than it promises."""

import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pydicom
from pydicom.dataset import Dataset

from radpipe.imaging.bounded_file import BoundedFile
from radpipe.imaging.header_values import value_of

__all__ = ["Header", "open_header", "pixel_bytes"]


DEFLATED = b"1.2.840.10008.1.2.1.99"
"""Transfer syntax Deflated Explicit VR Little Endian, as it stands in a file's meta information."""

MEGABYTE = 1 << 20
HEADER_LIMIT = 64 * MEGABYTE
"""A deflated file may unpack to this much beside the pixels that its header promises."""

IN_MEMORY = 64 * MEGABYTE
"""A file up to this size whose pixels are wanted is read at once."""

META_START = 144
"""Where the group of meta information goes on after its own length: preamble 128, DICM 4, (0002,0000) 12 bytes."""


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
    rows, columns, bits = (int(value_of(dataset, tag) or 0) for tag in ("Rows", "Columns", "BitsAllocated"))
    samples, frames = int(value_of(dataset, "SamplesPerPixel") or 1), int(value_of(dataset, "NumberOfFrames") or 1)
    return (rows * columns * bits * samples * frames + 7) // 8
