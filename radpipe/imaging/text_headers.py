"""NRRD and MetaImage: text headers, and the data files that they name.

References
----------
G. Kindlmann, Definition of NRRD file format, teem.sourceforge.net/nrrd/format.html. MetaImage,
itk.org/Wiki/ITK/MetaIO/Documentation.
"""

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from radpipe.errors import InputError
from radpipe.imaging.whole_files import Packing, Piece, Stored, beside, refuse_other_than_file

__all__ = ["meta_files", "nrrd_files", "stored_meta", "stored_nrrd"]

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

_META_TYPES = {
    "CHAR": "i1",
    "UCHAR": "u1",
    "SHORT": "i2",
    "USHORT": "u2",
    "INT": "i4",
    "UINT": "u4",
    "LONG": "i4",
    "ULONG": "u4",
    "LONG_LONG": "i8",
    "ULONG_LONG": "u8",
    "FLOAT": "f4",
    "DOUBLE": "f8",
}

_SPATIAL_KINDS = frozenset({"domain", "space", "???", "none", "stub"})
"""Kinds of NRRD's axes along which voxels of one channel lie."""

_MOST_FILES = 100_000

_Fields = Mapping[str, str]


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
    no_spacing = _refuse_nrrd_axes(fields, sizes, path)
    files = _nrrd_files(fields, listed, path)
    if packing is None or lines or (skip and packing != "raw"):
        return None
    if fields.get("endian", "").lower() == "big":
        dtype = dtype.newbyteorder(">")
    first = start if not files else 0
    if skip < 0:
        pieces = tuple(Piece(one, -1) for one in files or (path,))
    else:
        pieces = tuple(Piece(one, first + skip, packing) for one in files or (path,))
    return Stored(dtype, _three(sizes, path), pieces, no_spacing=no_spacing)


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
        for _ in range(_MOST_FILES):
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


def _nrrd_files(fields: _Fields, listed: Sequence[str], path: str) -> tuple[str, ...]:
    told = fields.get("data file")
    if told is None:
        return ()
    is_list = told.upper().startswith("LIST")
    names = list(listed) if is_list else _pattern(told.split(), path) or [told]
    if not names:
        raise InputError("E_UNREADABLE", path=path, reason="its list of data files is empty")
    return tuple(beside(path, name) for name in names)


def _pattern(words: Sequence[str], path: str) -> list[str]:
    """Return the names of ``name%03d.raw first last step``; none where the words are no pattern."""
    if len(words) < 4 or not re.search(r"%0?\d*d", words[0]):
        return []
    try:
        first, last, step = (int(word) for word in words[1:4])
        numbers = range(first, last + (1 if step > 0 else -1), step)
    except ValueError:
        return []
    if len(numbers) > _MOST_FILES or words[0].count("%") != 1:
        raise InputError("E_UNREADABLE", path=path, reason=f"pattern of data files {words[0]}")
    return [words[0] % number for number in numbers]


def _refuse_nrrd_axes(fields: _Fields, sizes: Sequence[int], path: str) -> str:
    """Refuse axes that are no direction of space, and units that are not mm; say why voxels have no size."""
    kinds = fields.get("kinds", "").lower().split()
    for kind, size in zip(kinds, sizes, strict=False):
        if kind == "time" and size > 1:
            raise InputError("E_UNREADABLE", path=path, reason=f"one of its axes is time ({size} moments)")
        if kind not in _SPATIAL_KINDS and size > 1:
            raise InputError(
                "E_UNREADABLE", path=path, reason=f"it holds several values per voxel (axis of kind {kind})"
            )
    units: list[str] = re.findall(r'"([^"]*)"', f"{fields.get('space units', '')} {fields.get('units', '')}")
    foreign = [word for word in units if word not in ("mm", "", "millimeter", "millimeters")]
    if foreign:
        raise InputError("E_HEADER", path=path, what=f"its units of length are {', '.join(foreign)}, not mm")
    if "space directions" in fields:
        return _undirected(fields["space directions"], sizes)
    spacings = fields.get("spacings", "").split()
    for axis, size in enumerate(sizes):
        word = spacings[axis] if axis < len(spacings) else ""
        if size > 1 and not _is_length(word):
            return f"spacings are {' '.join(spacings) or 'not given'}"
    return ""


def _undirected(told: str, sizes: Sequence[int]) -> str:
    """Say which axis has no direction, and so no voxel size; empty where all have."""
    vectors = re.findall(r"none|\([^)]*\)", told.lower())
    for axis, size in enumerate(sizes):
        vector = vectors[axis] if axis < len(vectors) else "none"
        parts = [word.strip() for word in vector.strip("()").split(",")]
        if size > 1 and not (all(_is_number(part) for part in parts) and any(_is_length(part) for part in parts)):
            return f"the direction of axis {axis + 1} is {vector}"
    return ""


def _is_number(word: str) -> bool:
    try:
        return math.isfinite(float(word))
    except ValueError:
        return False


def _is_length(word: str) -> bool:
    return _is_number(word) and float(word) != 0


def _three(sizes: Sequence[int], path: str) -> tuple[int, ...]:
    """Return the array's shape from sizes, x first."""
    if not sizes or min(sizes) < 1:
        raise InputError("E_UNREADABLE", path=path, reason=f"its axes have {', '.join(map(str, sizes))} voxels")
    if any(size > 1 for size in sizes[3:]):
        raise InputError("E_UNREADABLE", path=path, reason=f"it has {len(sizes)} dimensions")
    x, y, z = (*sizes, 1, 1)[:3]
    return z, y, x


def stored_meta(path: str) -> Stored | None:
    """Say what a MetaImage header promises; None where its voxels are text, which is left to ITK.

    Raises
    ------
    InputError
        ``E_UNREADABLE``, ``E_HEADER``.
    """
    fields, listed, start = _meta_header(path)
    try:
        kind = fields["elementtype"].upper().removeprefix("MET_").removesuffix("_ARRAY")
        dtype = np.dtype(_META_TYPES[kind])
        sizes = [int(word) for word in fields["dimsize"].split()]
        head = int(fields.get("headersize", "0"))
    except (KeyError, ValueError) as fault:
        raise InputError("E_UNREADABLE", path=path, reason=f"MetaImage header: {fault}") from None
    if fields.get("elementnumberofchannels", "1") != "1":
        raise InputError("E_UNREADABLE", path=path, reason="it holds several values per voxel")
    no_spacing = _refuse_meta_grid(fields, sizes, path)
    files = _meta_files(fields, listed, path)
    if not _yes(fields, "binarydata", default=True):
        return None
    if _yes(fields, "binarydatabyteordermsb") or _yes(fields, "elementbyteordermsb"):
        dtype = dtype.newbyteorder(">")
    packing: Packing = "zlib" if _yes(fields, "compresseddata") else "raw"
    pieces: tuple[Piece, ...]
    if not files:
        pieces = (Piece(path, start, packing),)
    elif head < 0 and packing == "raw":
        pieces = tuple(Piece(one, -1) for one in files)
    else:
        pieces = tuple(Piece(one, max(head, 0), packing) for one in files)
    return Stored(dtype, _three(sizes, path), pieces, no_spacing=no_spacing)


def meta_files(path: str) -> tuple[str, ...]:
    """Return the data files that a MetaImage header names; none where the voxels follow the header."""
    fields, listed, _ = _meta_header(path)
    return _meta_files(fields, listed, path)


def _yes(fields: _Fields, name: str, *, default: bool = False) -> bool:
    word = fields.get(name)
    return default if word is None else word.lower() in ("true", "1", "yes", "t")


def _meta_header(path: str) -> tuple[dict[str, str], list[str], int]:
    """Read the fields up to ``ElementDataFile``, the names after ``LIST``, and where the header ends."""
    refuse_other_than_file(path)
    fields: dict[str, str] = {}
    with Path(path).open("rb") as file:
        for _ in range(10_000):
            line = file.readline(1 << 16)
            if not line:
                break
            key, sign, value = line.decode("utf-8", "surrogateescape").strip().partition("=")
            name = key.strip().lower()
            if sign and fields.setdefault(name, value.strip()) != value.strip():
                raise InputError("E_HEADER", path=path, what=f"{key.strip()} is {fields[name]} and {value.strip()}")
            if key.strip().lower() == "elementdatafile":
                break
        start = file.tell()
        listed: list[str] = []
        if fields.get("elementdatafile", "").upper().startswith("LIST"):
            text = file.read(1 << 24).decode("utf-8", "surrogateescape")
            listed = [name.strip() for name in text.splitlines() if name.strip()]
    return fields, listed, start


def _meta_files(fields: _Fields, listed: Sequence[str], path: str) -> tuple[str, ...]:
    told = fields.get("elementdatafile", "")
    if told.upper() == "LOCAL":
        return ()
    is_list = told.upper().startswith("LIST")
    names = list(listed) if is_list else _pattern(told.split(), path) or [told]
    if not names or not names[0]:
        raise InputError("E_UNREADABLE", path=path, reason="MetaImage header: it names no data file")
    return tuple(beside(path, name) for name in names)


def _refuse_meta_grid(fields: _Fields, sizes: Sequence[int], path: str) -> str:
    """Refuse units that are not mm; say why voxels have no size."""
    unit = fields.get("distanceunits", "mm").lower()
    if unit not in ("mm", "?", "", "millimeter", "millimeters"):
        raise InputError("E_HEADER", path=path, what=f"its unit of length is {unit}, not mm")
    spacings = (fields.get("elementspacing") or fields.get("elementsize") or "").split()
    for axis, size in enumerate(sizes):
        word = spacings[axis] if axis < len(spacings) else ""
        if size > 1 and not _is_length(word):
            return f"ElementSpacing is {' '.join(spacings) or 'not given'}"
    return ""
