"""Pixel data of a DICOM image: decoded, counted, and without the bits of overlays."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset

from radpipe.errors import InputError
from radpipe.imaging.damage import reading
from radpipe.imaging.dicom_header import pixel_bytes
from radpipe.imaging.dicom_io import require, require_decoder
from radpipe.imaging.frames import is_multi_frame
from radpipe.imaging.header_values import value_of

__all__ = ["Array", "decode_frames", "decode_pixels"]


Array = npt.NDArray[Any]

PIXEL_TAGS = ("Rows", "Columns", "BitsAllocated", "BitsStored", "PixelRepresentation", "PixelData")

PIXEL_DATA = 0x7FE00010
PADDING = (0xFFFCFFFC, 0xFFFAFFFA)
"""Elements that may follow the pixels, beside private ones: padding and digital signatures."""


def decode_pixels(dataset: Dataset, path: str) -> Array:
    """Return the stored values of a single-frame grey image.

    Parameters
    ----------
    dataset
        The image with its pixels.
    path
        Named in errors.

    Returns
    -------
    numpy.ndarray
        Shape (y, x), in the type that was stored; bits beyond BitsStored removed.

    Raises
    ------
    InputError
        ``E_REQUIRED_TAG``, ``E_TRUNCATED``, ``E_NO_DECODER``, ``E_UNREADABLE``.
    """
    if is_multi_frame(dataset):
        raise InputError("E_UNREADABLE", path=path, reason="a multi-frame image is not read as a slice")
    plane: Array = decode_frames(dataset, path)[0]
    return plane


def decode_frames(dataset: Dataset, path: str) -> Array:
    """Return the stored values of all frames of a grey image.

    Parameters
    ----------
    dataset
        The image with its pixels.
    path
        Named in errors.

    Returns
    -------
    numpy.ndarray
        Shape (frames, y, x), in the type that was stored; bits beyond BitsStored removed.

    Raises
    ------
    InputError
        ``E_REQUIRED_TAG``, ``E_TRUNCATED``, ``E_NO_DECODER``, ``E_UNREADABLE`` (colour, bytes after the pixels, or a
        HighBit that is not BitsStored - 1: PS3.5 8.1.1 allows no other, and readers disagree on what is meant).
    """
    require(dataset, PIXEL_TAGS, path)
    with reading(path):
        rows, columns, allocated, stored, signed = (int(value_of(dataset, keyword)) for keyword in PIXEL_TAGS[:5])
        shape = (int(value_of(dataset, "NumberOfFrames") or 1), rows, columns)
        if int(value_of(dataset, "SamplesPerPixel") or 1) != 1:
            message = "colour images are not read as a slice"
            raise ValueError(message)
        high = value_of(dataset, "HighBit")
        if high is not None and int(high) != stored - 1:
            message = f"HighBit {int(high)} with BitsStored {stored}"
            raise ValueError(message)
        syntax, data = dataset.file_meta.TransferSyntaxUID, value_of(dataset, "PixelData")
        expected, found = pixel_bytes(dataset), len(data)
        if not syntax.is_compressed and not expected <= found <= expected + 1:
            raise InputError("E_TRUNCATED", found=found, expected=expected)
        _refuse_surplus(dataset, path)
        require_decoder(dataset, path)
        # Pixels that lie in the file as they are; pydicom's own way checks and copies what was checked already.
        plain = not syntax.is_compressed and syntax.is_little_endian and isinstance(data, bytes)
        whole = allocated in (8, 16, 32) and 0 < stored <= allocated and signed in (0, 1)
        if plain and whole and value_of(dataset, "PhotometricInterpretation") in ("MONOCHROME1", "MONOCHROME2"):
            kind = f"<{'i' if signed else 'u'}{allocated // 8}"
            pixels = np.frombuffer(data, dtype=kind, count=int(np.prod(shape))).reshape(shape)
        else:
            pixels = np.asarray(dataset.pixel_array)
        if pixels.size != int(np.prod(shape)) or pixels.shape[-2:] != shape[-2:]:
            message = f"pixels of shape {pixels.shape} where {shape} are promised"
            raise ValueError(message)
        return _without_overlay_bits(pixels.reshape(shape), stored)


def _refuse_surplus(dataset: Dataset, path: str) -> None:
    """Refuse a file that goes on after its pixels: bytes were inserted, and the pixels are shifted.

    Raises
    ------
    ValueError
        Bytes or elements follow that are no padding.
    """
    after = sorted(tag for tag in dataset._dict if int.__gt__(tag, PIXEL_DATA))
    strange = [tag for tag in after if tag not in PADDING and not tag.is_private]
    if strange:
        message = f"element {strange[0]} after the pixels"
        raise ValueError(message)
    element = dataset["PixelData"]
    syntax = dataset.file_meta.TransferSyntaxUID
    if after or syntax.is_compressed or syntax.is_deflated or not element.file_tell:
        return
    surplus = Path(path).stat().st_size - element.file_tell - len(value_of(dataset, "PixelData"))
    if surplus > 0:
        message = f"{surplus} bytes after the pixels"
        raise ValueError(message)


def _without_overlay_bits(pixels: Array, stored: int) -> Array:
    spare = pixels.dtype.itemsize * 8 - stored
    if spare <= 0 or pixels.dtype.kind not in "iu":
        return pixels
    return (pixels << spare) >> spare
