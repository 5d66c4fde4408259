"""Undecimated wavelet decomposition, as PyRadiomics 3.0.1 does it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.features.crop import window_around
from radpipe.kernels.wavelet import convolved
from radpipe.volume import Box

__all__ = ["wavelet_images"]

Array = npt.NDArray[Any]


def wavelet_images(
    image: Array,
    box: Box,
    *,
    wavelet: str,
    start_level: int,
    level: int,
    axes: Sequence[int],
    keeps: Callable[[str], bool] = lambda _name: True,
) -> Iterator[tuple[str, Array]]:
    """Yield name and values in a box of each decomposition, the approximation last.

    The letters of ``wavelet-HLH`` say which pass was made along ``axes``, in their order (x, y, z): H high, L low.
    A wavelet is local: only the box and the filter's support around it are transformed, by a kernel; whole axes, by
    PyWavelets, where that would leave the image, which is periodic to the transform. The values are those of the whole
    image, to the last bit, either way. Values shared by boxes that overlap are computed for each: the first pass of a
    box costs a seventh of the eight images.

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
    keeps
        Which names are wanted.

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
    steps, ahead = start_level + level, basis.dec_len // 2
    reach = [(basis.dec_len - 1 - ahead, ahead) if axis in axes else (0, 0) for axis in range(3)]
    window = [slice(at.start - steps * a, at.stop + steps * b) for at, (a, b) in zip(box, reach, strict=True)]
    if any(span.start < 0 or span.stop > size for span, size in zip(window, image.shape, strict=True)):
        yield from _periodic(image, box, basis, start_level, level, axes)
        return
    kind = np.float32 if image.dtype == np.float32 else np.float64
    data = np.ascontiguousarray(image[window[0], window[1], window[2]], dtype=kind)
    taps = _taps(basis, kind)
    low = "a" * len(axes)
    for _ in range(start_level):
        data = dict(_bands(data, taps, axes, [low]))[low]
    for number in range(1, level + 1):
        left = level - number
        wanted = [letters for letters in _letters(len(axes)) if letters != low and keeps(_name(number, letters))]
        seen = data[tuple(slice(left * a, n - left * b) for n, (a, b) in zip(data.shape, reach, strict=True))]
        for letters, values in _bands(np.ascontiguousarray(seen), taps, axes, wanted):
            yield _name(number, letters), values
        data = dict(_bands(data, taps, axes, [low]))[low]
    yield _name(level, low), data


def _taps(basis: Any, kind: type) -> dict[str, Array]:
    """Return the low and the high filter in a precision; PyWavelets rounds single ones as it likes, so it is asked."""
    import pywt

    impulse = np.zeros(4 * basis.dec_len, dtype=kind)
    impulse[2 * basis.dec_len] = 1
    first = 2 * basis.dec_len - basis.dec_len // 2
    parts = pywt.swt(impulse, basis, level=1)[0]
    return {letter: part[first : first + basis.dec_len].copy() for letter, part in zip("ad", parts, strict=True)}


def _letters(axes: int) -> list[str]:
    return ["".join(letters) for letters in product("ad", repeat=axes)]


def _bands(
    data: Array, taps: Mapping[str, Array], axes: Sequence[int], wanted: Sequence[str], letters: str = ""
) -> Iterator[tuple[str, Array]]:
    """Yield letters and values of the wanted parts, smaller than the data by the filter's reach."""
    if not axes:
        yield letters, data
        return
    for letter in "ad":
        passed = letters + letter
        if any(name.startswith(passed) for name in wanted):
            yield from _bands(convolved(data, taps[letter], axes[0]), taps, axes[1:], wanted, passed)


def _periodic(
    image: Array, box: Box, basis: Any, start_level: int, level: int, axes: Sequence[int]
) -> Iterator[tuple[str, Array]]:
    """Transform with PyWavelets where the filter reaches over the image's border."""
    import pywt

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
