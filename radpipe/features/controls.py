"""Negative controls: images whose voxels lost their order or their values, on READII's definitions.

They are made on the image as it was read, before it is normalised or resampled; mask, grid and number type stay. A
model that predicts as well from them does not need what they destroyed.
"""

import numpy as np
import numpy.typing as npt

from radpipe.features.draws import image_digest, mask_digest, stream
from radpipe.features.variant import Control
from radpipe.volume import Mask, Volume

__all__ = ["control_image", "control_values"]

Array = npt.NDArray[np.generic]


def control_image(volume: Volume, mask: Mask, control: Control, digest: int | None = None) -> Volume:
    """Return the image of a negative control.

    Parameters
    ----------
    volume
        As read; it is not changed.
    mask
        The ROI; controls of the ``full`` image do not ask it.
    control
        Which.
    digest
        Of the image, where it is known.

    Returns
    -------
    Volume
        With the same grid, number type and unit. A region without voxels leaves the image as it is.

    References
    ----------
    READII, ``negative_controls``. Seeds follow from the content, where READII has one seed for all images.
    """
    permutation, _, region = control.name.partition("_")
    array = volume.array.copy()
    image = image_digest(volume) if digest is None else digest
    content = (image,) if region == "full" else (image, mask_digest(mask))
    rng = stream(control.seed, control.name, *content)
    if region == "full":
        array[...] = control_values(array.ravel(), permutation, rng).reshape(array.shape)
    elif region == "roi":
        part = array[mask.box]
        part[mask.crop] = control_values(part[mask.crop], permutation, rng)
    else:
        outside = ~mask.full_array()
        array[outside] = control_values(array[outside], permutation, rng)
    return Volume(array, volume.geometry, volume.unit, volume.notes)


def control_values(values: Array, permutation: str, rng: np.random.Generator) -> Array:
    """Return the values of a region as a control has them.

    Parameters
    ----------
    values
        Shape (n,), in C order of the image.
    permutation
        ``shuffled``: another order; ``sampled``: drawn from the values with replacement; ``randomized``: uniform from
        the least to the greatest value, whole numbers where the image has such.
    rng
        Where numbers are drawn.

    Returns
    -------
    ndarray
        Shape and dtype as given.

    Examples
    --------
    >>> control_values(np.arange(10), "shuffled", np.random.default_rng(10)).tolist()
    [1, 3, 2, 4, 7, 9, 5, 6, 0, 8]
    """
    if not values.size:
        return values
    if permutation == "shuffled":
        shuffled = values.copy()
        rng.shuffle(shuffled)
        return shuffled
    if permutation == "sampled":
        sampled: Array = rng.choice(values, values.size)
        return sampled
    low, high = values.min(), values.max()
    if values.dtype.kind in "iu":
        whole: Array = rng.integers(low, high, values.size, dtype=values.dtype, endpoint=True)
        return whole
    drawn: Array = rng.uniform(float(low), float(high), values.size).astype(values.dtype)
    return drawn
