"""Undecimated wavelet decomposition, as PyRadiomics 3.0.1 does it."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.features.crop import window_around
from radpipe.volume import Box

__all__ = ["wavelet_images"]

Array = npt.NDArray[Any]


def wavelet_images(
    image: Array, box: Box, *, wavelet: str, start_level: int, level: int, axes: Sequence[int]
) -> Iterator[tuple[str, Array]]:
    """Yield name and values in a box of each decomposition, the approximation last.

    The letters of ``wavelet-HLH`` say which pass was made along ``axes``, in their order (x, y, z): H high, L low.
    A wavelet is local: only the box and the filter's support around it are transformed, and whole axes where that
    would leave the image, which is periodic to the transform. The values are those of the whole image, to the last bit.

    Parameters
    ----------
    image
        Shape (z, y, x).
    box
        Where values are wanted.
    wavelet
        A discrete wavelet of PyWavelets.
    start_level, level
        Levels to go down before the first decomposition, and number of decompositions.
    axes
        Array axes to transform.

    Yields
    ------
    tuple
        ``wavelet-HHH`` ... ``wavelet-LLL``, of further levels ``wavelet2-HHH`` ..., and the values in the box.

    References
    ----------
    PyRadiomics 3.0.1, ``imageoperations._swt3``.
    """
    import pywt

    basis = pywt.Wavelet(wavelet)
    margin = (start_level + level) * max(basis.dec_len, 2)
    window = window_around(box, image.shape, margin, even=True, whole_at_border=True)
    seen = image[window.outer]
    data = np.pad(seen, [(0, size % 2) for size in seen.shape], "wrap")
    low = "a" * len(axes)
    for _ in range(start_level):
        data = pywt.swtn(data, basis, level=1, start_level=0, axes=axes)[0][low]
    for number in range(1, level + 1):
        parts = pywt.swtn(data, basis, level=1, start_level=0, axes=axes)[0]
        data = parts.pop(low)
        for letters in tuple(parts):
            yield _name(number, letters), np.ascontiguousarray(parts.pop(letters)[window.inner])
    yield _name(level, low), np.ascontiguousarray(data[window.inner])


def _name(number: int, letters: str) -> str:
    """Name a decomposition; only levels above the first stand in the name.

    Examples
    --------
    >>> _name(1, "dad"), _name(2, "aaa")
    ('wavelet-HLH', 'wavelet2-LLL')
    """
    shown = "" if number == 1 else str(number)
    return f"wavelet{shown}-{letters.replace('a', 'L').replace('d', 'H')}"
