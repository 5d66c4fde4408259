"""MetaImage headers: number type, sizes, spacing and unit, and the data files that they name.

References
----------
itk.org/Wiki/ITK/MetaIO/Documentation.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from radpipe.errors import InputError
from radpipe.imaging.header_words import Fields, is_length, pattern_names, shape_zyx
from radpipe.imaging.whole_files import Packing, Piece, Stored, beside, refuse_other_than_file

__all__ = ["meta_files", "stored_meta"]


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
        pieces = tuple(Piece(file, -1) for file in files)
    else:
        pieces = tuple(Piece(file, max(head, 0), packing) for file in files)
    return Stored(dtype, shape_zyx(sizes, path), pieces, no_spacing=no_spacing)


def meta_files(path: str) -> tuple[str, ...]:
    """Return the data files that a MetaImage header names; none where the voxels follow the header."""
    fields, listed, _ = _meta_header(path)
    return _meta_files(fields, listed, path)


def _yes(fields: Fields, name: str, *, default: bool = False) -> bool:
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


def _meta_files(fields: Fields, listed: Sequence[str], path: str) -> tuple[str, ...]:
    field = fields.get("elementdatafile", "")
    if field.upper() == "LOCAL":
        return ()
    is_list = field.upper().startswith("LIST")
    names = list(listed) if is_list else pattern_names(field.split(), path) or [field]
    if not names or not names[0]:
        raise InputError("E_UNREADABLE", path=path, reason="MetaImage header: it names no data file")
    return tuple(beside(path, name) for name in names)


def _refuse_meta_grid(fields: Fields, sizes: Sequence[int], path: str) -> str:
    """Refuse units that are not mm; say why voxels have no size."""
    unit = fields.get("distanceunits", "mm").lower()
    if unit not in ("mm", "?", "", "millimeter", "millimeters"):
        raise InputError("E_HEADER", path=path, what=f"its unit of length is {unit}, not mm")
    spacings = (fields.get("elementspacing") or fields.get("elementsize") or "").split()
    for axis, size in enumerate(sizes):
        word = spacings[axis] if axis < len(spacings) else ""
        if size > 1 and not is_length(word):
            return f"ElementSpacing is {' '.join(spacings) or 'not given'}"
    return ""
