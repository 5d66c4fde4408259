"""PNG radiographs and their label pictures: volumes of one slice, spacing 1 pixel."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from radpipe.cohort import ImageRef, RoiRef
from radpipe.errors import InputError, Note, Policy
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

__all__ = ["open_planar_image", "open_planar_mask", "read_gray"]


def open_planar_image(ref: ImageRef, policy: Policy | None = None) -> Volume:
    """Read a radiograph as a volume of shape (1, rows, columns).

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_UNREADABLE``, ``E_NOT_GRAY``.
    """
    array, notes = read_gray(ref.paths[0], policy or Policy())
    return Volume(array[np.newaxis], _pixels(array), "arbitrary", notes)


def open_planar_mask(roi: RoiRef, grid: Geometry, policy: Policy | None = None) -> Mask:
    """Read one label of a label picture; a picture of another size is resized by nearest neighbour and noted.

    Raises
    ------
    InputError
        ``E_LABEL_MISSING``, ``E_EMPTY_ROI``, ``E_GRID_MISMATCH`` where the aspect differs, and those of the reader.
    """
    policy = policy or Policy()
    array, notes = read_gray(roi.path, policy)
    found = [int(v) for v in np.unique(array).tolist() if v]
    if roi.selector is not None and roi.selector not in found:
        if not found:
            raise InputError("E_EMPTY_ROI")
        raise InputError("E_LABEL_MISSING", label=roi.selector, found=", ".join(map(str, found)))
    inside = array != 0 if roi.selector is None else array == roi.selector
    rows, columns = grid.size_zyx[1:]
    if inside.shape != (rows, columns):
        if inside.shape[0] * columns != inside.shape[1] * rows:
            raise InputError("E_GRID_MISMATCH", difference=f"{inside.shape} and {(rows, columns)} pixels")
        sizes = {"mask": "{} x {}".format(*inside.shape), "image": f"{rows} x {columns}"}
        notes = (*notes, policy.meet("W_MASK_RESIZED", **sizes))
        inside = _nearest(inside, rows, columns)
    return Mask(inside[np.newaxis], grid, notes)


def _nearest(inside: npt.NDArray[np.bool_], rows: int, columns: int) -> npt.NDArray[np.bool_]:
    """Take for each pixel centre the pixel of the smaller picture that it falls into."""
    y = ((np.arange(rows) + 0.5) * inside.shape[0] / rows).astype(np.int64)
    x = ((np.arange(columns) + 0.5) * inside.shape[1] / columns).astype(np.int64)
    return inside[np.ix_(y, x)]


def read_gray(path: str, policy: Policy) -> tuple[npt.NDArray[Any], tuple[Note, ...]]:
    """Read a picture as one channel, shape (rows, columns); palette and RGBA are taken when grey in truth."""
    if not Path(path).is_file():
        raise InputError("E_MISSING_FILE", path=path)
    try:
        with Image.open(path) as picture:
            mode = picture.mode
            if mode == "P":
                picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
            array = np.asarray(picture)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as fault:
        reason = f"{type(fault).__name__}: {' '.join(str(fault).split())[:120]}"
        raise InputError("E_UNREADABLE", path=path, reason=reason) from fault
    if array.dtype == np.bool_:
        array = array.astype(np.uint8)
    if array.ndim == 2:
        return array, ()
    colours = array[..., :3] if array.shape[2] >= 3 else array[..., :1]
    if not (colours == colours[..., :1]).all():
        raise InputError("E_NOT_GRAY", path=path)
    return np.ascontiguousarray(colours[..., 0]), (policy.meet("W_CHANNELS", mode=mode),)


def _pixels(array: npt.NDArray[Any]) -> Geometry:
    return Geometry((1, *array.shape), (1.0, 1.0, 1.0))
