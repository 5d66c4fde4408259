"""Noise of an image: how much of it there is around a ROI, and more of it."""

import numpy as np

from radpipe.features.crop import widened
from radpipe.features.draws import stream
from radpipe.volume import Box, Mask, Volume

__all__ = ["noise_sd", "with_noise"]

WINDOW_MM = 20.0
"""Noise is estimated in the ROI's box and so far around it: air around a patient has none."""

HALF_NORMAL = 0.6745
"""Median of the magnitude of a standard normal number."""


def noise_sd(volume: Volume, mask: Mask) -> float:
    """Estimate the standard deviation of an image's noise around a ROI.

    Parameters
    ----------
    volume, mask
        On one grid.

    Returns
    -------
    float
        In the image's unit; 0 of a constant image. Structure adds to it; noise of CT is correlated and is
        underestimated by as much as neighbours share.

    References
    ----------
    Donoho & Johnstone 1994, Biometrika 81:425: median magnitude of the finest wavelet coefficients (coif1 high-pass
    along rows and columns), over 0.6745.
    """
    import pywt
    from scipy.ndimage import convolve1d

    high = np.array(pywt.Wavelet("coif1").dec_hi)
    window = volume.array[widened(mask, WINDOW_MM)].astype(np.float64)
    detail = convolve1d(convolve1d(window, high, axis=1), high, axis=2)
    inner = detail[:, 3:-3, 3:-3]
    return float(np.median(np.abs(inner if inner.size else detail))) / HALF_NORMAL


def with_noise(volume: Volume, sd: float, key: tuple[int, int, int], where: Box | None = None) -> Volume:
    """Add white noise.

    Parameters
    ----------
    volume
        The image; integers are rounded and kept within their type's range.
    sd
        Standard deviation, in the image's unit.
    key
        Seed, digest of the image, number of the state. Each slice has a stream of its own, so that what is drawn for
        one does not depend on which others are wanted.
    where
        The part of the image where noise is wanted; everywhere without it.
    """
    array = volume.array.copy()
    seed, *content = key
    z_span, y_span, x_span = where or (slice(0, size) for size in array.shape)
    limits = np.iinfo(array.dtype) if array.dtype.kind in "iu" else None
    for z in range(z_span.start, z_span.stop):
        drawn = stream(seed, "N", *content, z).standard_normal(array.shape[1:], dtype=np.float32)
        part = array[z, y_span, x_span]
        noisy = drawn[y_span, x_span].astype(np.float64)
        noisy *= sd
        noisy += part
        part[...] = noisy if limits is None else np.clip(np.rint(noisy, out=noisy), limits.min, limits.max, out=noisy)
    return Volume(array, volume.geometry, volume.unit, volume.notes)
