"""NRRD headers: number type, sizes and encoding, and the data files that they name.

References
----------
G. Kindlmann, Definition of NRRD file format, teem.sourceforge.net/nrrd/format.html.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from radpipe.errors import InputError
from radpipe.imaging.header_words import MOST_FILES, Fields, pattern_names, shape_zyx
from radpipe.imaging.nrrd_axes import refuse_axes
from radpipe.imaging.whole_files import Packing, Piece, Stored, beside, refuse_other_than_file

__all__ = ["nrrd_files", "stored_nrrd"]


_NRRD_TYPES = {
    **dict.fromkeys(("signed char", "int8", "int8_t"), "i1"),
    **dict.fromkeys(("uchar", "unsigned char", "uint8", "uint8_t"), "u1"),
    **dict.fromkeys(("short", "short int", "signed short", "signed short int", "int16", "int16_t"), "i2"),
    **dict.fromkeys(("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"), "u2"),
    **dict.fromkeys(("int", "signed int", "int32", "int32_t"), "i4"),
    **dict.fromkeys(("uint", "unsigned int", "uint32", "uint32_t"), "u4"),
    **dict.fromkeys(
        ("longlong", "long long", "long long int", "signed long long", "signed long long int", "int64", "int64_t"), "i8"
    ),
    **dict.fromkeys(
        ("ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t"), "u8"
    ),
    "float": "f4",
    "double": "f8",
}  # fmt: skip
"""NRRD's number types, in all spellings that its specification allows."""

_NRRD_PACKING: Mapping[str, Packing] = {
    "raw": "raw",
    "gzip": "gzip",
    "gz": "gzip",
    "bzip2": "bzip2",
    "bz2": "bzip2",
}


def stored_nrrd(path: str) -> Stored | None:
    """Say what a NRRD header promises; None where its encoding is text, which is left to ITK.

    Raises
    ------
    InputError
        ``E_UNREADABLE``, ``E_HEADER``.
    """
    fields, listed, start = _nrrd_header(path)
    packing = _NRRD_PACKING.get(fields.get("encoding", "").lower())
    try:
        sizes = [int(word) for word in fields["sizes"].split()]
        dtype = np.dtype(_NRRD_TYPES[fields["type"].lower()])
        skip, lines = int(fields.get("byte skip", "0")), int(fields.get("line skip", "0"))
    except (KeyError, ValueError) as fault:
        raise InputError("E_UNREADABLE", path=path, reason=f"NRRD header: {fault}") from None
    no_spacing = refuse_axes(fields, sizes, path)
    files = _nrrd_files(fields, listed, path)
    if packing is None or lines or (skip and packing != "raw"):
        return None
    if fields.get("endian", "").lower() == "big":
        dtype = dtype.newbyteorder(">")
    first = start if not files else 0
    if skip < 0:
        pieces = tuple(Piece(file, -1) for file in files or (path,))
    else:
        pieces = tuple(Piece(file, first + skip, packing) for file in files or (path,))
    return Stored(dtype, shape_zyx(sizes, path), pieces, no_spacing=no_spacing)


def nrrd_files(path: str) -> tuple[str, ...]:
    """Return the data files that a NRRD header names; none where the voxels follow the header."""
    fields, listed, _ = _nrrd_header(path)
    return _nrrd_files(fields, listed, path)


def _nrrd_header(path: str) -> tuple[dict[str, str], list[str], int]:
    """Read the fields up to an empty line, the names after ``LIST``, and where the header ends."""
    refuse_other_than_file(path)
    fields: dict[str, str] = {}
    listed: list[str] = []
    with Path(path).open("rb") as file:
        if not file.readline(100).startswith(b"NRRD"):
            raise InputError("E_UNREADABLE", path=path, reason="not a NRRD header")
        for _ in range(MOST_FILES):
            line = file.readline(1 << 16)
            text = line.decode("utf-8", "surrogateescape").strip()
            if not text:
                break
            if fields.get("data file", "").upper().startswith("LIST"):
                listed.append(text)
                continue
            key, sign, value = text.partition(":")
            if sign and not text.startswith("#"):
                name = key.strip().lower()
                fields["data file" if name == "datafile" else name] = value.strip().lstrip("=").strip()
        return fields, listed, file.tell()


def _nrrd_files(fields: Fields, listed: Sequence[str], path: str) -> tuple[str, ...]:
    field = fields.get("data file")
    if field is None:
        return ()
    is_list = field.upper().startswith("LIST")
    names = list(listed) if is_list else pattern_names(field.split(), path) or [field]
    if not names:
        raise InputError("E_UNREADABLE", path=path, reason="its list of data files is empty")
    return tuple(beside(path, name) for name in names)
