"""NIfTI files and pairs of files: what their headers promise."""

from pathlib import Path

import numpy as np

from radpipe.errors import InputError
from radpipe.imaging.nifti_contradictions import refuse_contradictions, scale_of, without_spacing
from radpipe.imaging.nifti_fields import read_nifti_header
from radpipe.imaging.nifti_header import NUMBER_TYPES, NiftiHeader
from radpipe.imaging.whole_files import Piece, Stored, refuse_other_than_file

__all__ = ["is_nifti", "nifti_files", "stored_nifti"]


_LONGEST_HEADER = 544


def is_nifti(path: str) -> bool:
    """Tell by its name whether a file is NIfTI or Analyze."""
    return path.lower().removesuffix(".gz").endswith((".nii", ".hdr", ".img"))


def nifti_files(path: str) -> tuple[str, str]:
    """Return the file of the header and that of the voxels; one and the same unless it is a pair.

    Examples
    --------
    >>> nifti_files("a.nii.gz")
    ('a.nii.gz', 'a.nii.gz')
    """
    plain = path[:-3] if path.lower().endswith(".gz") else path
    if plain.lower().endswith(".nii"):
        return path, path
    stem, ending = plain[:-4], plain[-4:]
    names = ("HDR", "IMG") if ending.isupper() else ("hdr", "img")
    files = [
        next((f"{stem}.{name}{end}" for end in ("", ".gz") if Path(f"{stem}.{name}{end}").exists()), f"{stem}.{name}")
        for name in names
    ]
    return files[0], files[1]


def stored_nifti(path: str) -> tuple[Stored, NiftiHeader]:
    """Read the header, and say what it promises.

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_TRUNCATED``, ``E_CHECKSUM``, ``E_UNREADABLE``, ``E_HEADER``.
    """
    head_path, data_path = nifti_files(path)
    refuse_other_than_file(data_path)
    packed = _begin(head_path, 2) == b"\x1f\x8b"
    raw = _unpacked_begin(head_path) if packed else _begin(head_path, _LONGEST_HEADER)
    header = read_nifti_header(raw, head_path)
    if header.is_pair != (head_path != data_path) and header.version:
        what = f"its magic word says {'two files' if header.is_pair else 'one file'}, its name the other"
        raise InputError("E_HEADER", path=head_path, what=what)
    refuse_contradictions(header, head_path)
    no_spacing = without_spacing(header)
    shape = header.size_xyz[::-1]
    dtype = np.dtype(header.order + NUMBER_TYPES[header.code])
    scale = scale_of(header, head_path)
    if _begin(data_path, 2) == b"\x1f\x8b":
        piece = Piece(data_path, 0, "gzip", header.offset)
    else:
        piece = Piece(data_path, header.offset)
    return Stored(dtype, shape, (piece,), scale, no_spacing), header


def _begin(path: str, count: int) -> bytes:
    refuse_other_than_file(path)
    with Path(path).open("rb") as file:
        return file.read(count)


def _unpacked_begin(path: str) -> bytes:
    """Unpack the first bytes only."""
    import zlib

    try:
        return zlib.decompressobj(31).decompress(_begin(path, 1 << 16), _LONGEST_HEADER)
    except zlib.error as fault:
        raise InputError("E_CHECKSUM", path=path, reason=str(fault)) from None
