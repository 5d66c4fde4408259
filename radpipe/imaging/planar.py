"""Radiographs: PNG to a Volume of one slice."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.cohort import ImageRef, RoiRef
from radpipe.errors import InputError, Note, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.grey_png import read_grey_png
from radpipe.imaging.labels import Survey, choose_label, survey
from radpipe.imaging.reading import reading
from radpipe.imaging.shelf import Shelf
from radpipe.imaging.whole_files import refuse_other_than_file
from radpipe.volume import Mask, Volume

__all__ = ["read_planar_image", "read_planar_mask", "read_png"]

_GREY, _RGB, _PALETTE, _GREY_ALPHA = 0, 2, 3, 4
"""Colour types of PNG; 6 is RGB with alpha."""


def read_planar_image(ref: ImageRef, policy: Policy) -> Volume:
    """Read a radiograph: size (1, y, x), spacing 1 (a PNG has none, so shape is in pixels).

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_UNREADABLE``, ``E_NOT_GRAY``.
    """
    array, notes = read_png(ref.paths[0], policy, quick=True)
    return Volume(array[None], Geometry((1, *array.shape), (1.0, 1.0, 1.0)), "arbitrary", notes)


def read_planar_mask(roi: RoiRef, image: Geometry, policy: Policy, shelf: Shelf | None = None) -> Mask:
    """Read a label of a PNG mask; one of another size is resized by nearest neighbour, and said.

    Parameters
    ----------
    roi
        Its selector is the label, a pixel value; of a palette picture, the palette's index. None takes the only one.
    image
        Grid of the radiograph.
    policy
        What to do about another size.
    shelf
        Keeps the file for the next ROI in it.

    Raises
    ------
    InputError
        As for images, those of :func:`radpipe.imaging.labels.choose_label`, and ``E_GRID_MISMATCH`` when the image is
        no radiograph or of another shape.
    """
    labels, notes, is_picture, seen = (shelf or Shelf()).once(roi.path, lambda: _read_labels(roi.path, policy))
    chosen = choose_label(labels[None], roi.selector, policy, roi.path, is_picture=is_picture, seen=seen)
    rows, columns = image.size_zyx[1:]
    if image.size_zyx[0] != 1 or labels.shape[0] * columns != labels.shape[1] * rows:
        difference = f"size y, x {labels.shape[0]} x {labels.shape[1]} and z, y, x {image.size_zyx}"
        raise InputError("E_GRID_MISMATCH", path=roi.path, difference=difference)
    if labels.shape == (rows, columns):
        return Mask.within(chosen.box, chosen.array, image, (*notes, *chosen.notes))
    sizes = {"mask": f"{labels.shape[0]} x {labels.shape[1]}", "image": f"{rows} x {columns}"}
    resized = policy.meet("W_MASK_RESIZED", path=roi.path, **sizes)
    array = np.zeros(labels.shape, dtype=np.bool_)
    array[chosen.box[1:]] = chosen.array[0]
    y, x = ((2 * np.arange(n) + 1) * m // (2 * n) for n, m in zip((rows, columns), labels.shape, strict=True))
    return Mask.of(array[np.ix_(y, x)][None], image, (*notes, *chosen.notes, resized))


def _read_labels(path: str, policy: Policy) -> tuple[npt.NDArray[Any], tuple[Note, ...], bool, Survey]:
    """Read labels; whether grey or colours stand for them instead of a palette's indices; and which there are."""
    labels, notes = read_png(path, policy, palette_index=True, quick=True)
    is_picture = _png_kind(path)[1] != _PALETTE
    return labels, notes, is_picture, survey(labels[None], path, listed=is_picture)


def read_png(
    path: str, policy: Policy, *, palette_index: bool = False, quick: bool = False
) -> tuple[npt.NDArray[Any], tuple[Note, ...]]:
    """Read a PNG as one channel, its values as they are stored.

    Parameters
    ----------
    path
        The picture: grey of 1, 2, 4, 8 or 16 bits, or colour (RGB, RGBA, grey with alpha, palette) of 8 or 16 bits
        whose channels agree.
    policy
        What to do about channels.
    palette_index
        Take a palette picture's indices (labels), not its colours.
    quick
        Read 8-bit grey by a kernel, in half the time; worth its loading to who reads many.

    Returns
    -------
    array, notes
        uint8 or uint16, shape (y, x).

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_UNREADABLE`` (PNG checks each block by CRC), ``E_NOT_GRAY``.

    References
    ----------
    Portable Network Graphics Specification, third edition (W3C 2025), 11.2.1 and 13.12: Pillow stretches 2 and 4 bits
    to 8, and shortens 16 bits of several channels to 8.
    """
    from PIL import Image

    refuse_other_than_file(path)
    with reading(path):
        grey = read_grey_png(path) if quick else None
        if grey is not None:
            return grey, ()
        bits, colour = _png_kind(path)
        if bits == 16 and colour != _GREY:
            return _deep_channels(path, policy)
        try:
            with Image.open(path, formats=("PNG",)) as picture:
                mode = picture.mode
                picture.load()
                plain = mode in {"1", "L", "I", "I;16"} or (mode == "P" and palette_index)
                pixels = np.asarray(picture if plain else picture.convert("RGB"))
        except (SyntaxError, Image.DecompressionBombError) as fault:
            message = str(fault)
            raise ValueError(message) from fault
    if plain:
        stored = pixels.astype(np.uint16 if mode.startswith("I") else np.uint8, copy=False)
        return (stored // (255 // (2**bits - 1)) if colour == _GREY and bits in (2, 4) else stored), ()
    return _one_channel(pixels, mode, path, policy)


def _one_channel(
    pixels: npt.NDArray[Any], mode: str, path: str, policy: Policy
) -> tuple[npt.NDArray[Any], tuple[Note, ...]]:
    if not (pixels == pixels[..., :1]).all():
        raise InputError("E_NOT_GRAY", path=path)
    return np.ascontiguousarray(pixels[..., 0]), (policy.meet("W_CHANNELS", path=path, mode=mode),)


def _png_kind(path: str) -> tuple[int, int]:
    """Return bits of a channel and colour type of the header."""
    with Path(path).open("rb") as file:
        head = file.read(26)
    if len(head) < 26 or not head.startswith(b"\x89PNG\r\n\x1a\n"):
        message = "not a PNG"
        raise ValueError(message)
    return head[24], head[25]


def _deep_channels(path: str, policy: Policy) -> tuple[npt.NDArray[Any], tuple[Note, ...]]:
    """Read several channels of 16 bits by ITK, alpha left out."""
    import SimpleITK as sitk  # noqa: N813

    colour = _png_kind(path)[1]
    try:
        pixels = sitk.GetArrayFromImage(sitk.ReadImage(path))
    except RuntimeError as fault:
        kind = "grey with alpha" if colour == _GREY_ALPHA else "colour"
        message = f"a PNG of 16 bits in {kind} cannot be read; save it as grey of 16 bits"
        raise ValueError(message) from fault
    if pixels.dtype != np.uint16 or pixels.ndim != 3:
        message = f"16 bits were read as {pixels.dtype}"
        raise ValueError(message)
    mode = "RGB of 16 bits" if colour == _RGB else "RGBA of 16 bits"
    return _one_channel(pixels[..., :3], mode, path, policy)
