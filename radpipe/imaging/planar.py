"""Radiographs: PNG to a Volume of one slice."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.cohort import ImageRef, RoiRef
from radpipe.errors import InputError, Note, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.dicom_io import reading
from radpipe.imaging.itk_files import choose_label
from radpipe.volume import Mask, Volume

__all__ = ["read_planar_image", "read_planar_mask", "read_png"]


def read_planar_image(ref: ImageRef, policy: Policy) -> Volume:
    """Read a radiograph: size (1, y, x), spacing 1 (a PNG has none, so shape is in pixels).

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_UNREADABLE``, ``E_NOT_GRAY``.
    """
    array, notes = read_png(ref.paths[0], policy)
    return Volume(array[None], Geometry((1, *array.shape), (1.0, 1.0, 1.0)), "arbitrary", notes)


def read_planar_mask(roi: RoiRef, image: Geometry, policy: Policy) -> Mask:
    """Read a label of a PNG mask; one of another size is resized by nearest neighbour, and said.

    Parameters
    ----------
    roi
        Its selector is the label, a pixel value; of a palette picture, the palette's index. None takes all but 0.
    image
        Grid of the radiograph.
    policy
        What to do about another size.

    Raises
    ------
    InputError
        As for images, and ``E_GRID_MISMATCH`` when the image is no radiograph or of another shape,
        ``E_LABEL_MISSING``, ``E_EMPTY_ROI``.
    """
    labels, notes = read_png(roi.path, policy, palette_index=True)
    array, chosen = choose_label(labels, roi.selector, policy, roi.path)
    rows, columns = image.size_zyx[1:]
    if image.size_zyx[0] != 1 or array.shape[0] * columns != array.shape[1] * rows:
        difference = f"size y, x {array.shape[0]} x {array.shape[1]} and z, y, x {image.size_zyx}"
        raise InputError("E_GRID_MISMATCH", path=roi.path, difference=difference)
    resized: tuple[Note, ...] = ()
    if array.shape != (rows, columns):
        sizes = {"mask": f"{array.shape[0]} x {array.shape[1]}", "image": f"{rows} x {columns}"}
        resized = (policy.meet("W_MASK_RESIZED", path=roi.path, **sizes),)
        y, x = ((2 * np.arange(n) + 1) * m // (2 * n) for n, m in zip((rows, columns), array.shape, strict=True))
        array = array[np.ix_(y, x)]
    return Mask.of(array[None], image, (*notes, *chosen, *resized))


def read_png(path: str, policy: Policy, *, palette_index: bool = False) -> tuple[npt.NDArray[Any], tuple[Note, ...]]:
    """Read a PNG as one channel.

    Parameters
    ----------
    path
        The picture: grey of 1, 8 or 16 bits, or colour (RGB, RGBA, palette) whose channels agree.
    policy
        What to do about channels.
    palette_index
        Take a palette picture's indices (labels), not its colours.

    Returns
    -------
    array, notes
        uint8 or uint16, shape (y, x).

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_UNREADABLE`` (PNG checks each block by CRC), ``E_NOT_GRAY``.
    """
    from PIL import Image

    if not Path(path).is_file():
        raise InputError("E_MISSING_FILE", path=path)
    with reading(path):
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
        return pixels.astype(np.uint16 if mode.startswith("I") else np.uint8), ()
    if not (pixels == pixels[..., :1]).all():
        raise InputError("E_NOT_GRAY", path=path)
    return np.ascontiguousarray(pixels[..., 0]), (policy.meet("W_CHANNELS", path=path, mode=mode),)
