"""Reading one DICOM file: its data set, required tags, and a decoder for its pixels."""

import io
from collections.abc import Sequence

import pydicom
from pydicom.dataset import Dataset
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from radpipe.errors import InputError
from radpipe.imaging.damage import reading
from radpipe.imaging.dicom_header import open_header
from radpipe.imaging.header_values import is_given
from radpipe.imaging.like_files import LikeFiles

__all__ = ["read_dicom", "require", "require_decoder"]


def read_dicom(path: str, *, stop_before_pixels: bool = False, like: LikeFiles | None = None) -> Dataset:
    """Read a DICOM file, with or without preamble and meta information.

    Parameters
    ----------
    path
        The file.
    stop_before_pixels
        Read the header only.
    like
        Reads the files of a series, which share what they say alike: none of them is to be changed.

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_UNREADABLE``, ``E_MEMORY``.
    """
    with reading(path), open_header(path, whole=not stop_before_pixels) as header:
        if like is not None and isinstance(header.file, io.BytesIO):
            plain = like.read(header.file.getvalue(), before_pixels=stop_before_pixels)
            if plain is not None:
                return plain
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
        missing = [keyword for keyword in keywords if not is_given(dataset, keyword)]
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
